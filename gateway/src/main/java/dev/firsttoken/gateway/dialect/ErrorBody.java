package dev.firsttoken.gateway.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;

/// Looks into error bodies of providers.
final class ErrorBody {

    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);

    /// Where it is said.
    private enum Kind {
        NOWHERE,
        /// `message` beside no `error`.
        MESSAGE,
        /// `error` is a text.
        TEXT,
        /// `error` is an object.
        OBJECT
    }

    private ErrorBody() {}

    /// Whether a body says what went wrong in the way another one does.
    static boolean isLike(byte[] body, byte[] other) {
        Kind kind = kind(body);
        return kind != Kind.NOWHERE && kind == kind(other);
    }

    private static Kind kind(byte[] body) {
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        Kind found = Kind.NOWHERE;
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(ERROR)) {
                    found =
                            json.isObject()
                                    ? Kind.OBJECT
                                    : json.isString() ? Kind.TEXT : Kind.NOWHERE;
                } else if (json.fieldIs(MESSAGE) && json.isString() && found == Kind.NOWHERE) {
                    found = Kind.MESSAGE;
                }
                json.skip();
            }
            json.end();
        } catch (JsonException e) {
            return Kind.NOWHERE;
        }
        return found;
    }
}
