package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// U+FEFF at the start of the stream, where it is to be dropped, or later, where it is data.
public record ByteOrderMark(Where where) implements Fault {

    /// Where it stands.
    public enum Where {
        START,
        /// Twice at the start: the second one is data already.
        DOUBLE,
        /// Before the second event, and so part of the name of its first field.
        LATER
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("bom", "begin the stream with a byte order mark", Where.START),
                    word("double-bom", "begin the stream with two of them", Where.DOUBLE),
                    word("late-bom", "put one before the second event", Where.LATER));

    private static final String MARK = "\u00ef\u00bb\u00bf";

    private static Word<Fault> word(String name, String help, Where where) {
        return Word.flag(name, help, () -> new ByteOrderMark(where));
    }

    @Override
    public Reach reach() {
        return Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        int wanted = where == Where.LATER ? 2 : 1;
        int seen = 0;
        for (Step step : answer.steps()) {
            if (step instanceof Body body && ++seen == wanted) {
                String mark = where == Where.DOUBLE ? MARK + MARK : MARK;
                steps.add(
                        new Body(
                                Piece.ofLatin1(mark + body.piece().latin1()),
                                body.events(),
                                body.content()));
            } else {
                steps.add(step);
            }
        }
        return answer.with(steps).measured();
    }
}
