package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// A model that has no end: after its text it says one word until the client leaves, as slowly as
/// the text.
public record Endless() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "endless", "go on with tokens until the client leaves", Endless::new));

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        Flood.checkPlain(answer, "an endless answer");
        if (!answer.streamed()) {
            return answer;
        }
        int at = answer.afterTokens(Integer.MAX_VALUE);
        List<Step> round = new ArrayList<>();
        for (Step step : answer.steps().subList(answer.afterTokens(1), at)) {
            if (step instanceof Wait) {
                round.add(step);
                break;
            }
        }
        round.add(Chunk.token(" on"));
        return answer.cutAt(at, new Repeat(round, Repeat.FOR_EVER));
    }
}
