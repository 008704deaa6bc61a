package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// An error reported inside a stream that began with status 200, and then the end, without
/// `[DONE]`. An answer that is not streamed gets status 500 instead.
///
/// @param afterTokens [#FIRST] for an error before anything else, even the role
public record ErrorEvent(int afterTokens) implements Fault {

    /// Before any other event.
    public static final int FIRST = -1;

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "error-first",
                            "answer 200 with an error as the first event",
                            () -> new ErrorEvent(FIRST)),
                    Word.count(
                            "error-after",
                            0,
                            Integer.MAX_VALUE,
                            "report an error in the stream after N tokens",
                            ErrorEvent::new));

    private static final String MESSAGE = "The simulator was asked to fail here.";
    private static final Piece FRAME =
            Piece.of(
                    "data: {\"error\":{\"message\":\""
                            + MESSAGE
                            + "\",\"type\":\"server_error\",\"param\":null,\"code\":\"internal_error\"}}\n\n");

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            return new Status(500, MESSAGE).apply(answer);
        }
        int at = afterTokens == FIRST ? answer.afterHead() : answer.afterTokens(afterTokens);
        return answer.cutAt(at, Body.event(FRAME), new End()).measured();
    }
}
