package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.ErrorCode;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// A server that wants to be rid of the connection.
///
/// @param afterTokens [#FIRST] for before the headers
/// @param covered whether the answer goes on to its end, rather than having been asked for in vain
public record GoAway(int afterTokens, boolean covered, ErrorCode code) implements Fault {

    /// Before the headers.
    public static final int FIRST = -1;

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.count(
                            "goaway-after",
                            0,
                            Integer.MAX_VALUE,
                            "send a graceful GOAWAY after N tokens, and go on",
                            n -> new GoAway(n, true, ErrorCode.NO_ERROR)),
                    new Word<>(
                            "goaway-uncovered",
                            "[-N]",
                            "3",
                            "send a GOAWAY that leaves this stream out, before the headers or after"
                                    + " N tokens, and nothing more",
                            value ->
                                    new GoAway(
                                            value.isEmpty()
                                                    ? FIRST
                                                    : Word.wholeNumber(
                                                            "goaway-uncovered",
                                                            value,
                                                            0,
                                                            Integer.MAX_VALUE),
                                            false,
                                            ErrorCode.NO_ERROR)));

    @Override
    public Http onlyOn() {
        return Http.HTTP_2;
    }

    @Override
    public Answer apply(Answer answer) {
        int at = afterTokens == FIRST ? 0 : answer.afterTokens(afterTokens);
        Step goAway = new Step.GoAway(covered, code);
        return covered ? answer.insertAt(at, goAway) : answer.cutAt(at, goAway);
    }
}
