package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.dialect.ErrorReading;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The dialect's errors. As a body: `{"message":"…"}`, whose type is in the header
/// `x-amzn-errortype` or in the member `__type`. In a stream: a message whose header
/// `:exception-type` is the type with a small first letter.
final class BedrockErrors {

    static final String TYPE_HEADER = "x-amzn-errortype";

    private BedrockErrors() {}

    static void write(Failure failure, Utf8Buffer out) {
        out.raw("{\"__type\":").jsonString(type(failure));
        out.raw(",\"message\":").jsonString(failure.detail()).raw("}");
    }

    /// AWS has no status for those that are unknown: whoever is not let in is forbidden to.
    static int status(Failure failure) {
        return failure.kind() == Failure.Kind.UNAUTHENTICATED ? 403 : failure.status();
    }

    static String type(Failure failure) {
        return switch (failure.status()) {
            case 401, 403 -> "AccessDeniedException";
            case 404, 410 -> "ResourceNotFoundException";
            case 408 -> "ModelTimeoutException";
            case 424 -> "ModelErrorException";
            case 429 -> "ThrottlingException";
            case 503, 529 -> "ServiceUnavailableException";
            default -> failure.status() < 500 ? "ValidationException" : "InternalServerException";
        };
    }

    /// The type of an error in a stream, where there are five.
    static String streamType(Failure failure) {
        return switch (failure.status()) {
            case 424 -> "modelStreamErrorException";
            case 429 -> "throttlingException";
            case 503, 529 -> "serviceUnavailableException";
            default -> failure.status() < 500 ? "validationException" : "internalServerException";
        };
    }

    /// The status that a type would have had before the stream began.
    private static int statusOf(String type) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "validationexception", "conflictexception", "servicequotaexceededexception" -> 400;
            case "accessdeniedexception" -> 403;
            case "resourcenotfoundexception" -> 404;
            case "modeltimeoutexception" -> 408;
            case "modelerrorexception", "modelstreamerrorexception" -> 424;
            case "throttlingexception", "modelnotreadyexception" -> 429;
            case "internalserverexception" -> 500;
            case "serviceunavailableexception" -> 503;
            default -> 502;
        };
    }

    /// Understands an error in a stream.
    static Failure read(String type, @Nullable String message) {
        String said =
                message == null || message.isBlank() ? "the provider reported an error" : message;
        return new Failure(Failure.Kind.REPORTED, statusOf(type), said + " (" + type + ")", null);
    }

    /// The `message` of the object ahead, null when it has none.
    static @Nullable String message(JsonCursor json) throws JsonException {
        String message = null;
        String original = null;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "message", "Message" -> message = json.stringOrNull();
                case "originalMessage" -> original = json.stringOrNull();
                default -> json.skip();
            }
        }
        return message == null ? original : message;
    }

    static Failure readBody(int status, Headers headers, byte[] body) {
        String message = null;
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            message = message(json);
        } catch (JsonException e) {
            message = null;
        }
        String type = headers.get(TYPE_HEADER);
        if (type != null && message != null) {
            // It may be followed by the address of a document.
            message += " (" + type.split(":", 2)[0] + ")";
        }
        return ErrorReading.failure(status, headers, message);
    }
}
