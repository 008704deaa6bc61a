package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.message.Request;
import java.util.function.Consumer;

/// The client's half of a dialect: writes what we ask of a provider, reads what it answers.
///
/// One instance serves all requests at once: it has no state.
public interface ProviderCodec {

    /// The word for the dialect in metrics, logs and [dev.firsttoken.wire.message.Extras].
    String dialect();

    /// Writes a request. It always asks for token counts, whether or not the client did.
    ///
    /// @param model the name that the provider has for it
    WrittenRequest writeRequest(Request request, String model);

    /// The media type of a stream, without parameters.
    String streamType();

    /// Reads one stream, from bytes to events.
    ///
    /// @param maxEventBytes the longest event, and the longest line, before the stream is given up
    StreamReader streamReader(int maxEventBytes);

    /// Reads an answer that is not a stream, and tells it as one: a
    /// [dev.firsttoken.wire.message.AnswerAssembler] makes a value of it. Ends with a
    /// [StreamEvent.Failed] when the body is not a whole answer.
    void readAnswer(byte[] body, Consumer<StreamEvent> events);

    /// Understands a response with another status than 200.
    Failure readError(int status, Headers headers, byte[] body);
}
