package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// Another answer than was asked for: of another model, with more choices, or with an id that
/// changes from chunk to chunk.
public record OtherModel(What what) implements Fault {

    /// What is other.
    public enum What {
        /// The model is `other-model`.
        MODEL,
        /// Every token comes a second time, as that of choice 1.
        CHOICES,
        /// Each chunk has its own id.
        IDS
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("other-model", "say that another model answered", What.MODEL),
                    word("two-choices", "answer with two choices", What.CHOICES),
                    word("changing-ids", "give every chunk its own id", What.IDS));

    private static Word<Fault> word(String name, String help, What what) {
        return Word.flag(name, help, () -> new OtherModel(what));
    }

    @Override
    public Reach reach() {
        return Reach.CHAT;
    }

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        int number = 0;
        for (Step step : answer.steps()) {
            if (!(step instanceof Body body)) {
                steps.add(step);
                continue;
            }
            String text = body.piece().latin1();
            switch (what) {
                case MODEL ->
                        steps.add(
                                changed(
                                        body,
                                        text.replaceFirst(
                                                "\"model\":\"[^\"]*\"",
                                                "\"model\":\"other-model\"")));
                case CHOICES -> {
                    steps.add(step);
                    String second = text.replaceFirst("\"index\":0", "\"index\":1");
                    if (answer.streamed() && !second.equals(text)) {
                        steps.add(Body.event(Piece.ofLatin1(second)));
                    }
                }
                case IDS ->
                        steps.add(
                                changed(
                                        body,
                                        text.replaceFirst(
                                                "\"id\":\"[^\"]*\"",
                                                "\"id\":\"chatcmpl-" + number++ + "\"")));
            }
        }
        return answer.with(steps).measured();
    }

    private static Body changed(Body body, String text) {
        return new Body(Piece.ofLatin1(text), body.events(), body.content());
    }
}
