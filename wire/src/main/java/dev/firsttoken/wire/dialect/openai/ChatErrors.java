package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// The error body of the OpenAI dialect: `{"error":{"message","type","param","code"}}`, all four
/// keys always there.
///
/// It is the body of a refusal and, as one event, the last thing on a stream that broke.
public final class ChatErrors {

    private ChatErrors() {}

    /// Writes the body of a failure.
    public static void write(Failure failure, Utf8Buffer out) {
        out.raw("{\"error\":{\"message\":").jsonString(failure.detail());
        out.raw(",\"type\":").jsonString(type(failure));
        out.raw(",\"param\":");
        if (failure.param() == null) {
            out.raw("null");
        } else {
            out.jsonString(failure.param());
        }
        out.raw(",\"code\":").jsonString(failure.kind().code());
        out.raw("}}");
    }

    /// The word for a failure in the dialect's `type` field.
    public static String type(Failure failure) {
        return switch (failure.kind()) {
            case INVALID_REQUEST,
                    UNAUTHENTICATED,
                    NOT_FOUND,
                    MODEL_NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    CLIENT_GONE,
                    STOPPED,
                    EXPIRED,
                    CURSOR_AHEAD ->
                    "invalid_request_error";
            case RATE_LIMITED -> "rate_limit_error";
            case OVERLOADED, DRAINING -> "service_unavailable_error";
            case INTERNAL,
                    INTERRUPTED,
                    CONNECT_FAILED,
                    CONNECT_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
                    STALLED,
                    NO_PROGRESS,
                    TOTAL_TIMEOUT,
                    TRUNCATED,
                    INVALID ->
                    "server_error";
            // What an upstream said about the request is as true of the client's request.
            case REFUSED, REPORTED -> typeOfStatus(failure.status());
        };
    }

    /// What an error body says, and with it its code; null when it says nothing that is understood.
    static @Nullable String message(byte[] body) {
        var said = new StringBuilder();
        var visitor =
                new ChatChunkVisitor.ErrorsOnly() {
                    @Override
                    public void error(
                            boolean openAi, @Nullable String message, @Nullable String code) {
                        if (message != null && said.isEmpty()) {
                            said.append(message).append(code == null ? "" : " (" + code + ")");
                        }
                    }
                };
        var parser = new ChatChunkParser();
        try {
            parser.parse(body, 0, body.length, visitor);
        } catch (JsonException e) {
            return null;
        }
        String top = parser.topLevelMessage();
        return said.isEmpty() ? top : said.toString();
    }

    private static String typeOfStatus(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        return status < 500 ? "invalid_request_error" : "server_error";
    }
}
