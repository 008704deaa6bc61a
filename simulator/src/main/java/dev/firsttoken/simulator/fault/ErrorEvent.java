package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.word.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An error reported inside a stream that began with status 200, and then the end, without `[DONE]`
/// unless the shape has one. An answer that is not streamed gets status 500 instead.
///
/// @param afterTokens [#FIRST] for an error before anything else, even the role
/// @param shape null for that of the dialect
/// @param key the request's key, known once a request has asked
/// @param dialect that of the request, likewise
public record ErrorEvent(int afterTokens, @Nullable ErrorShape shape, String key, Dialect dialect)
        implements Fault {

    /// Before any other event.
    public static final int FIRST = -1;

    static final List<Word<Fault>> WORDS =
            List.of(
                    new Word<>(
                            "error-first",
                            "[-SHAPE]",
                            "anthropic",
                            "answer 200 with an error as the first event, in the shape of body-",
                            value -> new ErrorEvent(FIRST, shape("error-first", value))),
                    new Word<>(
                            "error-after",
                            "N[:SHAPE]",
                            "3",
                            "report an error in the stream after N tokens, in the shape of body-",
                            ErrorEvent::parse));

    private static final String MESSAGE = "The simulator was asked to fail here.";

    public ErrorEvent(int afterTokens) {
        this(afterTokens, null);
    }

    public ErrorEvent(int afterTokens, @Nullable ErrorShape shape) {
        this(afterTokens, shape, "", Dialects.CHAT);
    }

    private static ErrorEvent parse(String text) {
        String[] parts = text.split(":", 2);
        return new ErrorEvent(
                Word.wholeNumber("error-after", parts[0], 0, Integer.MAX_VALUE),
                shape("error-after", parts.length == 1 ? "" : parts[1]));
    }

    private static @Nullable ErrorShape shape(String word, String value) {
        return value.isEmpty() ? null : ErrorShape.parse(word, value);
    }

    @Override
    public Fault asked(Asked request) {
        return new ErrorEvent(afterTokens, shape, request.key(), request.dialect());
    }

    @Override
    public Reach reach() {
        return shape == null ? Reach.EVERY_DIALECT : Reach.EVENT_STREAMS;
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            Answer refusal = new Status(500, MESSAGE, dialect).apply(answer);
            return shape == null ? refusal : new ErrorBody(shape, key).apply(refusal);
        }
        int at = afterTokens == FIRST ? answer.afterHead() : answer.afterTokens(afterTokens);
        Piece event = shape == null ? dialect.errorEvent(MESSAGE) : shape.frame(key);
        return answer.cutAt(at, Body.event(event), new End()).measured();
    }
}
