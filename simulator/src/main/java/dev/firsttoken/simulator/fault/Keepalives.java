package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// A comment before every event, as providers send them to keep a connection alive.
public record Keepalives() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(Word.flag("comments", "send a comment before every event", Keepalives::new));

    private static final Piece COMMENT = Piece.of(": keep-alive\n\n");

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            if (step instanceof Body) {
                steps.add(Body.bytes(COMMENT));
            }
            steps.add(step);
        }
        return answer.with(steps).measured();
    }
}
