package dev.firsttoken.gateway.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;

/// Looks into error bodies of providers.
final class ErrorBody {

    private static final byte[] ERROR = "error".getBytes(US_ASCII);

    /// What stands under `error`.
    private enum Kind {
        NOTHING,
        TEXT,
        OBJECT
    }

    private ErrorBody() {}

    /// Whether a body says what went wrong in the way another one does.
    static boolean isLike(byte[] body, byte[] other) {
        Kind kind = kind(body);
        return kind != Kind.NOTHING && kind == kind(other);
    }

    private static Kind kind(byte[] body) {
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        Kind found = Kind.NOTHING;
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(ERROR)) {
                    found =
                            json.isObject()
                                    ? Kind.OBJECT
                                    : json.isString() ? Kind.TEXT : Kind.NOTHING;
                }
                json.skip();
            }
            json.end();
        } catch (JsonException e) {
            return Kind.NOTHING;
        }
        return found;
    }
}
