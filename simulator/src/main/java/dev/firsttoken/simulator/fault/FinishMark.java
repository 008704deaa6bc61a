package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// The chunk with the finish reason missing, sent twice, or followed by more text.
public record FinishMark(What what) implements Fault {

    /// What is wrong with it.
    public enum What {
        MISSING,
        TWICE,
        /// The second one gives another reason, `length`.
        CONTRADICTED,
        NOT_LAST
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("no-finish", "leave the finish reason out", What.MISSING),
                    word("double-finish", "send the finish reason twice", What.TWICE),
                    word("other-finish", "send a second finish reason, length", What.CONTRADICTED),
                    word("after-finish", "send one more token after the finish", What.NOT_LAST));

    private static final Step OTHER =
            Chunk.choices("[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]");

    private static Word<Fault> word(String name, String help, What what) {
        return Word.flag(name, help, () -> new FinishMark(what));
    }

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return answer;
        }
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            if (!Chunk.isFinish(step)) {
                steps.add(step);
                continue;
            }
            switch (what) {
                case MISSING -> {}
                case TWICE -> {
                    steps.add(step);
                    steps.add(step);
                }
                case CONTRADICTED -> {
                    steps.add(step);
                    steps.add(OTHER);
                }
                case NOT_LAST -> {
                    steps.add(step);
                    steps.add(Chunk.token(" late"));
                }
            }
        }
        return answer.with(steps).measured();
    }
}
