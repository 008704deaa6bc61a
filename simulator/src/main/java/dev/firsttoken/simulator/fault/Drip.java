package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A body that comes byte by byte.
///
/// @param gap before every byte
public record Drip(Duration gap) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(Word.duration("drip", "send the body byte by byte, this far apart", Drip::new));

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        Step wait = new Wait(gap.toNanos());
        for (Step step : answer.steps()) {
            if (!(step instanceof Body body)) {
                steps.add(step);
                continue;
            }
            byte[] bytes = body.piece().toByteArray();
            for (int i = 0; i < bytes.length; i++) {
                boolean last = i == bytes.length - 1;
                steps.add(wait);
                steps.add(
                        new Body(
                                Piece.of(bytes, i, i + 1),
                                last ? body.events() : 0,
                                last && body.content()));
            }
        }
        return answer.with(steps);
    }
}
