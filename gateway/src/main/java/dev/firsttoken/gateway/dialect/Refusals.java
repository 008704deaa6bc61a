package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Refusals in the forms that clients know.
public final class Refusals {

    private Refusals() {}

    /// What the provider said is passed on as it is, if it is an error in the client's own form.
    public static Refusal of(ClientCodec codec, Failure failure, @Nullable ProviderAnswer answer) {
        var own = new Utf8Buffer(256);
        codec.writeError(failure, own);
        boolean passes =
                answer != null
                        && answer.dialect().equals(codec.dialect())
                        && ErrorBody.isLike(answer.body(), own.toByteArray());
        if (answer != null && passes) {
            return new Refusal(answer.status(), answer.headers(), answer.body());
        }
        Map<String, String> headers = headers(failure);
        headers.put("content-type", codec.errorType());
        headers.putAll(codec.errorHeaders(failure));
        if (answer != null) {
            answer.headers().forEach(headers::putIfAbsent);
        }
        return new Refusal(codec.status(failure), headers, own.toByteArray());
    }

    public static Map<String, String> headers(Failure failure) {
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
