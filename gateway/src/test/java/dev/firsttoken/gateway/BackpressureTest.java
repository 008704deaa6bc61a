package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import io.netty.channel.epoll.Epoll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A reader that stops makes its provider stop; nothing piles up and nothing is lost.
class BackpressureTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final int TOKENS = 40_000;

    /// Of an answer whose reader has stopped: only Linux tells how much it is to hold itself.
    private static final int MOST_HELD_BYTES = Epoll.isAvailable() ? 64 << 10 : 16 << 20;

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
                            s.stall = Duration.ofMillis(700);
                        });
    }

    @AfterAll
    static void stop() {
        stage.close();
        simulator.close();
    }

    private static Exchange stopped(String words) throws Exception {
        Exchange exchange = stage.exchange(words);
        // Still for longer than the stall deadline: it is we who keep the provider waiting.
        var events = new AtomicInteger(-1);
        long[] since = {System.nanoTime()};
        Stage.await(
                "a provider that waits",
                () -> {
                    int now = exchange.eventsSent();
                    if (events.getAndSet(now) != now || now == 0) {
                        since[0] = System.nanoTime();
                    }
                    return System.nanoTime() - since[0] > Duration.ofMillis(900).toNanos();
                });
        assertThat(exchange.isOpen()).isTrue();
        assertThat(exchange.eventsSent()).isLessThan(TOKENS);
        return exchange;
    }

    private static void assertComplete(String body) {
        List<String> events = Stage.events(body);
        assertThat(events.getLast()).isEqualTo("[DONE]");
        assertThat(events.size()).isEqualTo(TOKENS + 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"house", "h2"})
    void aReaderThatStopsMakesTheProviderStop(String provider) throws Exception {
        String words = "sim/tokens-" + TOKENS + "+seed-" + provider.length();
        try (RawClient client = new RawClient(stage.port(), 4096)) {
            client.post(CHAT, Stage.chatBody(provider + "/" + words, true));
            Exchange exchange = stopped(words);
            // Over HTTP/2 comes what the stream's window had allowed before.
            int window = provider.equals("h2") ? 64 << 10 : 0;
            assertThat(stage.metric("firsttoken_log_bytes")).isLessThan(MOST_HELD_BYTES + window);

            client.readHead();
            String body = new String(client.readChunkBytes(), UTF_8);
            assertComplete(body);
            assertThat(exchange.ending().get().how()).isEqualTo(Exchange.How.COMPLETED);
            stage.awaitIdle();
        }
    }

    @Test
    void aReaderOverHttp2ThatStopsMakesTheProviderStop() throws Exception {
        String words = "sim/tokens-" + TOKENS + "+seed-77";
        try (H2Client client = new H2Client(stage.port())) {
            H2Client.Stream slow = client.open("POST", CHAT, false);
            slow.reading(false);
            slow.send(Stage.chatBody("house/" + words, true), true);
            stopped(words);
            slow.reading(true);
            slow.end.get(60, TimeUnit.SECONDS);
            assertComplete(slow.body());
        }
    }
}
