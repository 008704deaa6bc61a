package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.gateway.config.Config.Tls;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reload after reload, half of them of something that cannot be used, while streams run: none is
/// dropped, and what was good stays in force.
class ManyReloadsTest {

    private static final Path CERTIFICATES = Path.of("src/test/resources/tls");

    @TempDir private Path folder;

    @Test
    void certificates() throws Exception {
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        install("first", certificate, key);
        var tls = new Tls(certificate, key);
        try (var simulator = Simulator.start(SimulatorOptions.defaults());
                Stage stage = Stage.before(simulator, s -> s.tls = tls)) {
            var running = new ArrayList<SSLSocket>();
            try {
                for (int i = 0; i < 5; i++) {
                    running.add(connect(stage));
                    ask(running.get(i), "sim/tokens-40+gap-50ms+seed-" + i);
                    stage.exchange("sim/tokens-40+gap-50ms+seed-" + i);
                }
                String inForce = "first";
                for (int i = 0; i < 20; i++) {
                    if (i % 2 == 0) {
                        inForce = inForce.equals("first") ? "second" : "first";
                        install(inForce, certificate, key);
                        reload(stage, simulator, tls);
                    } else {
                        spoil(i, certificate, key);
                        assertThatThrownBy(() -> reload(stage, simulator, tls))
                                .isInstanceOf(IOException.class)
                                .hasMessageContaining("cannot use the certificate " + certificate);
                    }
                    try (SSLSocket next = connect(stage)) {
                        assertThat(next.getSession().getPeerCertificates()[0])
                                .as("reload " + i)
                                .isEqualTo(certificate(inForce));
                    }
                }
                for (SSLSocket socket : running) {
                    assertThat(rest(socket)).endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
                }
            } finally {
                for (SSLSocket socket : running) {
                    socket.close();
                }
            }
        }
    }

    private static void reload(Stage stage, Simulator simulator, Tls tls) throws IOException {
        stage.gateway.reload(Stage.settings(simulator, s -> s.tls = tls).config());
    }

    private static void install(String name, Path certificate, Path key) throws IOException {
        Files.copy(
                CERTIFICATES.resolve(name + "-certificate.pem"),
                certificate,
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                CERTIFICATES.resolve(name + "-key.pem"), key, StandardCopyOption.REPLACE_EXISTING);
    }

    /// What goes wrong when certificates are renewed: empty files, halves, other files, one without
    /// the other.
    private static void spoil(int i, Path certificate, Path key) throws IOException {
        switch (i / 2 % 5) {
            case 0 -> Files.writeString(certificate, "");
            case 1 -> Files.writeString(certificate, "not a certificate");
            case 2 -> Files.delete(key);
            case 3 -> {
                String whole = Files.readString(certificate);
                Files.writeString(certificate, whole.substring(0, whole.length() / 2));
            }
            default -> Files.copy(certificate, key, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Certificate certificate(String name) throws Exception {
        try (InputStream in =
                Files.newInputStream(CERTIFICATES.resolve(name + "-certificate.pem"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static SSLSocket connect(Stage stage) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("first", certificate("first"));
        store.setCertificateEntry("second", certificate("second"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.connect(new InetSocketAddress("127.0.0.1", stage.port()));
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static void ask(SSLSocket socket, String model) throws IOException {
        String body = Stage.simpleBody(model);
        String request =
                "POST /chat/stream HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
                        + "content-type: application/json\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        socket.getOutputStream().write(request.getBytes(UTF_8));
    }

    private static String rest(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void configurations() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults())) {
            Path file = folder.resolve("ft.yaml");
            ConfigSource source = ConfigSource.file(file, Map.of());
            Files.writeString(file, good(simulator, 0));
            try (Gateway gateway = Gateway.start(accepted(source))) {
                int port = gateway.address().getPort();
                var running = new ArrayList<RawClient>();
                try {
                    for (int i = 0; i < 10; i++) {
                        RawClient client = new RawClient(port);
                        running.add(client);
                        client.post(
                                "/chat/stream",
                                Stage.simpleBody("house/sim/tokens-40+gap-50ms+seed-" + i));
                        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                    }
                    int last = 0;
                    for (int i = 0; i < 100; i++) {
                        if (i % 2 == 0) {
                            last = i;
                            Files.writeString(file, good(simulator, i));
                            gateway.reload(accepted(source));
                        } else {
                            Files.writeString(file, bad(simulator, i));
                            assertThat(source.read())
                                    .as("reload " + i)
                                    .isInstanceOfSatisfying(
                                            ConfigReading.Refused.class,
                                            refused ->
                                                    assertThat(refused.validation())
                                                            .containsPattern(
                                                                    "ft\\.yaml:\\d+:\\d+: error: "));
                        }
                        assertThat(models(port)).contains("\"model-" + last + "\"");
                    }
                    for (RawClient client : running) {
                        assertThat(Stage.events(client.readChunks()))
                                .hasSize(41)
                                .last()
                                .isEqualTo("[DONE]");
                    }
                } finally {
                    for (RawClient client : running) {
                        client.close();
                    }
                }
            }
        }
    }

    private static dev.firsttoken.gateway.config.Config accepted(ConfigSource source) {
        ConfigReading reading = source.read();
        if (!(reading instanceof ConfigReading.Accepted accepted)) {
            throw new AssertionError(reading.validation());
        }
        return accepted.config();
    }

    private static String models(int port) throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("GET /v1/models HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
            return client.readToEnd();
        }
    }

    private static String good(Simulator simulator, int i) {
        return """
        server: {port: 0}
        providers:
          - name: house
            base-url: %s
        models:
          - name: model-%d
            deployments:
              - {provider: house, model: sim/tokens-1}
        limits:
          streams: %d
        """
                .formatted(simulator.baseUrl(), i, 100 + i);
    }

    private static String bad(Simulator simulator, int i) {
        String good = good(simulator, i);
        List<String> spoiled =
                List.of(
                        good.replace("streams:", "steams:"),
                        good.replace("streams: ", "streams: -"),
                        good.replace("provider: house", "provider: nobody"),
                        good.replace("{port: 0}", "{port: 0"),
                        good.replace("base-url: http", "base-url: ftp"));
        return spoiled.get(i / 2 % spoiled.size());
    }
}
