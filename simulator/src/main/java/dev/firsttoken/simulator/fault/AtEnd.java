package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A connection that goes when the answer is all there: before the body was ended properly, or
/// while it is idle.
///
/// @param idle how long after the proper end; zero for instead of it
public record AtEnd(Cut.How how, Duration idle) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "cut-at-end",
                            "close after the last event, without the last chunk",
                            () -> new AtEnd(Cut.How.FIN, Duration.ZERO)),
                    Word.flag(
                            "reset-at-end",
                            "reset after the last event, without the last chunk",
                            () -> new AtEnd(Cut.How.RST, Duration.ZERO)),
                    Word.duration(
                            "close-idle",
                            "close the idle connection this long after the end",
                            idle -> new AtEnd(Cut.How.FIN, idle)));

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            if (!(step instanceof End)) {
                steps.add(step);
                continue;
            }
            if (idle.isPositive()) {
                steps.add(step);
                steps.add(new Wait(idle.toNanos()));
            }
            steps.add(how.step());
        }
        return answer.with(steps);
    }
}
