package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Silence;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Silence after some tokens, for a while or for ever.
///
/// @param duration null for ever
public record Stall(int afterTokens, @Nullable Duration duration) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "stall-after",
                            "N[:TIME]",
                            "3",
                            "fall silent after N tokens, for ever or for this long",
                            Stall::parse));

    /// For ever.
    public Stall(int afterTokens) {
        this(afterTokens, null);
    }

    private static Stall parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Stall(Word.wholeNumber("stall-after", text, 0, Integer.MAX_VALUE));
        }
        return new Stall(
                Word.wholeNumber("stall-after", text.substring(0, colon), 0, Integer.MAX_VALUE),
                Word.duration("stall-after", text.substring(colon + 1)));
    }

    @Override
    public Answer apply(Answer answer) {
        Duration length = duration;
        int at = answer.afterTokens(afterTokens);
        if (length == null) {
            return answer.cutAt(at, new Silence());
        }
        Step pause = new Wait(length.toNanos());
        return answer.insertAt(at, pause);
    }
}
