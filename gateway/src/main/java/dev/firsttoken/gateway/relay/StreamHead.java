package dev.firsttoken.gateway.relay;

import java.util.LinkedHashMap;
import java.util.Map;

/// The headers of an event stream.
final class StreamHead {

    private StreamHead() {}

    /// @param provider headers of the provider that may pass
    static Map<String, String> of(String streamId, Map<String, String> provider) {
        var headers = new LinkedHashMap<>(provider);
        headers.put("content-type", "text/event-stream; charset=utf-8");
        // Nobody on the way may keep, compress or gather what we send.
        headers.put("cache-control", "no-cache, no-transform");
        headers.put("x-accel-buffering", "no");
        headers.put("x-firsttoken-stream", streamId);
        return headers;
    }
}
