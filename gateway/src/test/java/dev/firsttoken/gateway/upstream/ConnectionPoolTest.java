package dev.firsttoken.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.gateway.net.EventLoops;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What happens to connections between calls.
class ConnectionPoolTest {

    private static final Duration IDLE = Duration.ofMillis(600);

    @Test
    void aConnectionThatWasBusyDuringASweepIsUsedAgainAndClosedInTheEnd() throws Exception {
        try (var simulator = Simulator.start(SimulatorOptions.defaults());
                var loops = new EventLoops(1);
                var upstreams =
                        new Upstreams(
                                loops, () -> new UpstreamSettings(64 * 1024, 200, 1 << 20), IDLE)) {
            Endpoint endpoint = Endpoint.of(Provider.at("house", simulator.baseUrl()));
            // Longer than two sweeps.
            ask(upstreams, endpoint, "sim/tokens-1+ttft-500ms");
            ask(upstreams, endpoint, "sim/tokens-1");
            assertThat(simulator.exchanges()).hasSize(2).allMatch(e -> e.connection() == 1);
            long byNanos = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (simulator.openConnections() > 0) {
                assertThat(System.nanoTime() - byNanos).as("closed when idle").isNegative();
                Thread.sleep(Duration.ofMillis(5));
            }
        }
    }

    private static void ask(Upstreams upstreams, Endpoint endpoint, String model) throws Exception {
        byte[] body =
                "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        .formatted(model)
                        .getBytes(StandardCharsets.UTF_8);
        Fetched fetched =
                upstreams.fetch(
                        endpoint,
                        UpstreamRequest.post("/chat/completions", body, false),
                        Duration.ofSeconds(5),
                        1 << 20);
        assertThat(fetched.status()).isEqualTo(200);
    }
}
