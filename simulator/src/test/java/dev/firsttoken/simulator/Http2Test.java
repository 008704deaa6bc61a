package dev.firsttoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.word.Word;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2Test {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @Test
    void clearTextWithPriorKnowledgeStreams() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream stream = client.chat("my-model");
            assertThat(end(stream)).isEqualTo("END_STREAM");
            assertThat(stream.status.get()).isEqualTo("200");
            assertThat(Sse.text(stream.body())).startsWith("This is my-model");
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
            // One frame per event, and an empty one that ends the stream.
            assertThat(stream.frameSizes).hasSize(124);
        }
        Exchange exchange =
                simulator.awaitExchange(
                        e -> e.bodyText().contains("my-model") && !e.isOpen(), PATIENCE);
        assertThat(exchange.protocol()).isEqualTo("HTTP/2");
        assertThat(exchange.header("host")).isEqualTo("sim");
        assertThat(exchange.ending().get().how()).isEqualTo(How.COMPLETED);
        assertThat(exchange.eventsSent()).isEqualTo(123);
    }

    @Test
    void streamsShareAConnection() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            List<H2Client.Stream> streams = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                streams.add(client.chat("sim/tokens-20+gap-1ms"));
            }
            for (H2Client.Stream stream : streams) {
                assertThat(end(stream)).isEqualTo("END_STREAM");
                assertThat(stream.body()).endsWith("data: [DONE]\n\n");
            }
        }
    }

    @Test
    void faultsHaveTheirHttp2Form() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream refused = client.chat("sim/status-500");
            assertThat(end(refused)).isEqualTo("END_STREAM");
            assertThat(refused.status.get()).isEqualTo("500");

            assertThat(end(client.chat("sim/reset-before-headers"))).isEqualTo("RST_STREAM 2");

            H2Client.Stream reset = client.chat("sim/reset-after-2");
            assertThat(end(reset)).isEqualTo("RST_STREAM 2");
            assertThat(reset.status.get()).isEqualTo("200");
            assertThat(Sse.text(reset.body())).isEqualTo("This is");

            H2Client.Stream slow = client.chat("sim/slow-headers-10ms+tokens-1");
            assertThat(end(slow)).isEqualTo("END_STREAM");
        }
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream cut = client.chat("sim/cut-after-2");
            assertThat(end(cut)).isEqualTo("connection closed");
            assertThat(Sse.text(cut.body())).isEqualTo("This is");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "internal-error, 2",
        "cancel, 8",
        "enhance-your-calm, 11",
        "no-error, 0",
        "refused-stream, 7"
    })
    void streamsAreResetWithAnyCode(String code, int number) throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream reset = client.chat("sim/rst-stream-after-2:" + code);
            assertThat(end(reset)).isEqualTo("RST_STREAM " + number);
            assertThat(Sse.text(reset.body())).isEqualTo("This is");
        }
    }

    @Test
    void aStreamCanBeRefused() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream refused = client.chat("sim/refused-stream");
            assertThat(end(refused)).isEqualTo("RST_STREAM 7");
            assertThat(refused.status.isDone()).isFalse();
        }
    }

    @Test
    void aGracefulGoAwayLetsTheStreamEnd() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream stream = client.chat("sim/tokens-5+goaway-after-2");
            assertThat(end(stream)).isEqualTo("END_STREAM");
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
            assertThat(client.goAway.get(20, TimeUnit.SECONDS)).isEqualTo(stream.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/goaway-uncovered", "sim/goaway-uncovered-2"})
    void aGoAwayCanLeaveAStreamOut(String model) throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream stream = client.chat(model);
            assertThat(client.goAway.get(20, TimeUnit.SECONDS)).isEqualTo(stream.id() - 2);
            assertThat(end(stream)).isNotEqualTo("END_STREAM");
            assertThat(stream.body()).doesNotContain("[DONE]");
        }
        Exchange exchange =
                simulator.awaitExchange(
                        e -> e.bodyText().contains("\"" + model + "\"") && !e.isOpen(), PATIENCE);
        assertThat(exchange.ending().get().how()).isEqualTo(How.CUT_BY_SCRIPT);
    }

    @Test
    void interimResponsesAndLargeHeadsCome() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream hinted = client.chat("sim/hints-3+tokens-1");
            assertThat(end(hinted)).isEqualTo("END_STREAM");
            assertThat(hinted.statuses).containsExactly("103", "103", "103", "200");
        }
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            // More than the 8 KiB that this client allows.
            assertThat(end(client.chat("sim/long-header-100k"))).isNotEqualTo("END_STREAM");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sim/endless-headers", "sim/hints", "sim/endless", "sim/flood-comments"})
    void whatHasNoEndEndsWithItsClient(String model) throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            client.chat(model);
            simulator.awaitExchange(e -> e.bodyText().contains("\"" + model + "\""), PATIENCE);
        }
        Exchange exchange =
                simulator.awaitExchange(
                        e -> e.bodyText().contains("\"" + model + "\"") && !e.isOpen(), PATIENCE);
        assertThat(exchange.ending().get().how()).isEqualTo(How.CLIENT_LEFT);
    }

    @Test
    void faultsOfHttp1AreRefused() throws Exception {
        for (Word<Fault> word : Fault.words()) {
            if (word.parse().apply(word.example()).onlyOn() != Http.HTTP_1) {
                continue;
            }
            try (H2Client client = new H2Client(simulator.baseUrl())) {
                H2Client.Stream refused = client.chat("sim/" + word.sample());
                assertThat(end(refused)).isEqualTo("END_STREAM");
                assertThat(refused.status.get()).isEqualTo("400");
                assertThat(refused.body()).contains("asked for on HTTP/2 (expected: HTTP/1.1");
            }
        }
    }

    @Test
    void flowControlHoldsAnAnswerBackAndLetsItGoOn() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream stream = client.chat("sim/tokens-20000");
            assertThat(end(stream)).isEqualTo("END_STREAM");
            assertThat(stream.body().split("\n\n")).hasSize(20_003);
        }
    }

    @Test
    void segmentsAreFramesOfTheirOwn() throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream stream = client.chat("sim/tokens-2+split-bytes");
            assertThat(end(stream)).isEqualTo("END_STREAM");
            assertThat(stream.frameSizes).allMatch(size -> size <= 1);
            assertThat(Sse.text(stream.body())).isEqualTo("This is");
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void tlsNegotiatesTheProtocol(HttpClient.Version version) throws Exception {
        Path tls = Path.of(Http2Test.class.getResource("/tls/certificate.pem").toURI()).getParent();
        SimulatorOptions options =
                SimulatorOptions.defaults()
                        .withTls(tls.resolve("certificate.pem"), tls.resolve("key.pem"));
        try (Simulator secure = Simulator.start(options);
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting()).version(version).build()) {
            assertThat(secure.baseUrl().getScheme()).isEqualTo("https");
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(URI.create(secure.baseUrl() + "/models"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
        }
    }

    private static SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (InputStream pem = Http2Test.class.getResourceAsStream("/tls/certificate.pem")) {
            store.setCertificateEntry(
                    "simulator", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String end(H2Client.Stream stream) throws Exception {
        return stream.end.get(20, TimeUnit.SECONDS);
    }
}
