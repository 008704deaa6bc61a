package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.openai.ChatErrors;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/// The dialect's errors: the body that all of OpenAI's routes have, the event `error`, and the
/// `error` of a response that failed.
final class ResponsesErrors {

    private ResponsesErrors() {}

    /// Writes what the event `error` says. OpenAI's SDKs have its fields at the top, its servers
    /// send them as an object; clients look for either.
    static void writeEvent(Failure failure, JsonWriter out) {
        fields(failure, out);
        out.object("error").member("type", ChatErrors.type(failure));
        fields(failure, out);
        out.endObject();
    }

    private static void fields(Failure failure, JsonWriter out) {
        out.member("code", failure.kind().code()).member("message", failure.detail());
        out.name("param").nothing();
    }

    /// Understands an error object: the one ahead, or the fields of an event that is one.
    static Failure read(JsonCursor json) throws JsonException {
        String type = null;
        String code = null;
        String message = null;
        if (json.isObject()) {
            json.enterObject();
            while (json.nextField()) {
                switch (json.field()) {
                    case "type" -> type = json.stringOrNull();
                    case "code" -> code = json.stringOrNull();
                    case "message" -> message = json.stringOrNull();
                    default -> json.skip();
                }
            }
        } else {
            message = json.stringOrNull();
        }
        String word = code != null ? code : "error".equals(type) ? null : type;
        String said = message == null ? "the provider reported an error" : message;
        String detail = word == null ? said : said + " (" + word + ")";
        return new Failure(Failure.Kind.REPORTED, statusOf(type, code), detail, null);
    }

    /// The status that an error would have had before the stream began.
    private static int statusOf(@Nullable String type, @Nullable String code) {
        return switch (code) {
            case "rate_limit_exceeded", "insufficient_quota" -> 429;
            case "server_is_overloaded", "slow_down" -> 503;
            case "vector_store_timeout" -> 504;
            case "invalid_api_key" -> 401;
            case "model_not_found" -> 404;
            case "server_error" -> 502;
            case "invalid_prompt", "context_length_exceeded" -> 400;
            case null, default ->
                    switch (type) {
                        case "invalid_request_error" -> 400;
                        case "rate_limit_error", "insufficient_quota" -> 429;
                        case "service_unavailable_error" -> 503;
                        case null, default -> 502;
                    };
        };
    }

    static Failure readBody(int status, Headers headers, byte[] body) {
        String detail = null;
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            json.enterObject();
            while (json.nextField()) {
                if (json.field().equals("error") && !json.isNull()) {
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
