package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step.Reset;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// A reset around the headers: before a byte was answered, or right after them.
public record ResetHeaders(boolean sent) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "reset-after-headers",
                            "send the headers, then reset",
                            () -> new ResetHeaders(true)),
                    Word.flag(
                            "reset-before-headers",
                            "reset as soon as the request has arrived",
                            () -> new ResetHeaders(false)));

    @Override
    public Answer apply(Answer answer) {
        return answer.cutAt(sent ? answer.afterHead() : 0, new Reset());
    }
}
