package dev.firsttoken.gateway.upstream;

import dev.firsttoken.gateway.config.Config.Protocol;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Where connections of one provider go, and how: what a pooled connection must match.
///
/// @param tls set for `https`
/// @param proxy an HTTP proxy to tunnel through
/// @param privateToo whether the name of the host may stand for an address in a private network
record Origin(
        String host,
        int port,
        @Nullable SslContext tls,
        @Nullable InetSocketAddress proxy,
        Protocol protocol,
        boolean privateToo) {

    /// The `host` header: the port is left out where it is the scheme's own.
    String authority() {
        boolean usual = port == (tls != null ? 443 : 80);
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return usual ? name : name + ":" + port;
    }

    boolean speaksHttp2WithoutAsking() {
        return tls == null && protocol == Protocol.HTTP_2;
    }
}
