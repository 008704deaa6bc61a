package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// `data: [DONE]` missing, sent twice, or followed by more events.
public record DoneMark(What what) implements Fault {

    /// What is wrong with it.
    public enum What {
        MISSING,
        TWICE,
        NOT_LAST
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("no-done", "leave [DONE] out", What.MISSING),
                    word("double-done", "send [DONE] twice", What.TWICE),
                    word("after-done", "send one more event after [DONE]", What.NOT_LAST));

    private static final Piece MORE =
            Piece.of(
                    "data: {\"id\":\"late\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"late\","
                            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" late\"},\"finish_reason\":null}]}\n\n");

    private static Word<Fault> word(String name, String help, What what) {
        return Word.flag(name, help, () -> new DoneMark(what));
    }

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            if (step instanceof Body body && body.piece().toString().startsWith("data: [DONE]")) {
                switch (what) {
                    case MISSING -> {}
                    case TWICE -> {
                        steps.add(step);
                        steps.add(step);
                    }
                    case NOT_LAST -> {
                        steps.add(step);
                        steps.add(Body.event(MORE));
                    }
                }
            } else {
                steps.add(step);
            }
        }
        return answer.with(steps).measured();
    }
}
