package dev.firsttoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Exchange.Ending;
import dev.firsttoken.simulator.Exchange.How;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that leaves is noticed at once, whatever the simulator is doing at the time.
class LeavingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/silent", "sim/headers-only", "sim/stall-after-1", "sim/ttft-60s"})
    void finIsNoticedWhileSilent(String model) throws Exception {
        RawClient client = RawClient.connect(simulator.baseUrl());
        client.sendChat(model, true);
        Exchange exchange = openExchange(model);
        long left = System.nanoTime();
        client.close();
        assertLeft(exchange, left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/silent", "sim/stall-after-1", "sim/gap-10s"})
    void rstIsNoticedWhileSilent(String model) throws Exception {
        RawClient client = RawClient.connect(simulator.baseUrl());
        client.sendChat(model, true);
        Exchange exchange = openExchange(model);
        long left = System.nanoTime();
        client.reset();
        assertLeft(exchange, left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim/silent", "sim/headers-only", "sim/stall-after-1"})
    void streamResetIsNoticedWhileSilent(String model) throws Exception {
        try (H2Client client = new H2Client(simulator.baseUrl())) {
            H2Client.Stream stream = client.chat(model);
            Exchange exchange = openExchange(model);
            long left = System.nanoTime();
            stream.reset();
            assertLeft(exchange, left);

            // The connection and its other streams live on.
            H2Client.Stream next = client.chat("sim/tokens-1");
            assertThat(next.end.get(5, TimeUnit.SECONDS)).isEqualTo("END_STREAM");
        }
    }

    @Test
    void aClosedConnectionEndsAllItsStreams() throws Exception {
        H2Client client = new H2Client(simulator.baseUrl());
        client.chat("sim/silent");
        client.chat("sim/silent+seed-2");
        List<Exchange> both =
                List.of(openExchange("sim/silent"), openExchange("sim/silent+seed-2"));
        long left = System.nanoTime();
        client.close();
        for (Exchange exchange : both) {
            assertLeft(exchange, left);
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsTheAnswerBack() throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat("sim/tokens-90000", true);
            Exchange exchange = openExchange("sim/tokens-90000");
            client.readUntil("\r\n\r\n");
            // Some 16 MB are due at once; sockets hold a few of them, memory must not hold the
            // rest.
            assertThat(exchange.isOpen()).isTrue();
            assertThat(exchange.eventsSent()).isLessThan(90_000);
            long left = System.nanoTime();
            client.reset();
            assertLeft(exchange, left);
        }
    }

    private static Exchange openExchange(String model) throws Exception {
        return simulator.awaitExchange(
                e -> e.isOpen() && e.bodyText().contains("\"" + model + "\""), PATIENCE);
    }

    private static void assertLeft(Exchange exchange, long leftNanos) throws Exception {
        Ending ending = exchange.ending().get(5, TimeUnit.SECONDS);
        assertThat(ending.how()).isEqualTo(How.CLIENT_LEFT);
        // A generous bound for a busy machine; it is a fraction of a millisecond on an idle one.
        assertThat(ending.nanos() - leftNanos).isLessThan(500_000_000);
    }
}
