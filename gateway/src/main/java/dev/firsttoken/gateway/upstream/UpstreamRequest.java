package dev.firsttoken.gateway.upstream;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What to ask a provider.
///
/// @param path one of the provider's dialect, such as `/v1/chat/completions`
/// @param headers what the dialect demands, names in lower case; credentials are not here
/// @param body JSON, empty for a GET
/// @param accept the media type that the answer shall have
public record UpstreamRequest(
        String method, String path, Map<String, String> headers, byte[] body, String accept) {

    private static final String JSON = "application/json";

    /// Whether the answer is read as it comes.
    boolean isStream() {
        return !accept.equals(JSON);
    }

    /// The type of the body, null if there is none.
    @Nullable String contentType() {
        return body.length == 0 ? null : JSON;
    }

    /// The same with more headers.
    UpstreamRequest with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new UpstreamRequest(method, path, all, body, accept);
    }

    public static UpstreamRequest get(String path) {
        return get(path, Map.of());
    }

    public static UpstreamRequest get(String path, Map<String, String> headers) {
        return new UpstreamRequest("GET", path, headers, new byte[0], JSON);
    }

    /// @param stream whether the answer shall be an event stream
    public static UpstreamRequest post(String path, byte[] body, boolean stream) {
        return new UpstreamRequest(
                "POST", path, Map.of(), body, stream ? "text/event-stream" : JSON);
    }

    /// A POST whose answer is not a stream.
    public static UpstreamRequest post(String path, Map<String, String> headers, byte[] body) {
        return new UpstreamRequest("POST", path, headers, body, JSON);
    }

    /// A POST whose answer is a stream of this type.
    public static UpstreamRequest stream(
            String path, Map<String, String> headers, byte[] body, String type) {
        return new UpstreamRequest("POST", path, headers, body, type);
    }
}
