package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// More comes in than can be served: what was admitted is served as if nothing were wrong, and what
/// was not is told so before anything was done for it.
class OverloadTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String PACED = "sim/tokens-10+gap-5ms+ttft-20ms";

    @ParameterizedTest
    @ValueSource(strings = {CHAT, "/chat/stream"})
    void fiveTimesTheLimitIsServedUpToTheLimitAndToldToComeBackBeyondIt(String path)
            throws Exception {
        try (Stage stage = Stage.start(s -> s.streams = 8);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            String body = path.equals(CHAT) ? Stage.chatBody(PACED, true) : Stage.simpleBody(PACED);
            String expected = stage.send(stage.post(path, body)).body();
            stage.awaitIdle();
            var most = new AtomicInteger();
            Callable<List<HttpResponse<String>>> client =
                    () -> {
                        var seen = new ArrayList<HttpResponse<String>>();
                        for (int i = 0; i < 10; i++) {
                            seen.add(stage.send(stage.post(path, body)));
                            most.accumulateAndGet(stage.simulator.openExchanges(), Math::max);
                        }
                        return seen;
                    };
            var running = new ArrayList<Future<List<HttpResponse<String>>>>();
            for (int i = 0; i < 40; i++) {
                running.add(clients.submit(client));
            }
            int served = 0;
            int refused = 0;
            for (Future<List<HttpResponse<String>>> one : running) {
                for (HttpResponse<String> response : one.get(60, TimeUnit.SECONDS)) {
                    if (response.statusCode() == 200) {
                        served++;
                        assertThat(texts(response.body())).isEqualTo(texts(expected));
                    } else {
                        refused++;
                        assertThat(response.statusCode()).isEqualTo(503);
                        assertThat(response.headers().firstValue("retry-after")).hasValue("1");
                        assertThat(response.body())
                                .contains(
                                        path.equals(CHAT)
                                                ? "\"code\":\"overloaded\""
                                                : "{\"error\": \"the server answers");
                    }
                }
            }
            assertThat(served + refused).isEqualTo(400);
            assertThat(served).isGreaterThanOrEqualTo(8);
            assertThat(refused).isPositive();
            assertThat(most.get()).isLessThanOrEqualTo(8);
            stage.awaitIdle();
            assertThat(stage.metric("firsttoken_refused_requests_total", "reason=\"streams\""))
                    .isEqualTo(refused);
            // Nobody was refused after a provider had been asked.
            assertThat(stage.simulator.exchanges()).hasSize(served + 1);
            stage.awaitMetric(0, "firsttoken_reserved_bytes");
        }
    }

    private static List<String> texts(String body) {
        return Stage.events(body).stream()
                .map(event -> event.replaceAll("\"(id|created)\":(\"[^\"]*\"|[0-9]+)", ""))
                .toList();
    }

    // ---- memory --------------------------------------------------------------------------------

    @Test
    void aBodyThatTheMemoryHasNoRoomForIsRefusedBeforeItIsSent() throws Exception {
        try (Stage stage = Stage.start(s -> s.memoryBytes = 600_000);
                RawClient waiting = stage.connect();
                RawClient client = stage.connect()) {
            waiting.post(CHAT, Stage.chatBody("sim/silent", true));
            stage.exchange("sim/silent");
            client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                            + "content-length: 550000\r\n\r\n");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1")
                    .contains("connection: close");
            assertThat(client.readUntil("}}"))
                    .contains("no memory left")
                    .contains("\"code\":\"overloaded\"");
            assertThat(stage.metric("firsttoken_refused_requests_total", "reason=\"memory\""))
                    .isEqualTo(1);
            assertThat(stage.stream("sim/tokens-1").statusCode()).isEqualTo(200);
            waiting.close();
            stage.awaitIdle();
            stage.awaitMetric(0, "firsttoken_reserved_bytes");
        }
    }

    @Test
    void aBodyThatGrowsBeyondTheMemoryIsRefusedAndSoIsOneStreamTooMany() throws Exception {
        try (Stage stage = Stage.start(s -> s.memoryBytes = 250_000)) {
            try (H2Client client = new H2Client(stage.port())) {
                H2Client.Stream stream = client.open("POST", CHAT, false);
                for (int i = 0; i < 6; i++) {
                    stream.send("x".repeat(50_000), false);
                }
                assertThat(stream.status()).isEqualTo(503);
            }
            stage.awaitMetric(0, "firsttoken_reserved_bytes");
            try (RawClient first = stage.connect();
                    RawClient second = stage.connect()) {
                first.post(CHAT, Stage.chatBody("sim/silent", true));
                second.post(CHAT, Stage.chatBody("sim/silent", true));
                Stage.await("both open", () -> stage.simulator.openExchanges() == 2);
                HttpResponse<String> third = stage.simple("sim/tokens-1");
                assertThat(third.statusCode()).isEqualTo(503);
                assertThat(third.body()).startsWith("{\"error\": \"the server has no memory left");
            }
            stage.awaitIdle();
            assertThat(stage.simple("sim/tokens-1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void connectionsEndWithTheirResponsesWhileTheMemoryIsNearlyTaken() throws Exception {
        try (Stage stage = Stage.start(s -> s.memoryBytes = 105_000);
                RawClient first = stage.connect();
                RawClient second = stage.connect()) {
            second.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(second.readHead()).contains("connection: keep-alive");
            second.readUntil("}");
            first.post(CHAT, Stage.chatBody("sim/silent", true));
            stage.exchange("sim/silent");
            second.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(second.readToEnd())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("connection: close");
        }
    }

    // ---- callers -------------------------------------------------------------------------------

    @Test
    void oneAddressCannotTakeAllStreams() throws Exception {
        try (Stage stage = Stage.start(s -> s.streamsPerAddress = 1);
                RawClient first = stage.connect()) {
            first.post(CHAT, Stage.chatBody("sim/silent", true));
            stage.exchange("sim/silent");
            HttpResponse<String> second = stage.stream("sim/tokens-1");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("retry-after")).hasValue("1");
            assertThat(second.body()).contains("this address has 1 requests open");
            assertThat(
                            stage.metric(
                                    "firsttoken_refused_requests_total",
                                    "reason=\"streams-per-address\""))
                    .isEqualTo(1);
            first.close();
            stage.awaitIdle();
            assertThat(stage.stream("sim/tokens-1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aKeyThatComesTooOftenIsToldWhenToComeBack() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestsPerMinute = 2)) {
            // Each takes half a minute to come back, so that a slow machine changes nothing.
            assertThat(stage.stream("sim/tokens-1").statusCode()).isEqualTo(200);
            assertThat(stage.stream("sim/tokens-1").statusCode()).isEqualTo(200);
            HttpResponse<String> third = stage.stream("sim/tokens-1");
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(third.headers().firstValue("retry-after").orElseThrow()))
                    .isBetween(1, 30);
            assertThat(third.body())
                    .contains("2 requests a minute")
                    .contains("\"type\":\"rate_limit_error\"");
            assertThat(
                            stage.metric(
                                    "firsttoken_refused_requests_total",
                                    "reason=\"requests-per-minute\""))
                    .isEqualTo(1);
        }
    }

    // ---- providers -----------------------------------------------------------------------------

    @Test
    void aProviderThatIsFullIsWaitedForAndThenGivenUp() throws Exception {
        try (Stage other = Stage.start();
                Stage stage =
                        Stage.start(s -> {
                            s.queue = Duration.ofMillis(300);
                            s.limited("house", other.simulator.baseUrl(), 1, 1);
                        });
                RawClient first = stage.connect()) {
            first.post(CHAT, Stage.chatBody("sim/silent", true));
            other.exchange("sim/silent");
            HttpResponse<String> second = stage.stream("sim/tokens-1");
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.headers().firstValue("retry-after")).hasValue("1");
            assertThat(second.body()).contains("the provider answers as many requests as it may");
            assertThat(stage.metric("firsttoken_refused_requests_total", "reason=\"provider\""))
                    .isEqualTo(1);
            assertThat(other.simulator.exchanges()).hasSize(1);
        }
    }

    @Test
    void whoWaitsForAProviderIsServedWhenItIsFreeAndTheQueueIsBounded() throws Exception {
        try (Stage other = Stage.start();
                Stage stage =
                        Stage.start(s -> {
                            s.queue = Duration.ofSeconds(60);
                            s.limited("house", other.simulator.baseUrl(), 1, 2);
                        });
                RawClient first = stage.connect();
                RawClient second = stage.connect();
                RawClient third = stage.connect()) {
            first.post(CHAT, Stage.chatBody("sim/silent", true));
            other.exchange("sim/silent");
            second.post(CHAT, Stage.chatBody("sim/tokens-1", true));
            third.post(CHAT, Stage.chatBody("sim/tokens-1", true));
            stage.awaitMetric(2, "firsttoken_queued_requests");
            assertThat(stage.stream("sim/tokens-1").statusCode()).isEqualTo(503);
            first.close();
            assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(second.readChunks()).contains("[DONE]");
            assertThat(third.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(third.readChunks()).contains("[DONE]");
            stage.awaitMetric(0, "firsttoken_queued_requests");
        }
    }

    @Test
    void aProviderThatIsFullIsPassedOverWhileThereIsAnother() throws Exception {
        try (Stage other = Stage.start();
                Stage stage =
                        Stage.start(s -> {
                            s.queue = Duration.ofSeconds(60);
                            s.limited("small", other.simulator.baseUrl(), 1, 5);
                            s.model("any", "small:sim/silent", "house:sim/tokens-1");
                        });
                RawClient first = stage.connect()) {
            first.post(CHAT, Stage.chatBody("any", true));
            other.exchange("sim/silent");
            assertThat(stage.stream("any").body()).contains("[DONE]");
            assertThat(stage.simulator.exchanges()).hasSize(1);
            assertThat(other.simulator.exchanges()).hasSize(1);
        }
    }
}
