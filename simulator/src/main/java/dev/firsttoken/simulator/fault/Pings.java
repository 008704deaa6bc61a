package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.List;

/// A stall during which the connection is kept alive: comments or pings, and no word more.
///
/// @param asEvents whether they are events, as Anthropic's are, rather than comments
public record Pings(int afterTokens, Duration gap, boolean asEvents) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("comments-after", "after N tokens only send a comment, this often", false),
                    word("pings-after", "after N tokens only send a ping event, this often", true));

    private static final Body COMMENT = Body.bytes(Piece.of(": keep-alive\n\n"));
    private static final Body PING =
            Body.event(Piece.of("event: ping\ndata: {\"type\": \"ping\"}\n\n"));

    private static Word<Fault> word(String name, String help, boolean asEvents) {
        return new Word<>(
                name,
                "N:TIME",
                "3:50ms",
                help,
                value -> {
                    String[] parts = value.split(":", 2);
                    if (parts.length < 2) {
                        throw Word.bad(name, value, "N:TIME such as 3:50ms");
                    }
                    return new Pings(
                            Word.wholeNumber(name, parts[0], 0, Integer.MAX_VALUE),
                            Word.duration(name, parts[1]),
                            asEvents);
                });
    }

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        int at = answer.afterTokens(afterTokens);
        return answer.cutAt(
                at,
                new Repeat(
                        List.of(new Wait(gap.toNanos()), asEvents ? PING : COMMENT),
                        Repeat.FOR_EVER));
    }
}
