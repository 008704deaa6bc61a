package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// A connection that serves once: what is asked on it after that finds it reset.
public record ResetReused() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "reset-reused",
                            "reset when the connection has been used before, else answer",
                            ResetReused::new));

    @Override
    public Fault asked(Asked request) {
        return request.first() ? this : new ResetHeaders(false);
    }

    @Override
    public Answer apply(Answer answer) {
        return answer;
    }
}
