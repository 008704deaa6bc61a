package dev.firsttoken.wire.dialect.bedrock;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.eventstream.EventStreamWriter;
import dev.firsttoken.wire.json.Utf8Buffer;

/// The headers of the dialect's messages.
final class BedrockMessages {

    /// The media type of a stream.
    static final String TYPE = "application/vnd.amazon.eventstream";

    static final byte[] MESSAGE_TYPE = ascii(":message-type");
    static final byte[] EVENT_TYPE = ascii(":event-type");
    static final byte[] EXCEPTION_TYPE = ascii(":exception-type");
    static final byte[] ERROR_CODE = ascii(":error-code");
    static final byte[] ERROR_MESSAGE = ascii(":error-message");
    static final byte[] EVENT = ascii("event");
    static final byte[] EXCEPTION = ascii("exception");

    /// The type of the event that keeps a silent connection alive.
    static final String PING = "ping";

    private static final byte[] CONTENT_TYPE = ascii(":content-type");
    private static final byte[] JSON = ascii("application/json");

    private BedrockMessages() {}

    /// The headers of an event.
    static byte[] event(String type) {
        return headers(EVENT_TYPE, type, EVENT);
    }

    /// The headers of an error.
    static byte[] exception(String type) {
        return headers(EXCEPTION_TYPE, type, EXCEPTION);
    }

    private static byte[] headers(byte[] name, String type, byte[] messageType) {
        var out = new Utf8Buffer(128);
        EventStreamWriter.header(name, type.getBytes(UTF_8), out);
        EventStreamWriter.header(CONTENT_TYPE, JSON, out);
        EventStreamWriter.header(MESSAGE_TYPE, messageType, out);
        return out.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
