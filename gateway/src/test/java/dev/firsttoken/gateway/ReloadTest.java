package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.gateway.config.Config.Tls;
import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Another configuration for whoever comes next, and none for whoever is there.
class ReloadTest {

    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    private static void reload(Stage stage, Stage.Change change) throws IOException {
        stage.gateway.reload(Stage.settings(simulator, change).config());
    }

    @Test
    void modelsKeysAndDeadlinesChangeForTheNextRequest() throws Exception {
        try (Stage stage = Stage.before(simulator, s -> s.model("m", "house:sim/tokens-1"))) {
            assertThat(Stage.events(stage.simple("m").body())).hasSize(2);
            reload(
                    stage,
                    s -> {
                        s.model("m", "house:sim/tokens-5");
                        s.key("ada", "key-of-ada");
                        s.firstToken = Duration.ofMillis(150);
                    });
            assertThat(stage.simple("m").statusCode()).isEqualTo(401);
            HttpResponse<String> known =
                    stage.send(
                            stage.post("/chat/stream", Stage.simpleBody("m"))
                                    .header("x-api-key", "key-of-ada"));
            assertThat(Stage.events(known.body())).hasSize(6);
            HttpResponse<String> hasty =
                    stage.send(
                            stage.post("/chat/stream", Stage.simpleBody("sim/silent"))
                                    .header("x-api-key", "key-of-ada"));
            assertThat(hasty.body()).contains("no first token within 150 ms");
        }
    }

    @Test
    void aRunningStreamKeepsWhatItStartedWith() throws Exception {
        try (var other = Simulator.start(SimulatorOptions.defaults());
                Stage stage = Stage.before(simulator, s -> {});
                RawClient running = stage.connect()) {
            running.post("/chat/stream", Stage.simpleBody("sim/tokens-20+gap-20ms"));
            Exchange exchange = stage.exchange("sim/tokens-20+gap-20ms");
            Stage.await("a first event", () -> exchange.eventsSent() > 1);
            for (int i = 0; i < 10; i++) {
                reload(
                        stage,
                        s -> {
                            s.provider("house", other.baseUrl());
                            s.stall = Duration.ofMillis(1);
                            s.total = Duration.ofMillis(1);
                            s.key("ada", "key-of-ada");
                        });
            }
            running.readHead();
            assertThat(Stage.events(running.readChunks())).hasSize(21).last().isEqualTo("[DONE]");
        }
    }

    @Test
    void anUnchangedProviderKeepsItsConnections() throws Exception {
        try (var own = Simulator.start(SimulatorOptions.defaults());
                Stage stage = Stage.before(own, s -> {})) {
            stage.simple("sim/tokens-1");
            stage.gateway.reload(Stage.settings(own, s -> s.streams = 7).config());
            stage.simple("sim/tokens-1");
            assertThat(own.exchanges()).hasSize(2).allMatch(e -> e.connection() == 1);
            stage.gateway.reload(
                    Stage.settings(own, s -> s.provider("house", own.baseUrl(), "sk-new"))
                            .config());
            stage.simple("sim/tokens-1");
            assertThat(own.exchanges().getLast().connection()).isEqualTo(2);
            assertThat(own.exchanges().getLast().header("authorization"))
                    .isEqualTo("Bearer sk-new");
        }
    }

    @Test
    void whatCannotBeUsedChangesNothing() throws Exception {
        try (Stage stage = Stage.before(simulator, s -> s.model("m", "house:sim/tokens-1"))) {
            assertThatThrownBy(() ->
                            reload(
                                    stage,
                                    s -> {
                                        s.model("m", "house:sim/tokens-5");
                                        s.tls =
                                                new Tls(
                                                        Path.of("missing.pem"),
                                                        Path.of("missing.pem"));
                                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("missing.pem");
            assertThat(Stage.events(stage.simple("m").body())).hasSize(2);
        }
    }

    @Test
    void limitsThatShrinkHoldForWhoeverComesNext() throws Exception {
        try (Stage stage = Stage.before(simulator, s -> {});
                RawClient first = stage.connect()) {
            first.post("/chat/stream", Stage.simpleBody("sim/silent+seed-9"));
            stage.exchange("sim/silent+seed-9");
            reload(stage, s -> s.streams = 1);
            assertThat(stage.simple("sim/tokens-1").statusCode()).isEqualTo(503);
            first.close();
            stage.awaitIdle();
            assertThat(stage.simple("sim/tokens-1").statusCode()).isEqualTo(200);
        }
    }
}
