package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Where a stream is asked for, and the bytes that ask for it.
final class Target {

    private final Endpoint endpoint;
    private final byte[] request;

    private Target(Endpoint endpoint, byte[] request) {
        this.endpoint = endpoint;
        this.request = request;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /// Where to connect.
    InetSocketAddress address() {
        return addressOf(endpoint);
    }

    static InetSocketAddress addressOf(Endpoint endpoint) {
        URI url = endpoint.url();
        int usual = isTls(endpoint) ? 443 : 80;
        return new InetSocketAddress(url.getHost(), url.getPort() < 0 ? usual : url.getPort());
    }

    static boolean isTls(Endpoint endpoint) {
        return "https".equals(endpoint.url().getScheme());
    }

    /// The whole request, head and body. Shared: read it, do not write to it.
    byte[] request() {
        return request;
    }

    /// A `POST` of this body.
    static Target of(Endpoint endpoint, byte[] body) {
        URI url = endpoint.url();
        var head = new StringBuilder();
        head.append("POST ").append(url.getRawPath()).append(" HTTP/1.1\r\n");
        head.append("host: ").append(url.getAuthority()).append("\r\n");
        endpoint.headers()
                .forEach((name, value) -> head.append(name + ": ").append(value).append("\r\n"));
        head.append("accept: text/event-stream\r\n");
        head.append("content-length: ").append(body.length).append("\r\n\r\n");
        var request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        return new Target(endpoint, request.toByteArray());
    }

    /// A `POST` of the dialect's smallest body.
    static Target of(Endpoint endpoint, String model, String message, @Nullable Integer maxTokens) {
        return of(endpoint, endpoint.api().streamRequest(model, message, maxTokens));
    }
}
