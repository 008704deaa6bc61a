package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.dialect.StreamForm;
import dev.firsttoken.gateway.pricing.Cost;
import dev.firsttoken.gateway.routing.Deployment;
import dev.firsttoken.wire.message.Loss;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The headers of an event stream.
final class StreamHead {

    /// Longest name of a deployment that is told. A model's name can be the client's own words.
    private static final int LONGEST_NAME = 256;

    /// Longest list of fields that were left out.
    private static final int LONGEST_DROPPED = 1024;

    private final String streamId;
    private final StreamForm form;
    private final Duration heartbeat;

    /// @param heartbeat how long the stream is silent at most
    StreamHead(String streamId, StreamForm form, Duration heartbeat) {
        this.streamId = streamId;
        this.form = form;
        this.heartbeat = heartbeat;
    }

    /// The headers while nobody knows yet who answers.
    Map<String, String> of(List<Loss> losses) {
        return of(losses, Map.of());
    }

    /// The headers of an answer that has begun.
    ///
    /// @param provider headers of the provider that may pass
    /// @param attempts how many deployments were asked, the one that answers included
    Map<String, String> of(
            List<Loss> losses, Map<String, String> provider, Deployment deployment, int attempts) {
        Map<String, String> headers = of(losses, provider);
        headers.put(
                "x-firsttoken-deployment",
                visible(deployment.provider() + "/" + deployment.model()));
        headers.put("x-firsttoken-attempts", Integer.toString(attempts));
        return headers;
    }

    private Map<String, String> of(List<Loss> losses, Map<String, String> provider) {
        var headers = new LinkedHashMap<>(provider);
        headers.put("content-type", form.type());
        headers.putAll(form.headers());
        // Nobody on the way may keep, compress or gather what we send.
        headers.put("cache-control", "no-cache, no-transform");
        headers.put("x-accel-buffering", "no");
        headers.put("x-firsttoken-stream", streamId);
        // So that clients know when silence means that the connection is gone.
        headers.put("x-firsttoken-heartbeat-ms", Long.toString(heartbeat.toMillis()));
        tellLosses(losses, headers);
        return headers;
    }

    /// Says which fields of the request the provider was not told of, if there are any.
    static void tellLosses(List<Loss> losses, Map<String, String> headers) {
        if (losses.isEmpty()) {
            return;
        }
        var told = new StringBuilder();
        int left = losses.size();
        for (Loss loss : losses) {
            String path = visible(loss.path());
            if (told.length() + path.length() > LONGEST_DROPPED) {
                told.append(told.isEmpty() ? "" : ", ").append("and ").append(left).append(" more");
                break;
            }
            told.append(told.isEmpty() ? "" : ", ").append(path);
            left--;
        }
        headers.put("x-firsttoken-dropped", told.toString());
    }

    /// Says what an answer cost, if that is known before it is sent.
    static void tellCost(@Nullable Cost cost, Map<String, String> headers) {
        if (cost != null) {
            headers.put("x-firsttoken-cost-usd", cost.usd());
            if (cost.estimated()) {
                headers.put("x-firsttoken-estimated", "true");
            }
        }
    }

    /// A name as a header can hold it: what is not visible ASCII, and the percent sign, are
    /// percent-encoded UTF-8 (RFC 3986, section 2.1), as `decodeURIComponent` reads it.
    private static String visible(String name) {
        var shown = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            i += Character.charCount(c);
            int before = shown.length();
            if (c > ' ' && c < 0x7F && c != '%') {
                shown.append((char) c);
            } else {
                for (byte b : Character.toString(c).getBytes(UTF_8)) {
                    shown.append('%')
                            .append(Character.toUpperCase(Character.forDigit((b >> 4) & 0xF, 16)))
                            .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
                }
            }
            if (shown.length() > LONGEST_NAME) {
                shown.setLength(before);
                break;
            }
        }
        return shown.toString();
    }
}
