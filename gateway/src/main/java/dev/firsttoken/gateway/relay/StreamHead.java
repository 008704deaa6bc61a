package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.gateway.routing.Deployment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// The headers of an event stream.
final class StreamHead {

    /// Longest name of a deployment that is told. A model's name can be the client's own words.
    private static final int LONGEST_NAME = 256;

    private StreamHead() {}

    /// The headers while nobody knows yet who answers.
    ///
    /// @param heartbeat how long the stream is silent at most
    static Map<String, String> of(String streamId, Duration heartbeat) {
        return of(streamId, heartbeat, Map.of());
    }

    /// The headers of an answer that has begun.
    ///
    /// @param provider headers of the provider that may pass
    /// @param attempts how many deployments were asked, the one that answers included
    static Map<String, String> of(
            String streamId,
            Duration heartbeat,
            Map<String, String> provider,
            Deployment deployment,
            int attempts) {
        Map<String, String> headers = of(streamId, heartbeat, provider);
        headers.put(
                "x-firsttoken-deployment",
                visible(deployment.provider() + "/" + deployment.model()));
        headers.put("x-firsttoken-attempts", Integer.toString(attempts));
        return headers;
    }

    private static Map<String, String> of(
            String streamId, Duration heartbeat, Map<String, String> provider) {
        var headers = new LinkedHashMap<>(provider);
        headers.put("content-type", "text/event-stream; charset=utf-8");
        // Nobody on the way may keep, compress or gather what we send.
        headers.put("cache-control", "no-cache, no-transform");
        headers.put("x-accel-buffering", "no");
        headers.put("x-firsttoken-stream", streamId);
        // So that clients know when silence means that the connection is gone.
        headers.put("x-firsttoken-heartbeat-ms", Long.toString(heartbeat.toMillis()));
        return headers;
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
