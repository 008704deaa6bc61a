package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The dialect's errors: `{"type":"error","error":{"type","message"}}`, as a body and as an event.
final class MessagesErrors {

    private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TYPE = "type".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

    private MessagesErrors() {}

    static void write(Failure failure, Utf8Buffer out) {
        out.raw("{\"type\":\"error\",\"error\":{\"type\":").jsonString(type(failure));
        out.raw(",\"message\":").jsonString(failure.detail()).raw("}}");
    }

    /// A full server is 529 here; what an upstream said keeps its status.
    static int status(Failure failure) {
        return failure.kind() == Failure.Kind.OVERLOADED ? 529 : failure.status();
    }

    static String type(Failure failure) {
        return switch (status(failure)) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404, 410 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            case 408, 504 -> "timeout_error";
            default -> failure.status() < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /// The status that an error type would have had before the stream began.
    private static int statusOf(@Nullable String type) {
        return switch (type) {
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "billing_error" -> 402;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            case null, default -> 502;
        };
    }

    /// Understands the `error` object ahead.
    static Failure read(JsonCursor json) throws JsonException {
        String type = null;
        String message = null;
        if (json.isObject()) {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(TYPE)) {
                    type = json.stringOrNull();
                } else if (json.fieldIs(MESSAGE)) {
                    message = json.stringOrNull();
                } else {
                    json.skip();
                }
            }
        } else {
            message = json.stringOrNull();
        }
        String said = message == null ? "the provider reported an error" : message;
        String detail = type == null ? said : said + " (" + type + ")";
        return new Failure(Failure.Kind.REPORTED, statusOf(type), detail, null);
    }

    static Failure readBody(int status, Headers headers, byte[] body) {
        String detail = null;
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(ERROR)) {
                    detail = read(json).detail();
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
