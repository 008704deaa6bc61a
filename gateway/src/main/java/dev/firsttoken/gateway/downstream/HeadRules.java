package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must hold in a request's head that is well-formed, whichever HTTP it came over.
final class HeadRules {

    /// Headers that decide something, so that of two of them one would win.
    private static final List<CharSequence> ONCE =
            List.of(
                    HttpHeaderNames.AUTHORIZATION,
                    HttpHeaderNames.CONTENT_TYPE,
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.EXPECT);

    private static final String HOST_MARKS = "-._~%!$&'()*+;=:[]";

    private HeadRules() {}

    /// @return why the request is refused, or null
    static @Nullable Failure check(HttpRequest request, boolean http1, int maxHeaders) {
        HttpHeaders headers = request.headers();
        if (headers.size() > maxHeaders) {
            return new Failure(
                    Failure.Kind.TOO_LARGE,
                    431,
                    "the request has more than " + maxHeaders + " headers",
                    null);
        }
        if (request.method().name().equals("CONNECT")) {
            return Failure.of(
                    Failure.Kind.METHOD_NOT_ALLOWED, "this server opens no tunnels (CONNECT)");
        }
        for (CharSequence name : ONCE) {
            if (headers.getAll(name).size() > 1) {
                return invalid("two " + name + " headers were sent (expected: one)");
            }
        }
        String expectation = headers.get(HttpHeaderNames.EXPECT);
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            return new Failure(
                    Failure.Kind.INVALID_REQUEST,
                    417,
                    "expect: something that is not done here (expected: 100-continue)",
                    null);
        }
        Failure host = checkHost(request, http1);
        return host != null ? host : checkTarget(request);
    }

    private static @Nullable Failure checkHost(HttpRequest request, boolean http1) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty()) {
            return request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                    ? null
                    : invalid("no host was named (RFC 9112, 3.2)");
        }
        String host = hosts.getFirst();
        for (String another : hosts.subList(1, hosts.size())) {
            // Over HTTP/2 `:authority` comes as one, and a client may repeat it in `host`.
            if (http1 || !another.equalsIgnoreCase(host)) {
                return invalid("two hosts were named (expected: one)");
            }
        }
        return isHost(host) ? null : invalid("host is not a host with or without a port");
    }

    private static boolean isHost(String host) {
        return !host.isEmpty()
                && host.chars()
                        .allMatch(c ->
                                c >= '0' && c <= '9'
                                        || c >= 'a' && c <= 'z'
                                        || c >= 'A' && c <= 'Z'
                                        || HOST_MARKS.indexOf(c) >= 0);
    }

    /// The target is a path, or names the same host as the `host` header does (RFC 9112, 3.2.2).
    private static @Nullable Failure checkTarget(HttpRequest request) {
        String target = request.uri();
        if (target.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '#')) {
            return invalid("the request's target has a character that must be percent-encoded");
        }
        if (target.startsWith("/") || target.equals("*")) {
            return null;
        }
        int authority = authorityAt(target);
        if (authority < 0) {
            return invalid("the request's target is not a path (expected: one that starts with /)");
        }
        String named = target.substring(authority, pathAt(target, authority));
        String host = request.headers().get(HttpHeaderNames.HOST);
        return host == null || named.equalsIgnoreCase(host)
                ? null
                : invalid("the target names another host than the host header does");
    }

    /// Path and query of a target.
    static String pathAndQuery(String target) {
        int authority = authorityAt(target);
        if (authority < 0) {
            return target;
        }
        String rest = target.substring(pathAt(target, authority));
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static int authorityAt(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    }

    private static int pathAt(String target, int from) {
        for (int i = from; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?') {
                return i;
            }
        }
        return target.length();
    }

    private static Failure invalid(String detail) {
        return Failure.of(Failure.Kind.INVALID_REQUEST, detail);
    }
}
