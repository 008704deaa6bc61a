package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Raw;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// Bytes on the connection after the answer has ended: a second answer that nobody asked for, which
/// would be taken for the next one. HTTP/2 has no place for them.
public record TrailingBytes() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "after-end",
                            "send a second, unasked answer on the connection (HTTP/1.1)",
                            TrailingBytes::new));

    private static final Piece SECOND =
            Piece.of(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n\r\nnot you\n");

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            steps.add(step);
            if (step instanceof End) {
                steps.add(new Raw(SECOND));
            }
        }
        return answer.with(steps);
    }
}
