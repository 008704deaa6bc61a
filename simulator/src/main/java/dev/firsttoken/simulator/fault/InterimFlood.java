package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Interim;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// Interim responses before the answer.
///
/// @param count [Repeat#FOR_EVER] until the client leaves
public record InterimFlood(int status, long count) implements Fault {

    private static final List<Header> LINK =
            List.of(new Header("link", "</style.css>; rel=preload"));

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("hints", 103, "send 103 Early Hints N times first"),
                    word("processing", 102, "send 102 Processing N times first"),
                    word("continue", 100, "send 100 Continue N times first"));

    private static Word<Fault> word(String name, int status, String help) {
        return new Word<>(
                name,
                "[-N]",
                "3",
                help + "; without N, never stop",
                value ->
                        new InterimFlood(
                                status,
                                value.isEmpty()
                                        ? Repeat.FOR_EVER
                                        : Word.wholeNumber(name, value, 1, Integer.MAX_VALUE)));
    }

    @Override
    public Answer apply(Answer answer) {
        Step interim = new Interim(status, status == 103 ? LINK : List.of());
        return answer.insertAt(0, new Repeat(interim, count));
    }
}
