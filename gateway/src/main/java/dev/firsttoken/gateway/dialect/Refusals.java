package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.dialect.openai.ChatErrors;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.HashMap;
import java.util.Map;

/// Refusals in the forms that clients know.
public final class Refusals {

    private Refusals() {}

    /// `{"error":{"message","type","param","code"}}`, as the OpenAI SDKs want it.
    public static Refusal openAi(Failure failure) {
        var body = new Utf8Buffer(256);
        ChatErrors.write(failure, body);
        return new Refusal(failure.status(), headers(failure), body.toByteArray());
    }

    /// `{"error": "…"}`, as the simple contract wants it.
    static Refusal simple(Failure failure) {
        var body = new Utf8Buffer(256);
        body.raw("{\"error\": ").jsonString(failure.detail()).raw("}");
        return new Refusal(failure.status(), headers(failure), body.toByteArray());
    }

    private static Map<String, String> headers(Failure failure) {
        var headers = new HashMap<String, String>();
        headers.put("content-type", "application/json");
        if (failure.retryAfter() != null) {
            headers.put(
                    "retry-after", Long.toString(Math.max(1, failure.retryAfter().toSeconds())));
        }
        if (failure.kind() == Failure.Kind.UNAUTHENTICATED) {
            headers.put("www-authenticate", "Bearer");
        }
        return headers;
    }
}
