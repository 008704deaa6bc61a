package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;

/// The dialect's error bodies: `{"id":"…","message":"…"}`.
final class CohereErrors {

    private CohereErrors() {}

    static Failure readBody(int status, Headers headers, byte[] body) {
        String detail = null;
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.field().equals("message")) {
                    detail = json.stringOrNull();
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
