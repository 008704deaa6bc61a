package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.Arrays;
import java.util.List;

/// One event whose data is not what it should be, among healthy ones.
public record BadEvent(int afterTokens, Kind kind) implements Fault {

    /// What it is instead.
    public enum Kind {
        BROKEN("{\"id\":\"chatcmpl-\",\"choices\":[{\"delta\":{\"content\":\"\\u00"),
        ARRAY("[{\"index\":0,\"delta\":{\"content\":\" no\"}}]"),
        STRING("\"no\""),
        NUMBER("42"),
        NULL("null"),
        OBJECT("{}"),
        /// Two objects in one event.
        TWO("{} {}"),
        /// Members of the wrong type.
        TYPES("{\"id\":7,\"choices\":{\"index\":\"0\"},\"created\":\"now\"}"),
        DEEP("[".repeat(100_000));

        private final String frame;

        Kind(String data) {
            frame = "data: " + data + "\n\n";
        }
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "garbage-after",
                            "N[:KIND]",
                            "3",
                            "send one bad event after N tokens: broken JSON (the default), or "
                                    + "array, string, number, null, object, two, types, deep",
                            BadEvent::parse));

    /// Broken JSON.
    public BadEvent(int afterTokens) {
        this(afterTokens, Kind.BROKEN);
    }

    private static BadEvent parse(String text) {
        String[] parts = text.split(":", 2);
        int after = Word.wholeNumber("garbage-after", parts[0], 0, Integer.MAX_VALUE);
        return parts.length == 1
                ? new BadEvent(after)
                : new BadEvent(
                        after,
                        Word.choice(
                                "garbage-after", parts[1], Arrays.asList(Kind.values()), Word::of));
    }

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        return answer.insertAt(answer.afterTokens(afterTokens), Body.event(Piece.of(kind.frame)))
                .measured();
    }
}
