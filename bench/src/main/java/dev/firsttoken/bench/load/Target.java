package dev.firsttoken.bench.load;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Where a stream is asked for, and the bytes that ask for it.
final class Target {

    private final InetSocketAddress address;
    private final byte[] request;

    private Target(InetSocketAddress address, byte[] request) {
        this.address = address;
        this.request = request;
    }

    InetSocketAddress address() {
        return address;
    }

    /// The whole request, head and body. Shared: read it, do not write to it.
    byte[] request() {
        return request;
    }

    /// A `POST` of this body, or of the dialect's own when it is empty.
    static Target of(URI url, String model, String message, String body, String bearer) {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "url: " + url + " (expected: http://host:port/path)");
        }
        int port = url.getPort() < 0 ? 80 : url.getPort();
        var dialect = Dialect.ofPath(url.getPath());
        byte[] content =
                body.isEmpty()
                        ? dialect.request(model, message)
                        : body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\n"
                                .formatted(url.getRawPath(), url.getHost(), port)
                        + "Accept: text/event-stream\r\n"
                        + (bearer.isEmpty() ? "" : "Authorization: Bearer " + bearer + "\r\n")
                        + "Content-Length: "
                        + content.length
                        + "\r\n\r\n";
        var request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        return new Target(new InetSocketAddress(url.getHost(), port), request.toByteArray());
    }
}
