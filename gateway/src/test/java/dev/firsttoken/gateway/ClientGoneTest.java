package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Exchange.Ending;
import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A client that goes away stops its provider, whatever either of them was doing.
class ClientGoneTest {

    private static final String SIMPLE = "/chat/stream";
    private static final String CHAT = "/v1/chat/completions";

    private static Simulator simulator;
    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
        stage =
                Stage.before(
                        simulator,
                        s -> {
                            s.provider("house", simulator.baseUrl());
                            s.provider("h2", simulator.baseUrl(), Protocol.HTTP_2, null);
                            // One permit at a time: a lost one would stop the next test.
                            s.streams = 1;
                        });
    }

    @AfterAll
    static void stop() {
        stage.close();
        simulator.close();
    }

    /// How a client may go.
    enum Leaving {
        FIN,
        RST,
        STREAM_RESET,
        HTTP2_CONNECTION
    }

    @ParameterizedTest
    @CsvSource({
        "FIN, silent", // before a byte was answered
        "FIN, headers-only", // before the first token
        "FIN, stall-after-0", // after the role
        "FIN, stall-after-2", // mid-stream, provider silent
        "FIN, tokens-10000+gap-20ms", // mid-stream, provider talking
        "RST, silent",
        "RST, stall-after-2",
        "RST, tokens-10000+gap-20ms",
        "STREAM_RESET, silent",
        "STREAM_RESET, stall-after-2",
        "STREAM_RESET, tokens-10000+gap-20ms",
        "HTTP2_CONNECTION, silent",
        "HTTP2_CONNECTION, stall-after-2",
    })
    void theProviderIsLeftToo(Leaving leaving, String words) throws Exception {
        for (String provider : new String[] {"house/sim/", "h2/sim/"}) {
            leave(leaving, SIMPLE, Stage.simpleBody(provider + words), words);
            leave(leaving, CHAT, Stage.chatBody(provider + words, true), words);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FIN, silent",
        "FIN, headers-only",
        "RST, silent",
        "STREAM_RESET, silent",
        "HTTP2_CONNECTION, silent",
        "FIN, ttft-60s",
    })
    void anAnswerThatIsNotStreamedIsLeftToo(Leaving leaving, String words) throws Exception {
        for (String provider : new String[] {"house/sim/", "h2/sim/"}) {
            leave(leaving, CHAT, Stage.chatBody(provider + words, false), words);
        }
    }

    private static void leave(Leaving leaving, String path, String json, String words)
            throws Exception {
        boolean talks = words.startsWith("tokens") || words.equals("stall-after-2");
        long left;
        Exchange exchange;
        switch (leaving) {
            case FIN, RST -> {
                try (RawClient client = stage.connect()) {
                    client.post(path, json);
                    exchange = open();
                    if (talks) {
                        client.readHead();
                        client.readChunk();
                    }
                    left = System.nanoTime();
                    if (leaving == Leaving.RST) {
                        client.reset();
                    }
                }
            }
            case STREAM_RESET, HTTP2_CONNECTION -> {
                try (H2Client client = new H2Client(stage.port())) {
                    H2Client.Stream stream = client.post(path, json);
                    exchange = open();
                    if (talks) {
                        Stage.await("a first event", () -> stream.body().contains("\n\n"));
                    }
                    left = System.nanoTime();
                    if (leaving == Leaving.STREAM_RESET) {
                        stream.reset();
                        // Before the connection goes too.
                        exchange.ending().get(5, TimeUnit.SECONDS);
                    }
                }
            }
            default -> throw new AssertionError(leaving);
        }
        Ending ending = exchange.ending().get(5, TimeUnit.SECONDS);
        System.out.printf(
                "client-gone %s %s %s: %d us%n",
                leaving, json.contains("h2/") ? "h2" : "h1", words, (ending.nanos() - left) / 1000);
        assertThat(ending.how()).isEqualTo(How.CLIENT_LEFT);
        stage.awaitIdle();
    }

    private static Exchange open() throws Exception {
        return simulator.awaitExchange(Exchange::isOpen, Stage.PATIENCE);
    }

    @Test
    void leavingIsBookedAsWhatItIs() throws Exception {
        double before = stage.metric("firsttoken_stream_ends_total", "reason=\"client_gone\"");
        leave(Leaving.FIN, CHAT, Stage.chatBody("sim/silent", true), "silent");
        leave(Leaving.FIN, CHAT, Stage.chatBody("sim/silent", false), "silent");
        stage.awaitMetric(before + 2, "firsttoken_stream_ends_total", "reason=\"client_gone\"");
        assertThat(stage.metric("firsttoken_requests_total", "status=\"499\"")).isPositive();
    }

    @Test
    void noOtherDeploymentIsTriedForAClientThatLeft() throws Exception {
        try (Stage patient =
                Stage.start(s -> s.model("both", "house:sim/silent", "house:sim/tokens-2"))) {
            RawClient client = patient.connect();
            client.post(CHAT, Stage.chatBody("both", true));
            patient.exchange("sim/silent");
            client.close();
            patient.awaitIdle();
            assertThat(patient.simulator.exchanges()).hasSize(1);
        }
    }

    @Test
    void aClientThatLeavesWhileWeConnectEndsTheConnecting() throws Exception {
        try (var mute = new ScriptedProvider("", Then.SILENCE);
                Stage connecting =
                        Stage.start(s -> {
                            s.connect = Duration.ofSeconds(60);
                            s.provider(
                                    "house",
                                    URI.create("https://127.0.0.1:" + mute.port() + "/v1"));
                        })) {
            for (boolean streamed : new boolean[] {true, false}) {
                RawClient client = connecting.connect();
                client.post(CHAT, Stage.chatBody("any", streamed));
                Stage.await("a connection", () -> mute.openConnections() == 1);
                long left = System.nanoTime();
                client.close();
                connecting.awaitMetric(0, "firsttoken_open_streams");
                Stage.await("no connection", () -> mute.openConnections() == 0);
                System.out.printf(
                        "client-gone FIN connecting: %d us%n", (System.nanoTime() - left) / 1000);
            }
        }
    }

    @Test
    void manyThatLeaveAtOnceAreAllNoticed() throws Exception {
        try (Stage crowd = Stage.start()) {
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 100; i++) {
                RawClient client = crowd.connect();
                client.post(CHAT, Stage.chatBody("sim/stall-after-1", true));
                clients.add(client);
            }
            Stage.await("all streams", () -> crowd.simulator.openExchanges() == 100);
            assertThat(crowd.metric("firsttoken_open_streams")).isEqualTo(100);
            for (RawClient client : clients) {
                client.close();
            }
            crowd.awaitIdle();
        }
    }
}
