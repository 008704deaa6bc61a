package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Exchange;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// How a server stops.
class DrainTest {

    private static final String CHAT = "/v1/chat/completions";

    private static CompletableFuture<Integer> drain(Stage stage, Duration patience)
            throws Exception {
        var drained =
                CompletableFuture.supplyAsync(
                        () -> stage.gateway.drain(patience),
                        task -> Thread.ofVirtual().start(task));
        Stage.await("draining", () -> stage.get("/readyz").statusCode() == 503);
        return drained;
    }

    private static Exchange started(Stage stage, String model) throws Exception {
        Exchange exchange = stage.exchange(model);
        Stage.await("a first event", () -> exchange.eventsSent() > 1);
        return exchange;
    }

    @Test
    void whileDrainingNewWorkIsRefusedAndHealthIsTold() throws Exception {
        try (Stage stage = Stage.start();
                RawClient running = stage.connect()) {
            running.post(CHAT, Stage.chatBody("sim/tokens-30+gap-20ms", true));
            started(stage, "sim/tokens-30+gap-20ms");
            CompletableFuture<Integer> drained = drain(stage, Duration.ofSeconds(5));
            for (HttpResponse<String> refused :
                    new HttpResponse[] {stage.stream("any"), stage.whole("any")}) {
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
                assertThat(refused.body()).contains("\"code\":\"draining\"");
            }
            HttpResponse<String> simple = stage.simple("any");
            assertThat(simple.statusCode()).isEqualTo(503);
            assertThat(simple.body()).isEqualTo("{\"error\": \"the server is stopping\"}");
            assertThat(stage.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(stage.get("/readyz").body()).isEqualTo("{\"status\":\"draining\"}");

            running.readHead();
            assertThat(running.readChunks()).endsWith("data: [DONE]\n\n");
            assertThat(drained.get()).isZero();
        }
    }

    @Test
    void streamsThatDoNotEndInTimeAreToldSo() throws Exception {
        try (Stage stage = Stage.start();
                RawClient chat = stage.connect();
                RawClient simple = stage.connect();
                RawClient silent = stage.connect();
                RawClient whole = stage.connect();
                H2Client h2 = new H2Client(stage.port())) {
            chat.post(CHAT, Stage.chatBody("sim/tokens-9000+gap-20ms", true));
            started(stage, "sim/tokens-9000+gap-20ms");
            simple.post("/chat/stream", Stage.simpleBody("sim/stall-after-2"));
            started(stage, "sim/stall-after-2");
            silent.post(CHAT, Stage.chatBody("sim/silent", true));
            stage.exchange("sim/silent");
            whole.post(CHAT, Stage.chatBody("sim/silent+seed-2", false));
            stage.exchange("sim/silent+seed-2");
            H2Client.Stream stream = h2.post(CHAT, Stage.chatBody("sim/stall-after-1", true));
            started(stage, "sim/stall-after-1");

            assertThat(stage.gateway.drain(Duration.ofMillis(200))).isEqualTo(5);

            assertThat(chat.readToEnd())
                    .contains("\"code\":\"draining\"")
                    .doesNotContain("[DONE]")
                    .endsWith("\r\n0\r\n\r\n");
            assertThat(simple.readToEnd())
                    .contains("data: {\"error\": \"the server is stopping")
                    .endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
            assertThat(silent.readToEnd())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"code\":\"draining\"");
            assertThat(whole.readToEnd())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"code\":\"draining\"");
            assertThat(stream.whole()).contains("\"code\":\"draining\"").doesNotContain("[DONE]");
            Stage.await("no open exchange", () -> stage.simulator.openExchanges() == 0);
        }
    }

    @Test
    void whatASlowReaderHasNotReadYetIsNotTakenAway() throws Exception {
        try (Stage stage = Stage.start()) {
            // The longest answer that is handed over to a client that reads nothing: more than the
            // kernel keeps for it.
            RawClient slow = stage.connect();
            for (int tokens = 10; ; tokens += 15) {
                RawClient longer = new RawClient(stage.port(), 4096);
                longer.post(CHAT, Stage.chatBody("sim/tokens-" + tokens, true));
                stage.exchange("sim/tokens-" + tokens);
                if (!ends(stage)) {
                    longer.close();
                    break;
                }
                slow.close();
                slow = longer;
            }
            stage.awaitIdle();
            CompletableFuture<Integer> drained =
                    CompletableFuture.supplyAsync(
                            () -> stage.gateway.drain(Duration.ofSeconds(2)),
                            task -> Thread.ofVirtual().start(task));
            Stage.await("a closed door", () -> !isOpen(stage));
            assertThat(slow.readToEnd()).endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
            assertThat(drained.get()).isZero();
            slow.close();
        }
    }

    /// Whether the one open stream is over within a moment.
    private static boolean ends(Stage stage) throws Exception {
        long byNanos = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (stage.metric("firsttoken_open_streams") > 0) {
            if (System.nanoTime() - byNanos > 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void withNothingToWaitForADrainIsOverAtOnce() throws Exception {
        try (Stage stage = Stage.start()) {
            stage.simple("sim/tokens-1");
            long before = System.nanoTime();
            assertThat(stage.gateway.drain(Duration.ofSeconds(60))).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(stage.gateway.drain(Duration.ofSeconds(60))).isZero();
        }
    }

    private static boolean isOpen(Stage stage) {
        try (RawClient _ = stage.connect()) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
