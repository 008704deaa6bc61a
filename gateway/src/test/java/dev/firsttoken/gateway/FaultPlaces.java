package dev.firsttoken.gateway;

import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Providers that cannot be reached, each in its own way: the faults that come before a model's
/// name.
final class FaultPlaces implements AutoCloseable {

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Simulator plain;
    private final URI refused;
    private final URI blackHole;
    private final Simulator expired;
    private final Simulator elsewhere;
    private final Simulator unknown;
    private final Path authority;

    FaultPlaces() throws IOException, URISyntaxException {
        plain = add(Simulator.start(SimulatorOptions.defaults()));
        refused = plain.refusedBaseUrl();
        blackHole = blackHole();
        expired = secure("expired");
        elsewhere = secure("elsewhere");
        unknown = secure("first");
        authority = certificate("authority");
    }

    /// Adds the providers to those of a gateway.
    void addTo(Settings settings) {
        settings.provider("refused", refused);
        settings.provider("black-hole", blackHole);
        settings.provider("no-name", URI.create("https://provider.invalid/v1"));
        settings.onPublicName(
                "private-address",
                URI.create(plain.baseUrl().toString().replace("127.0.0.1", "localhost")));
        settings.provider("expired", expired.baseUrl(), Protocol.AUTO, authority);
        settings.provider("wrong-name", elsewhere.baseUrl(), Protocol.AUTO, authority);
        settings.provider("untrusted", unknown.baseUrl(), Protocol.AUTO, null);
        settings.provider(
                "clear-text", URI.create(plain.baseUrl().toString().replace("http:", "https:")));
    }

    private <T extends AutoCloseable> T add(T thing) {
        open.add(thing);
        return thing;
    }

    /// A listener that takes no more connections: whoever connects hears nothing, not even a
    /// refusal.
    private URI blackHole() throws IOException {
        var listener = add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        var address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        boolean full = false;
        while (!full) {
            var socket = add(new Socket());
            try {
                socket.connect(address, 200);
            } catch (IOException e) {
                full = true;
            }
        }
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v1");
    }

    /// One of the certificates in `tls/`: `expired` and `elsewhere` are signed by `authority`,
    /// `first` by itself.
    private static Path certificate(String name) throws URISyntaxException {
        return file(name + "-certificate.pem");
    }

    private static Path file(String name) throws URISyntaxException {
        return Path.of(FaultPlaces.class.getResource("/tls/" + name).toURI());
    }

    private Simulator secure(String name) throws IOException, URISyntaxException {
        return add(
                Simulator.start(
                        SimulatorOptions.defaults()
                                .withTls(certificate(name), file(name + "-key.pem"))));
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable thing : open.reversed()) {
            thing.close();
        }
    }
}
