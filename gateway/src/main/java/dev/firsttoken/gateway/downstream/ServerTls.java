package dev.firsttoken.gateway.downstream;

import dev.firsttoken.gateway.config.Config;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The server's certificate as something that handshakes can use.
public final class ServerTls {

    private ServerTls() {}

    /// @return null when clear text was asked for
    /// @throws IOException when the files cannot be used
    public static @Nullable SslContext of(Config.@Nullable Tls tls) throws IOException {
        if (tls == null) {
            return null;
        }
        try {
            return SslContextBuilder.forServer(tls.certificate().toFile(), tls.key().toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    ApplicationProtocolConfig.Protocol.ALPN,
                                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                    ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                            .ACCEPT,
                                    ApplicationProtocolNames.HTTP_2,
                                    ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "cannot use the certificate "
                            + tls.certificate()
                            + " with the key "
                            + tls.key()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
