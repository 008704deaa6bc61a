package dev.firsttoken.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

class LoadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Simulator simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void everyStreamIsCheckedAndConnectionsAreKept() throws Exception {
        Target target = target("sim/tokens-8+gap-1ms+ttft-2ms");
        Answer answer = Answer.learn(target);
        assertThat(answer.contentEvents()).isEqualTo(8);
        assertThat(answer.text()).isNotEmpty();
        try (var load = new Load(plan(target, 20, answer, true))) {
            Measurement measured = load.run();
            assertThat(measured.faults.byKind()).isEmpty();
            assertThat(measured.finished).isGreaterThan(20);
            assertThat(measured.contentEvents).isPositive();
            assertThat(measured.firstToken.quantileNanos(0)).isGreaterThanOrEqualTo(1_900_000);
            // The one that asked for the reference may still be closing.
            assertThat(simulator.openConnections()).isBetween(20, 21);
        }
    }

    @Test
    void anotherAnswerIsAFault() throws Exception {
        Answer shorter = Answer.learn(target("sim/tokens-3+gap-0ms+ttft-0ms"));
        Target target = target("sim/tokens-4+gap-0ms+ttft-0ms");
        try (var load = new Load(plan(target, 2, shorter, false))) {
            assertThat(load.run().faults.byKind()).containsOnlyKeys("events too many");
        }
    }

    @Test
    void brokenStreamsAreFaults() throws Exception {
        for (String words : List.of("cut-after-3", "error-after-3", "status-503")) {
            try (var load = new Load(plan(target("sim/" + words), 3, null, false))) {
                Measurement measured = load.run();
                assertThat(measured.faults.total()).as(words).isEqualTo(3);
                assertThat(measured.finished).as(words).isZero();
            }
        }
    }

    @Test
    void clientsThatLeaveEndTheirCalls() throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            try (var load = new Load(plan(target("sim/silent"), 30, null, true))) {
                load.open();
                assertThat(load.allOpen(false, PATIENCE)).isTrue();
                awaitOpen(30);
                load.leave(reset);
                awaitOpen(0);
                assertThat(load.measurement().faults.byKind()).isEmpty();
            }
        }
    }

    private void awaitOpen(int count) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (simulator.openExchanges() != count && System.nanoTime() - deadlineNanos < 0) {
            Thread.sleep(5);
        }
        assertThat(simulator.openExchanges()).isEqualTo(count);
    }

    private Target target(String model) {
        return Target.of(Endpoint.of(simulator.baseUrl(), null, null), model, "Hi", null);
    }

    private static LoadPlan plan(Target target, int streams, Answer expected, boolean restart) {
        return new LoadPlan(
                target,
                streams,
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                Duration.ofSeconds(5),
                expected,
                restart,
                List.of(),
                List.of());
    }
}
