package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Request;

/// What is alike in every dialect: what a body must be, and how a stream breaks off.
public final class Bodies {

    private static final String[] ACTED_ON = {"model", "stream", "store"};

    private Bodies() {}

    public static void requireJson(ClientRequest request) throws RejectedException {
        if (request.header("content-encoding") != null) {
            throw new RejectedException(
                    Failure.Kind.UNSUPPORTED_MEDIA_TYPE,
                    "the body is compressed (expected: no content-encoding)");
        }
        if (!request.isJson()) {
            throw new RejectedException(
                    Failure.Kind.UNSUPPORTED_MEDIA_TYPE,
                    "the content type is not JSON (expected: content-type: application/json)");
        }
    }

    /// The body as far as limits and names go.
    ///
    /// @throws InvalidRequestException also for a field in another case: some providers would read
    ///   it and we would not, so that we would check one request and they would serve another
    public static JsonObjectText checked(byte[] body, RequestLimits limits)
            throws InvalidRequestException {
        JsonObjectText text = JsonObjectText.read(body, limits.json());
        for (String name : text.names()) {
            for (String ours : ACTED_ON) {
                if (name.equalsIgnoreCase(ours) && !name.equals(ours)) {
                    throw new InvalidRequestException("is not spelled '" + ours + "'", name);
                }
            }
        }
        return text;
    }

    public static void checkMessages(Request request, RequestLimits limits)
            throws InvalidRequestException {
        int messages = request.messages().size();
        if (messages > limits.messages()) {
            throw new InvalidRequestException(
                    "has " + messages + " messages (expected: at most " + limits.messages() + ")",
                    null);
        }
    }

    public static RejectedException rejected(InvalidRequestException e) {
        String where = e.field() == null ? "" : e.field() + ": ";
        return new RejectedException(
                Failure.ofParam(Failure.Kind.INVALID_REQUEST, where + e.getMessage(), e.field()));
    }

    public static StreamForm form(ClientCodec codec) {
        var heartbeat = new Utf8Buffer(64);
        codec.streamWriter(new AnswerHead("", "", 0), Request.NOTHING).heartbeat(heartbeat);
        return new StreamForm(codec.streamType(), heartbeat.toByteArray(), codec.streamHeaders());
    }

    public static void brokenOff(
            ClientCodec codec, StreamForm form, Failure failure, long events, Lane.Out out) {
        var end = new Utf8Buffer(256);
        codec.breakOff(failure, events, end);
        form.split(end, out);
    }
}
