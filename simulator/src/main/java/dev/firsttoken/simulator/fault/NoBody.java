package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// Status and headers as they should be, and an empty body.
public record NoBody() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(Word.flag("no-body", "send status and headers, and no body", NoBody::new));

    @Override
    public Answer apply(Answer answer) {
        return answer.with(answer.steps().stream().filter(step -> !(step instanceof Body)).toList())
                .measured();
    }
}
