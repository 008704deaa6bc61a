package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// An answer that ends too early, after some tokens.
public record Cut(int afterTokens, How how) implements Fault {

    /// What the client sees at the end.
    public enum How {
        /// The connection is closed in the middle of the body, without the last chunk.
        FIN,
        /// The connection is reset; on HTTP/2 the stream is.
        RST,
        /// The body ends as HTTP wants it, yet there was no finish and no `[DONE]`.
        CLEAN;

        Step step() {
            return switch (this) {
                case FIN -> new Step.Cut();
                case RST -> new Step.Reset();
                case CLEAN -> new Step.End();
            };
        }
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("end-after", "end the body properly after N tokens, no finish", How.CLEAN),
                    word("cut-after", "close the connection after N tokens", How.FIN),
                    word("reset-after", "reset the connection after N tokens", How.RST));

    private static Word<Fault> word(String name, String help, How how) {
        return Word.count(name, 0, Integer.MAX_VALUE, help, n -> new Cut(n, how));
    }

    @Override
    public Answer apply(Answer answer) {
        Answer cut = answer.cutAt(answer.afterTokens(afterTokens), how.step());
        return how == How.CLEAN ? cut.measured() : cut;
    }
}
