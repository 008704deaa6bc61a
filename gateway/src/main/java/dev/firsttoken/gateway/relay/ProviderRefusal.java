package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.dialect.ProviderAnswer;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.Utf8Buffer;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes something that a client may see of a provider's response that is not an answer.
final class ProviderRefusal {

    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int MAX_MESSAGE_LENGTH = 500;

    private ProviderRefusal() {}

    /// How much of an error body is worth keeping.
    static int maxBodyBytes() {
        return MAX_BODY_BYTES;
    }

    /// A response with another status than 200.
    ///
    /// 4xx and 5xx keep their status. A redirect is never followed, since it could carry the
    /// credential elsewhere, and like everything below 400 it is the provider's mistake.
    static Attempt.Refused of(
            Deployment deployment, int status, Map<String, String> headers, Utf8Buffer body) {
        if (status < 400 || status > 599) {
            return invalid("the provider answered with status " + status + " (expected: 200)");
        }
        if (status == 401 || status == 403) {
            // It is our credential that was refused, and what is said of it is nobody else's
            // business.
            String detail = "the provider refused the server's credential with status " + status;
            return new Attempt.Refused(
                    new Failure(Failure.Kind.REFUSED, status, detail, null), null);
        }
        String text = deployment.endpoint().withoutSecret(body.toString());
        byte[] clean = text.getBytes(UTF_8);
        ProviderCodec codec = deployment.dialect().codec();
        Failure failure = shortened(codec.readError(status, headers::get, clean));
        var passed = new LinkedHashMap<>(headers);
        passed.put("content-type", "application/json");
        return new Attempt.Refused(
                failure, new ProviderAnswer(codec.dialect(), status, passed, clean));
    }

    private static Failure shortened(Failure failure) {
        String said = failure.detail();
        return said.length() <= MAX_MESSAGE_LENGTH
                ? failure
                : new Failure(
                        failure.kind(),
                        failure.status(),
                        said.substring(0, MAX_MESSAGE_LENGTH) + "…",
                        failure.retryAfter());
    }

    /// An answer that is not a stream of the dialect, or is in another charset than the only one
    /// that these have (WHATWG HTML, 9.2.5).
    ///
    /// @return null when it can be read
    static Attempt.@Nullable Refused ofType(HttpHeaders headers, ProviderDialect dialect) {
        String type = headers.get("content-type");
        if (type == null) {
            return null;
        }
        String wanted = dialect.codec().streamType();
        int length = wanted.indexOf(';') < 0 ? wanted.length() : wanted.indexOf(';');
        if (!type.regionMatches(true, 0, wanted, 0, length)) {
            return invalid(
                    wanted.startsWith("text/event-stream")
                            ? "the provider's answer is not an event stream"
                            : "the provider's answer is not a stream of " + wanted);
        }
        CharSequence charset = HttpUtil.getCharsetAsSequence(type);
        return charset == null || charset.toString().equalsIgnoreCase("utf-8")
                ? null
                : invalid("the provider's answer is in another charset than UTF-8");
    }

    /// An answer in a content coding: we ask for none, and do not unpack what comes all the same.
    ///
    /// @return null when it is not compressed, or is no answer anyway
    static Attempt.@Nullable Refused ofCompressed(int status, HttpHeaders headers) {
        String coding = headers.get("content-encoding");
        boolean plain = coding == null || coding.equalsIgnoreCase("identity");
        return plain || status != 200
                ? null
                : invalid("the provider's answer is compressed, which it was asked not to be");
    }

    static Attempt.Refused invalid(String detail) {
        return new Attempt.Refused(Failure.of(Failure.Kind.INVALID, detail), null);
    }
}
