package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Raw;
import dev.firsttoken.simulator.answer.Step.Wait;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A second answer that nobody asked for, right behind the first one or on the idle connection.
public record TrailingBytes(Duration after) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "after-end",
                            "[-TIME]",
                            "50ms",
                            "send a second, unasked answer on the connection, at once or later",
                            value ->
                                    new TrailingBytes(
                                            value.isEmpty()
                                                    ? Duration.ZERO
                                                    : Word.duration("after-end", value))));

    private static final Piece SECOND =
            Piece.of(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n\r\nnot you\n");

    /// At once.
    public TrailingBytes() {
        this(Duration.ZERO);
    }

    @Override
    public Http onlyOn() {
        return Http.HTTP_1;
    }

    @Override
    public Answer apply(Answer answer) {
        List<Step> steps = new ArrayList<>();
        for (Step step : answer.steps()) {
            steps.add(step);
            if (step instanceof End) {
                if (after.isPositive()) {
                    steps.add(new Wait(after.toNanos()));
                }
                steps.add(new Raw(SECOND));
            }
        }
        return answer.with(steps);
    }
}
