package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.util.List;

/// Status line and headers that drip over a while, a few bytes at a time.
public record SlowHeaders(Duration duration) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.duration(
                            "slow-headers",
                            "let the headers drip for this long",
                            SlowHeaders::new));

    @Override
    public Answer apply(Answer answer) {
        return answer.mapHead(head -> head.withSpread(duration));
    }
}
