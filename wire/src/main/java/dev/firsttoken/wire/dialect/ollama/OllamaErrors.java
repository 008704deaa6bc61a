package dev.firsttoken.wire.dialect.ollama;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// The dialect's errors: `{"error":"…"}`, as a body and as the last line of a stream.
final class OllamaErrors {

    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);

    private OllamaErrors() {}

    static void write(Failure failure, Utf8Buffer out) {
        out.raw("{\"error\":").jsonString(failure.detail()).raw("}");
    }

    /// Reads the value of `error` ahead: a text, or an object with a `message` from servers that
    /// stand before Ollama.
    static Failure read(JsonCursor json) throws JsonException {
        String said = text(json);
        String detail = said == null || said.isBlank() ? "the provider reported an error" : said;
        return Failure.of(Failure.Kind.REPORTED, detail);
    }

    private static @Nullable String text(JsonCursor json) throws JsonException {
        if (!json.isObject()) {
            return json.stringOrNull();
        }
        String message = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(MESSAGE)) {
                message = json.stringOrNull();
            } else {
                json.skip();
            }
        }
        return message;
    }

    static Failure readBody(int status, Headers headers, byte[] body) {
        String detail = null;
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(ERROR)) {
                    detail = text(json);
                } else {
                    json.skip();
                }
            }
        } catch (JsonException e) {
            detail = null;
        }
        return ErrorReading.failure(status, headers, detail);
    }
}
