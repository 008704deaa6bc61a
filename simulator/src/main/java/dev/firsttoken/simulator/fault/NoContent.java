package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// A status that has no body: 204, 205 or 304.
///
/// @param bodySent whether one is sent nevertheless
public record NoContent(int status, boolean bodySent) implements Fault {

    private static final List<Integer> STATUSES = List.of(204, 205, 304);

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("no-content", "answer with a status that has no body", false),
                    word("unallowed-body", "send a body with a status that has none", true));

    private static Word<Fault> word(String name, String help, boolean bodySent) {
        return Word.choice(
                name, STATUSES, Object::toString, help, status -> new NoContent(status, bodySent));
    }

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps =
                answer.steps().stream()
                        .filter(step -> bodySent || !(step instanceof Body))
                        .map(step -> step instanceof Head head ? changed(head) : step)
                        .toList();
        return answer.with(steps).measured();
    }

    private Head changed(Head head) {
        return new Head(status, head.headers(), bodySent ? Framing.CONTENT_LENGTH : Framing.NONE);
    }
}
