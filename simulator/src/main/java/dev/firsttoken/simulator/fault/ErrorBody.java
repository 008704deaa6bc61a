package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.word.Word;
import java.util.List;

/// The body of an error in somebody's shape. The status stays what it is, so that alone this is an
/// error with status 200.
///
/// @param key the request's key, known once a request has asked
public record ErrorBody(ErrorShape shape, String key) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.choice(
                            "body",
                            ErrorShape.ALL,
                            Word::of,
                            "send an error of this shape as the body, whatever the status",
                            ErrorBody::new));

    public ErrorBody(ErrorShape shape) {
        this(shape, "");
    }

    @Override
    public Fault asked(Asked request) {
        return new ErrorBody(shape, request.key());
    }

    @Override
    public Answer apply(Answer answer) {
        Head was =
                answer.steps().stream()
                        .filter(Head.class::isInstance)
                        .map(Head.class::cast)
                        .findFirst()
                        .orElseThrow();
        List<Step> steps =
                List.of(
                        new Head(
                                was.status(),
                                List.of(new Header("content-type", shape.contentType())),
                                Framing.CONTENT_LENGTH),
                        Body.bytes(shape.body(key)),
                        new End());
        return new Answer(false, steps).measured();
    }
}
