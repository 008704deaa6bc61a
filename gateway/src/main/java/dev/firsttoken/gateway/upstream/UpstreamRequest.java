package dev.firsttoken.gateway.upstream;

/// What to ask a provider.
///
/// @param path the dialect's path, such as `/chat/completions`
/// @param body JSON, empty for a GET
/// @param stream whether the answer shall be an event stream
public record UpstreamRequest(String method, String path, byte[] body, boolean stream) {

    public static UpstreamRequest get(String path) {
        return new UpstreamRequest("GET", path, new byte[0], false);
    }

    public static UpstreamRequest post(String path, byte[] body, boolean stream) {
        return new UpstreamRequest("POST", path, body, stream);
    }
}
