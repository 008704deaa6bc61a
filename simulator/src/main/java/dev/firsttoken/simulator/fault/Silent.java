package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step.Silence;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// Silence for ever, from before the headers or right after them. Only the client can end it.
public record Silent(boolean headersSent) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "headers-only",
                            "send the headers, then nothing for ever",
                            () -> new Silent(true)),
                    Word.flag(
                            "silent",
                            "accept the request and never answer",
                            () -> new Silent(false)));

    @Override
    public Answer apply(Answer answer) {
        return answer.cutAt(headersSent ? answer.afterHead() : 0, new Silence());
    }
}
