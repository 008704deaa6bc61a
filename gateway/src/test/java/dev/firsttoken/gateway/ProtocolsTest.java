package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.gateway.config.Config.Tls;
import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/1.1 and HTTP/2, in clear text and over TLS, on both sides.
class ProtocolsTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final Path FOLDER = Path.of("src/test/resources/tls");
    private static final Tls FIRST = certificate("first");
    private static final Tls SECOND = certificate("second");

    private static Tls certificate(String name) {
        return new Tls(
                FOLDER.resolve(name + "-certificate.pem"), FOLDER.resolve(name + "-key.pem"));
    }

    private static HttpClient trusting(Tls tls, HttpClient.Version version) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(tls.certificate())) {
            store.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).version(version).build();
    }

    private static HttpResponse<String> ask(HttpClient client, Stage stage, String model)
            throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:" + stage.port() + "/chat/stream"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Stage.simpleBody(model)))
                        .build(),
                BodyHandlers.ofString());
    }

    // ---- downstream --------------------------------------------------------------------------

    @Test
    void http2WithPriorKnowledgeStreams() throws Exception {
        try (Stage stage = Stage.start();
                H2Client client = new H2Client(stage.port())) {
            H2Client.Stream stream = client.post("/chat/stream", Stage.simpleBody("sim/tokens-3"));
            assertThat(stream.status()).isEqualTo(200);
            assertThat(Stage.events(stream.whole())).hasSize(4).last().isEqualTo("[DONE]");
            assertThat(stream.head.get().names().toString())
                    .contains("x-firsttoken-stream", "cache-control", "x-accel-buffering")
                    .doesNotContain("connection", "transfer-encoding", "keep-alive");
        }
    }

    @Test
    void oneHttp2ConnectionCarriesManyStreamsAtOnce() throws Exception {
        try (Stage stage = Stage.start();
                H2Client client = new H2Client(stage.port())) {
            var streams = new ArrayList<H2Client.Stream>();
            for (int i = 0; i < 50; i++) {
                streams.add(client.post(CHAT, Stage.chatBody("sim/tokens-5+gap-10ms", true)));
            }
            for (H2Client.Stream stream : streams) {
                assertThat(stream.whole()).endsWith("data: [DONE]\n\n");
            }
            assertThat(stage.metric("firsttoken_open_connections")).isEqualTo(2);
        }
    }

    @Test
    void refusalsAndPlainAnswersWorkOverHttp2() throws Exception {
        try (Stage stage = Stage.start();
                H2Client client = new H2Client(stage.port())) {
            H2Client.Stream refused = client.post("/chat/stream", "{}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.whole()).contains("message: missing");
            H2Client.Stream health = client.open("GET", "/healthz", true);
            assertThat(health.whole()).isEqualTo("{\"status\":\"ok\"}");
            H2Client.Stream whole = client.post(CHAT, Stage.chatBody("sim/tokens-2", false));
            assertThat(whole.whole()).contains("\"completion_tokens\":2");
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws Exception {
        try (Stage stage = Stage.start();
                H2Client h2 = new H2Client(stage.port());
                RawClient h1 = stage.connect()) {
            h1.send("HEAD /healthz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
            assertThat(h1.readToEnd()).contains("content-length: 15\r\n").endsWith("\r\n\r\n");
            H2Client.Stream stream = h2.open("HEAD", "/healthz", true);
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.whole()).isEmpty();
            assertThat(stream.head.get().get("content-length")).hasToString("15");
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void tlsNegotiatesWhatTheClientSpeaks(HttpClient.Version version) throws Exception {
        try (Stage stage = Stage.start(s -> s.tls = FIRST);
                HttpClient client = trusting(FIRST, version)) {
            HttpResponse<String> response = ask(client, stage, "sim/tokens-3");
            assertThat(response.version()).isEqualTo(version);
            assertThat(Stage.events(response.body())).hasSize(4).last().isEqualTo("[DONE]");
        }
    }

    @Test
    void aReloadShowsTheNextClientTheNextCertificateAndDropsNobody() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults());
                Stage stage = Stage.before(simulator, s -> s.tls = FIRST);
                HttpClient early = trusting(FIRST, HttpClient.Version.HTTP_1_1);
                HttpClient late = trusting(SECOND, HttpClient.Version.HTTP_1_1);
                HttpClient stale = trusting(FIRST, HttpClient.Version.HTTP_1_1)) {
            var running =
                    early.sendAsync(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "https://127.0.0.1:"
                                                            + stage.port()
                                                            + "/chat/stream"))
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    Stage.simpleBody("sim/tokens-10+gap-40ms")))
                                    .build(),
                            BodyHandlers.ofString());
            Exchange exchange = stage.exchange("sim/tokens-10+gap-40ms");
            Stage.await("a first event", () -> exchange.eventsSent() > 1);
            stage.gateway.reload(Stage.settings(simulator, s -> s.tls = SECOND).config());
            assertThat(ask(late, stage, "sim/tokens-1").statusCode()).isEqualTo(200);
            assertThat(catchThrowable(() -> ask(stale, stage, "sim/tokens-1")))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThat(Stage.events(running.get().body())).hasSize(11);
        }
    }

    @Test
    void aConnectionServesOneRequestAfterAnother() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            for (int i = 0; i < 3; i++) {
                client.post("/chat/stream", Stage.simpleBody("sim/tokens-1"));
                assertThat(client.readHead()).contains("connection: keep-alive\r\n");
                assertThat(client.readChunks()).endsWith("data: [DONE]\n\n");
                client.send("GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n");
                assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200 OK\r\n");
            }
        }
    }

    @Test
    void aClientOfHttp10GetsAStreamThatEndsWithTheConnection() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            String json = Stage.simpleBody("sim/tokens-2");
            client.send(
                    "POST /chat/stream HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: "
                            + json.length()
                            + "\r\n\r\n"
                            + json);
            String response = client.readToEnd();
            assertThat(response)
                    .contains("connection: close\r\n")
                    .doesNotContain("transfer-encoding")
                    .endsWith("\n\ndata: [DONE]\n\n");
            assertThat(response.substring(response.indexOf("\r\n\r\n") + 4)).startsWith("data: {");
        }
    }

    @Test
    void aClientThatAsksWhetherToGoOnIsToldSo() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            String json = Stage.simpleBody("sim/tokens-2");
            client.send(
                    "POST /chat/stream HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"
                            + "expect: 100-continue\r\ncontent-length: "
                            + json.length()
                            + "\r\n\r\n");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send(json);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(client.readChunks()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void aClientThatWouldSendTooMuchIsNotToldToGoOn() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestBodyBytes = 1000);
                RawClient client = stage.connect()) {
            client.send(
                    "POST /chat/stream HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"
                            + "expect: 100-continue\r\ncontent-length: 1001\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void requestsBehindAStreamWaitForTheirTurn() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            client.post("/chat/stream", Stage.simpleBody("sim/tokens-3+gap-50ms"));
            client.post("/chat/stream", Stage.simpleBody("sim/tokens-2"));
            client.send("GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n");
            for (int tokens = 3; tokens > 1; tokens--) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(Stage.events(client.readChunks())).hasSize(tokens + 1);
            }
            assertThat(client.readUntil("}")).endsWith("{\"status\":\"ok\"}");
            assertThat(stage.simulator.exchanges()).hasSize(2);
        }
    }

    @Test
    void whatIsNotHttpIsRefusedAndTheConnectionClosed() throws Exception {
        try (Stage stage = Stage.start()) {
            for (String garbage :
                    List.of(
                            "GET\r\n\r\n",
                            "\u0000\u0001\u0002\r\n\r\n",
                            "POST /chat/stream HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
                            "POST /chat/stream HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
                            "POST /chat/stream HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
                            "GET /healthz HTTP/1.1\r\nhost : a\r\n\r\n",
                            "GET /healthz HTTP/1.1\r\nho\u0000st: a\r\n\r\n")) {
                try (RawClient client = stage.connect()) {
                    client.send(garbage);
                    assertThat(client.readToEnd())
                            .as(garbage)
                            .startsWith("HTTP/1.1 400 Bad Request\r\n")
                            .contains("connection: close\r\n")
                            .contains("{\"error\":");
                }
            }
        }
    }

    @Test
    void twoWaysToSayHowLongABodyIsAreRefused() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            client.send(
                    "POST /chat/stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                            + "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ");
        }
    }

    // ---- upstream ----------------------------------------------------------------------------

    @Test
    void http2WithPriorKnowledgeIsSpokenToAProviderThatIsKnownTo() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults());
                Stage stage =
                        Stage.before(
                                simulator,
                                s ->
                                        s.provider(
                                                "house",
                                                simulator.baseUrl(),
                                                Protocol.HTTP_2,
                                                null))) {
            for (int i = 0; i < 3; i++) {
                assertThat(Stage.events(stage.simple("sim/tokens-3").body())).hasSize(4);
                assertThat(stage.whole("sim/tokens-3").statusCode()).isEqualTo(200);
            }
            assertThat(simulator.exchanges())
                    .hasSize(6)
                    .allMatch(e -> e.protocol().equals("HTTP/2") && e.connection() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void tlsIsSpokenToAProviderAndNegotiatesTheProtocol(Protocol protocol) throws Exception {
        try (var simulator =
                        Simulator.start(
                                SimulatorOptions.defaults()
                                        .withTls(FIRST.certificate(), FIRST.key()));
                Stage stage =
                        Stage.before(
                                simulator,
                                s ->
                                        s.provider(
                                                "house",
                                                simulator.baseUrl(),
                                                protocol,
                                                FIRST.certificate()))) {
            for (int i = 0; i < 2; i++) {
                assertThat(Stage.events(stage.simple("sim/tokens-3").body())).hasSize(4);
            }
            String expected = protocol == Protocol.HTTP_1 ? "HTTP/1.1" : "HTTP/2";
            assertThat(simulator.exchanges())
                    .hasSize(2)
                    .allMatch(e -> e.protocol().equals(expected) && e.connection() == 1);
        }
    }

    @Test
    void aProviderThatCannotProveWhoItIsGetsNoRequest() throws Exception {
        try (var simulator =
                        Simulator.start(
                                SimulatorOptions.defaults()
                                        .withTls(FIRST.certificate(), FIRST.key()));
                Stage stage =
                        Stage.before(
                                simulator,
                                s -> {
                                    s.provider(
                                            "house",
                                            simulator.baseUrl(),
                                            Protocol.AUTO,
                                            SECOND.certificate());
                                    s.provider("public", simulator.baseUrl());
                                })) {
            assertThat(stage.stream("any").statusCode()).isEqualTo(502);
            assertThat(stage.stream("public/any").body())
                    .contains("TLS with the provider failed")
                    .contains("\"code\":\"upstream_connect_failed\"");
            assertThat(simulator.exchanges()).isEmpty();
        }
    }

    @Test
    void connectionsToAProviderAreUsedAgain() throws Exception {
        try (Stage stage = Stage.start()) {
            for (int i = 0; i < 4; i++) {
                stage.stream("sim/tokens-2");
                stage.whole("sim/tokens-2");
            }
            assertThat(stage.simulator.exchanges()).hasSize(8).allMatch(e -> e.connection() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sim/tokens-2+cut-after-1",
                "sim/tokens-2+after-end",
                "sim/tokens-2+after-done",
                "sim/tokens-2+close-delimited",
                "sim/tokens-2+header-connection:close",
                "sim/tokens-2+garbage-after-1",
            })
    void aConnectionThatIsNotCleanIsNotUsedAgain(String model) throws Exception {
        try (Stage stage = Stage.start()) {
            stage.stream(model);
            assertThat(Stage.events(stage.simple("sim/tokens-3").body())).hasSize(4);
            assertThat(stage.simulator.exchanges())
                    .hasSize(2)
                    .extracting(Exchange::connection)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aConnectionThatTheProviderClosedWhileItWasIdleCostsNobodyAnAnswer() throws Exception {
        try (var provider = new ScriptedProvider(wholeStream(), Then.HANG_UP_ON_SECOND_REQUEST);
                Stage stage = Stage.start(s -> s.provider("house", provider.baseUrl()))) {
            for (int i = 0; i < 3; i++) {
                assertThat(Stage.events(stage.stream("any").body())).hasSize(2);
            }
            // The second and the third were asked twice, since the first try met a closed door.
            assertThat(provider.requests()).isEqualTo(5);
        }
    }

    private static String wholeStream() {
        String body =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @Test
    void aProviderThatHadTheRequestForLongIsNotAskedAgain() throws Exception {
        try (var provider = new ScriptedProvider(wholeStream(), Then.HANG_UP_LATE);
                Stage stage =
                        Stage.start(s -> {
                            s.connect = Duration.ofMillis(200);
                            s.provider("house", provider.baseUrl());
                        })) {
            assertThat(stage.stream("any").statusCode()).isEqualTo(200);
            HttpResponse<String> second = stage.stream("any");
            assertThat(second.statusCode()).isEqualTo(502);
            assertThat(second.body()).contains("closed the connection before answering");
            assertThat(provider.requests()).isEqualTo(2);
        }
    }

    @Test
    void aFreshConnectionThatBreaksIsNotTriedAgain() throws Exception {
        try (Stage stage = Stage.start()) {
            assertThat(stage.stream("sim/reset-before-headers").statusCode()).isEqualTo(502);
            assertThat(stage.simulator.exchanges()).hasSize(1);
        }
    }

    @Test
    void aProxyIsAskedForATunnel() throws Exception {
        for (boolean secure : new boolean[] {false, true}) {
            SimulatorOptions options = SimulatorOptions.defaults();
            try (var simulator =
                            Simulator.start(
                                    secure
                                            ? options.withTls(FIRST.certificate(), FIRST.key())
                                            : options);
                    var proxy = new TunnelProxy(true);
                    Stage stage =
                            Stage.before(
                                    simulator,
                                    s ->
                                            s.providers.add(
                                                    new Provider(
                                                            "house",
                                                            simulator.baseUrl(),
                                                            null,
                                                            proxy.url(),
                                                            Protocol.AUTO,
                                                            secure ? FIRST.certificate() : null,
                                                            List.of())))) {
                assertThat(Stage.events(stage.simple("sim/tokens-3").body())).hasSize(4);
                assertThat(Stage.events(stage.simple("sim/tokens-3").body())).hasSize(4);
                assertThat(proxy.asked())
                        .containsOnly(
                                "CONNECT 127.0.0.1:" + simulator.baseUrl().getPort() + " HTTP/1.1");
            }
        }
    }

    @Test
    void aProxyThatRefusesIsAFailureToConnect() throws Exception {
        try (var proxy = new TunnelProxy(false);
                Stage stage =
                        Stage.start(s ->
                                s.proxied(
                                        "house",
                                        URI.create("http://127.0.0.1:9/v1"),
                                        proxy.url(),
                                        Protocol.AUTO))) {
            assertThat(stage.stream("any").body())
                    .contains("the proxy opened no tunnel")
                    .contains("\"code\":\"upstream_connect_failed\"");
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosedInTime() throws Exception {
        try (Stage stage =
                        Stage.start(s -> {
                            s.requestHead = Duration.ofMillis(300);
                            s.idleConnection = Duration.ofMillis(300);
                        });
                RawClient silent = stage.connect();
                RawClient idle = stage.connect();
                H2Client h2 = new H2Client(stage.port())) {
            idle.send("GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n");
            assertThat(idle.readToEnd()).endsWith("{\"status\":\"ok\"}");
            assertThat(silent.readToEnd()).isEmpty();
            assertThat(h2.connection.closeFuture().await(5_000)).isTrue();
        }
    }
}
