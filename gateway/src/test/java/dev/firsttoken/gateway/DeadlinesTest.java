package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.simulator.Exchange.How;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The four deadlines on a provider and the one on a client: each one fires.
class DeadlinesTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void connectCoversTheTlsHandshake() throws Exception {
        // Accepts, reads, and never says a word of TLS.
        try (var mute = new ScriptedProvider("", Then.SILENCE);
                Stage stage =
                        Stage.start(s -> {
                            s.connect = SHORT;
                            s.provider(
                                    "house",
                                    URI.create("https://127.0.0.1:" + mute.port() + "/v1"));
                        })) {
            for (HttpResponse<String> response : List.of(stage.stream("any"), stage.whole("any"))) {
                assertThat(response.statusCode()).isEqualTo(504);
                assertThat(response.body()).contains("\"code\":\"upstream_connect_timeout\"");
            }
            assertThat(stage.simple("any").body()).contains("within the connect deadline");
            stage.awaitMetric(
                    3, "firsttoken_attempts_total", "outcome=\"upstream_connect_timeout\"");
        }
    }

    @Test
    void connectCoversTheProxy() throws Exception {
        try (var mute = new ScriptedProvider("", Then.SILENCE);
                Stage stage =
                        Stage.start(s -> {
                            s.connect = SHORT;
                            s.proxied(
                                    "house",
                                    URI.create("http://127.0.0.1:9/v1"),
                                    URI.create("http://127.0.0.1:" + mute.port()),
                                    Protocol.AUTO);
                        })) {
            assertThat(stage.stream("any").body())
                    .contains("\"code\":\"upstream_connect_timeout\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/silent", "sim/headers-only", "sim/stall-after-0"})
    void firstTokenFires(String model) throws Exception {
        try (Stage stage = Stage.start(s -> s.firstToken = SHORT)) {
            HttpResponse<String> response = stage.stream(model);
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body())
                    .contains("no first token within 200 ms")
                    .contains("\"code\":\"upstream_first_token_timeout\"");
            assertThat(stage.exchange(model).ending().get(5, TimeUnit.SECONDS).how())
                    .isEqualTo(How.CLIENT_LEFT);
            stage.awaitMetric(1, "firsttoken_stream_ends_total", "upstream_first_token_timeout");
        }
    }

    @Test
    void stallFires() throws Exception {
        try (Stage stage = Stage.start(s -> s.stall = SHORT)) {
            String body = stage.stream("sim/stall-after-2").body();
            assertThat(Stage.events(body))
                    .last()
                    .asString()
                    .contains("the provider fell silent for 200 ms")
                    .contains("\"code\":\"upstream_stalled\"");
            stage.awaitMetric(1, "firsttoken_stream_ends_total", "upstream_stalled");
            assertThat(stage.simple("sim/stall-after-2+seed-2").body())
                    .endsWith(
                            "data: {\"error\": \"the provider fell silent for 200 ms\"}\n\ndata: [DONE]\n\n");
            stage.awaitIdle();
        }
    }

    @Test
    void progressPutsTheStallOff() throws Exception {
        try (Stage stage = Stage.start(s -> s.stall = Duration.ofMillis(300))) {
            assertThat(stage.simple("sim/tokens-6+gap-100ms").body()).doesNotContain("error");
        }
    }

    @Test
    void commentsAreNoProgress() throws Exception {
        String start =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
                        + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
        String comments = (ScriptedProvider.PAUSE + ": still here\n\n").repeat(5);
        try (var chatty = new ScriptedProvider(start + comments, Then.SILENCE);
                Stage stage =
                        Stage.start(s -> {
                            s.stall = Duration.ofMillis(400);
                            s.provider("house", chatty.baseUrl());
                        })) {
            assertThat(stage.stream("any").body())
                    .contains("\"code\":\"upstream_stalled\"")
                    .satisfies(b -> assertThat(b.split("still here")).hasSizeLessThanOrEqualTo(5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/tokens-1000+gap-20ms", "sim/silent", "sim/stall-after-2"})
    void totalFires(String model) throws Exception {
        try (Stage stage = Stage.start(s -> s.total = SHORT)) {
            assertThat(stage.simple(model).body())
                    .endsWith(
                            "data: {\"error\": \"the answer took longer than 200 ms\"}\n\ndata: [DONE]\n\n");
            HttpResponse<String> whole = stage.whole(model);
            assertThat(whole.statusCode()).isEqualTo(504);
            assertThat(whole.body()).contains("\"code\":\"upstream_total_timeout\"");
            stage.awaitIdle();
            assertThat(stage.metric("firsttoken_stream_ends_total", "upstream_total_timeout"))
                    .isEqualTo(2);
        }
    }

    @Test
    void totalIsForAllAttemptsTogether() throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.firstToken = Duration.ofMillis(300);
                    s.total = Duration.ofMillis(450);
                    s.model("three", "house:sim/silent", "house:sim/silent", "house:x");
                })) {
            HttpResponse<String> response = stage.stream("three");
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body()).contains("\"code\":\"upstream_total_timeout\"");
            assertThat(stage.simulator.exchanges()).hasSize(2);
        }
    }

    @Test
    void aClientThatTakesNothingIsCutOff() throws Exception {
        try (Stage stage =
                        Stage.start(s -> {
                            s.writeStall = Duration.ofMillis(400);
                            s.heartbeat = Duration.ofMillis(100);
                        });
                RawClient client = new RawClient(stage.port(), 4096)) {
            client.post("/v1/chat/completions", Stage.chatBody("sim/tokens-100000", true));
            client.readHead();
            var exchange = stage.exchange("sim/tokens-100000");
            assertThat(exchange.ending().get(5, TimeUnit.SECONDS).how()).isEqualTo(How.CLIENT_LEFT);
            stage.awaitIdle();
            assertThat(client.readToEnd()).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void aClientThatReadsSlowlyIsNotCutOff() throws Exception {
        try (Stage stage =
                        Stage.start(s -> {
                            s.writeStall = Duration.ofMillis(400);
                            s.heartbeat = Duration.ofMillis(100);
                        });
                RawClient client = new RawClient(stage.port(), 4096)) {
            client.post("/v1/chat/completions", Stage.chatBody("sim/tokens-20000", true));
            client.readHead();
            String body = null;
            long untilNanos = System.nanoTime() + Duration.ofMillis(1500).toNanos();
            while (System.nanoTime() < untilNanos) {
                client.read(64 * 1024);
                Thread.sleep(Duration.ofMillis(50));
            }
            body = client.readUntil("0\r\n\r\n");
            assertThat(body).contains("data: [DONE]");
        }
    }

    @Test
    void aModelThatThinksAloudIsNotSilentAlsoWhereItsThoughtsAreNotShown() throws Exception {
        try (var stage = Stage.start(s -> s.firstToken = Duration.ofMillis(300))) {
            // A second of thoughts, each well within the deadline, before the first word.
            HttpResponse<String> response =
                    stage.simple("sim/reasoning-20+tokens-3+ttft-10ms+gap-50ms");
            assertThat(response.body()).contains("content").doesNotContain("error");
        }
    }
}
