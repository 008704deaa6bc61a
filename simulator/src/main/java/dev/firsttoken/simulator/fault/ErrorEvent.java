package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// An error reported inside a stream that began with status 200, and then the end, without `[DONE]`
/// unless the shape has one. An answer that is not streamed gets status 500 instead.
///
/// @param afterTokens [#FIRST] for an error before anything else, even the role
/// @param key the request's key, known once a request has asked
public record ErrorEvent(int afterTokens, ErrorShape shape, String key) implements Fault {

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
        this(afterTokens, ErrorShape.OPENAI);
    }

    public ErrorEvent(int afterTokens, ErrorShape shape) {
        this(afterTokens, shape, "");
    }

    private static ErrorEvent parse(String text) {
        String[] parts = text.split(":", 2);
        return new ErrorEvent(
                Word.wholeNumber("error-after", parts[0], 0, Integer.MAX_VALUE),
                shape("error-after", parts.length == 1 ? "" : parts[1]));
    }

    private static ErrorShape shape(String word, String value) {
        return value.isEmpty() ? ErrorShape.OPENAI : ErrorShape.parse(word, value);
    }

    @Override
    public Fault asked(Asked request) {
        return new ErrorEvent(afterTokens, shape, ErrorBody.keyOf(request));
    }

    @Override
    public Answer apply(Answer answer) {
        if (!answer.streamed()) {
            Answer refusal = new Status(500, MESSAGE).apply(answer);
            return shape == ErrorShape.OPENAI ? refusal : new ErrorBody(shape, key).apply(refusal);
        }
        int at = afterTokens == FIRST ? answer.afterHead() : answer.afterTokens(afterTokens);
        return answer.cutAt(at, Body.event(shape.frame(key)), new End()).measured();
    }
}
