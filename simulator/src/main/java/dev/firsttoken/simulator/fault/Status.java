package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.dialect.Dialect;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.word.Word;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.Failure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An error status instead of an answer, with the error body a provider would send.
///
/// @param dialect that of the request, known once one has asked
public record Status(int status, String message, Dialect dialect) implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.count(
                            "status",
                            400,
                            599,
                            "answer with this error status and an error body",
                            Status::new));

    public Status {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
    }

    public Status(int status) {
        this(status, "The simulator was asked for status " + status + ".");
    }

    public Status(int status, String message) {
        this(status, message, Dialects.CHAT);
    }

    @Override
    public Fault asked(Asked request) {
        return new Status(status, message, request.dialect());
    }

    /// The whole answer that a failure gets, whatever was asked.
    public static Answer answer(Dialect dialect, Failure failure) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("content-type", "application/json"));
        headers.addAll(dialect.errorHeaders(failure));
        Answer answer =
                new Answer(
                                false,
                                List.of(
                                        new Head(failure.status(), headers, Framing.CONTENT_LENGTH),
                                        Body.bytes(Piece.of(dialect.error(failure))),
                                        new End()))
                        .measured();
        Duration retryAfter = failure.retryAfter();
        return retryAfter == null ? answer : ExtraHeader.retryAfter(retryAfter).apply(answer);
    }

    @Override
    public Answer apply(Answer answer) {
        return answer(dialect, new Failure(kind(), status, message, null));
    }

    private Kind kind() {
        return switch (status) {
            case 401 -> Kind.UNAUTHENTICATED;
            case 404 -> Kind.MODEL_NOT_FOUND;
            case 405 -> Kind.METHOD_NOT_ALLOWED;
            case 408 -> Kind.REQUEST_TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 415 -> Kind.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status < 500 ? Kind.INVALID_REQUEST : Kind.INTERNAL;
        };
    }
}
