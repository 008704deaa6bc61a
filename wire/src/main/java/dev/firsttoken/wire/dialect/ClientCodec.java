package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;
import java.util.Map;

/// The server's half of a dialect: reads what clients ask, writes what they hear.
///
/// One instance serves all requests at once: it has no state.
public interface ClientCodec {

    /// The word for the dialect in metrics, logs and [dev.firsttoken.wire.message.Extras].
    String dialect();

    /// Understands a request.
    ///
    /// @param path the request's path with its query, for dialects that name the model there
    /// @throws InvalidRequestException when it is not one of this dialect
    Request readRequest(String path, Headers headers, byte[] body) throws InvalidRequestException;

    /// The media type of a stream.
    String streamType();

    /// What the head of a stream says beside its media type, names in lower case.
    default Map<String, String> streamHeaders() {
        return Map.of();
    }

    /// Writes one stream.
    ///
    /// @param request what is answered, as it was read
    StreamWriter streamWriter(AnswerHead head, Request request);

    /// Writes an answer that is not a stream.
    void writeAnswer(AnswerHead head, Answer answer, Request request, Utf8Buffer out);

    /// The media type of a refusal.
    default String errorType() {
        return "application/json";
    }

    /// What the head of a refusal says beside its media type, names in lower case.
    default Map<String, String> errorHeaders(Failure failure) {
        return Map.of();
    }

    /// Writes the body of a refusal.
    void writeError(Failure failure, Utf8Buffer out);

    /// Writes how a stream ends that breaks off, when whoever wrote it can say nothing any more.
    ///
    /// @param events how many there were
    default void breakOff(Failure failure, long events, Utf8Buffer out) {
        StreamWriter writer = streamWriter(new AnswerHead("", "", 0), Request.NOTHING);
        writer.write(new StreamEvent.Failed(failure), out);
        writer.end(out);
    }

    /// The HTTP status of a refusal.
    default int status(Failure failure) {
        return failure.status();
    }
}
