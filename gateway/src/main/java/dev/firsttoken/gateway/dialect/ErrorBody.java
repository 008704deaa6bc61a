package dev.firsttoken.gateway.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import org.jspecify.annotations.Nullable;

/// Looks into error bodies of providers.
public final class ErrorBody {

    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
    private static final int MAX_MESSAGE_LENGTH = 500;

    private ErrorBody() {}

    /// Whether it is a JSON object with an `error` object in it.
    static boolean isOpenAi(byte[] body) {
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        boolean found = false;
        try {
            json.enterObject();
            while (json.nextField()) {
                found |= json.fieldIs(ERROR) && json.isObject();
                json.skip();
            }
            json.end();
        } catch (JsonException e) {
            return false;
        }
        return found;
    }

    /// What it says in words, at most 500 characters: `error.message`, `error` or `message`.
    public static @Nullable String message(byte[] body) {
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        String message = null;
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(ERROR) && json.isObject()) {
                    json.enterObject();
                    while (json.nextField()) {
                        message = messageOr(message, json);
                    }
                } else if (json.fieldIs(ERROR) && json.isString()) {
                    message = json.string();
                } else {
                    message = messageOr(message, json);
                }
            }
        } catch (JsonException e) {
            return null;
        }
        if (message == null || message.length() <= MAX_MESSAGE_LENGTH) {
            return message;
        }
        return message.substring(0, MAX_MESSAGE_LENGTH) + "…";
    }

    private static @Nullable String messageOr(@Nullable String otherwise, JsonCursor json)
            throws JsonException {
        if (json.fieldIs(MESSAGE) && json.isString()) {
            return json.string();
        }
        json.skip();
        return otherwise;
    }
}
