package dev.firsttoken.gateway.downstream;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/// What pages of other origins may ask for and read in a browser (Fetch standard, "CORS protocol").
///
/// Exact origins alone, and never with credentials: the API takes a key in a header and knows no
/// cookies, so a page can show nothing that it was not given.
public final class CrossOrigin {

    /// The answer to the question whether a request may be made.
    public static final Map<String, String> PREFLIGHT =
            Map.of(
                    "access-control-allow-methods", "GET, POST, DELETE",
                    // The asterisk does not stand for the first one.
                    "access-control-allow-headers", "authorization, *",
                    "access-control-max-age", "7200");

    private static final String READABLE =
            "x-firsttoken-stream, x-firsttoken-deployment, x-firsttoken-attempts,"
                    + " x-firsttoken-heartbeat-ms, x-firsttoken-dropped, x-request-id, retry-after";

    private CrossOrigin() {}

    /// Whether a browser asks on behalf of a page, one of these, if it may make a request.
    public static boolean isPreflight(ClientRequest request, List<String> origins) {
        return request.method().equals("OPTIONS")
                && request.header("access-control-request-method") != null
                && isAllowed(request, origins);
    }

    /// Adds what a response says of who may read it.
    static void mark(HttpHeaders response, ClientRequest request, List<String> origins) {
        if (origins.isEmpty()) {
            return;
        }
        response.add("vary", "origin");
        if (isAllowed(request, origins)) {
            response.set("access-control-allow-origin", request.header("origin"));
            response.set("access-control-expose-headers", READABLE);
        }
    }

    private static boolean isAllowed(ClientRequest request, List<String> origins) {
        String origin = request.header("origin");
        return origin != null && origins.contains(origin);
    }
}
