package dev.firsttoken.gateway.downstream;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// A request as it was received, complete.
///
/// @param path the target without its query, as sent
/// @param query what follows the question mark, empty if nothing does
/// @param receivedNanos when its last byte had arrived, on the clock of [System#nanoTime]
/// @param http1 whether it came over HTTP/1.1
/// @param peer whoever opened the connection, which may be a proxy
public record ClientRequest(
        String method,
        String path,
        String query,
        HttpHeaders headers,
        byte[] body,
        long receivedNanos,
        boolean http1,
        @Nullable InetAddress peer) {

    public @Nullable String header(CharSequence name) {
        return headers.get(name);
    }

    /// Whether the body is declared to be JSON, with or without parameters.
    public boolean isJson() {
        String type = headers.get("content-type");
        if (type == null) {
            return false;
        }
        int semicolon = type.indexOf(';');
        String essence = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        return essence.equalsIgnoreCase("application/json");
    }
}
