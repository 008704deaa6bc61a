package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The dialect's errors: `{"error":{"code","message","status","details"}}`, as a body and as a
/// chunk. The words of `status` are those of google.rpc.Code.
final class GeminiErrors {

    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

    private GeminiErrors() {}

    static void write(Failure failure, Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object().object("error");
        json.member("code", failure.status()).member("message", failure.detail());
        json.member("status", status(failure.status()));
        Duration wait = failure.retryAfter();
        if (wait != null) {
            json.array("details").object().member("@type", RETRY_INFO);
            json.member("retryDelay", seconds(wait)).endObject().endArray();
        }
        json.endObject().endObject();
    }

    private static String seconds(Duration wait) {
        int millis = wait.toMillisPart();
        return wait.toSeconds()
                + (millis == 0 ? "" : String.format(Locale.ROOT, ".%03d", millis))
                + "s";
    }

    private static String status(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404, 410 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 499 -> "CANCELLED";
            case 503, 529 -> "UNAVAILABLE";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            default -> status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
        };
    }

    private static int statusOf(@Nullable String word, long code) {
        if (code >= 400 && code <= 599) {
            return (int) code;
        }
        return switch (word) {
            case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE" -> 400;
            case "UNAUTHENTICATED" -> 401;
            case "PERMISSION_DENIED" -> 403;
            case "NOT_FOUND" -> 404;
            case "RESOURCE_EXHAUSTED" -> 429;
            case "INTERNAL", "UNKNOWN", "DATA_LOSS" -> 500;
            case "UNAVAILABLE" -> 503;
            case "DEADLINE_EXCEEDED" -> 504;
            case null, default -> 502;
        };
    }

    /// Understands the `error` object ahead.
    static Failure read(JsonCursor json) throws JsonException {
        long code = 0;
        String message = null;
        String status = null;
        Duration wait = null;
        if (json.isObject()) {
            json.enterObject();
            while (json.nextField()) {
                switch (json.field()) {
                    case "code" -> code = json.count();
                    case "message" -> message = json.stringOrNull();
                    case "status" -> status = json.stringOrNull();
                    case "details" -> wait = retryDelay(json);
                    default -> json.skip();
                }
            }
        } else {
            message = json.stringOrNull();
        }
        String said =
                message == null || message.isBlank() ? "the provider reported an error" : message;
        String detail = status == null ? said : said + " (" + status + ")";
        return new Failure(Failure.Kind.REPORTED, statusOf(status, code), detail, wait);
    }

    /// The delay in the array of details ahead, such as `"34.07s"`.
    private static @Nullable Duration retryDelay(JsonCursor json) throws JsonException {
        Duration wait = null;
        if (!json.isArray()) {
            json.skip();
            return null;
        }
        json.enterArray();
        while (json.nextElement()) {
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            json.enterObject();
            while (json.nextField()) {
                if (!json.field().equals("retryDelay")) {
                    json.skip();
                    continue;
                }
                String text = json.stringOrNull();
                if (text != null && text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?s")) {
                    double seconds = Double.parseDouble(text.substring(0, text.length() - 1));
                    wait = Duration.ofMillis(Math.round(seconds * 1_000));
                }
            }
        }
        return wait;
    }

    /// Understands an error body. A stream that was asked for as an array has it in an array.
    static Failure readBody(int status, Headers headers, byte[] body) {
        Failure said = null;
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            boolean listed = json.isArray();
            if (listed) {
                json.enterArray();
            }
            if (!listed || json.nextElement()) {
                json.enterObject();
                while (json.nextField()) {
                    if (json.field().equals("error")) {
                        said = read(json);
                    } else {
                        json.skip();
                    }
                }
            }
        } catch (JsonException e) {
            said = null;
        }
        Failure failure =
                ErrorReading.failure(status, headers, said == null ? null : said.detail());
        Duration wait = said == null ? null : said.retryAfter();
        return wait == null || failure.retryAfter() != null
                ? failure
                : new Failure(failure.kind(), failure.status(), failure.detail(), wait);
    }
}
