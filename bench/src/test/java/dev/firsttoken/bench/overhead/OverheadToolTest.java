package dev.firsttoken.bench.overhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.load.OpenLoopRun;

import org.junit.jupiter.api.Test;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// A gateway that is a process of its own: a program of a few lines that copies bytes.
class OverheadToolTest {

    @Test
    void aTargetThatCopiesIsMeasuredBothWays() throws Exception {
        try (var copier = new Copier()) {
            Overhead overhead =
                    OverheadTool.run(plan(copier.port(), copier.upstreamPort(), 20), _ -> {});

            assertThat(overhead.text()).isNotBlank();
            assertThat(overhead.direct().problems()).isEmpty();
            assertThat(overhead.through().problems()).isEmpty();
            assertThat(overhead.isSound()).as(overhead.text()).isTrue();
            assertThat(overhead.pairs()).hasSize(2);
            for (Overhead.Pair pair : overhead.pairs()) {
                // The same arrivals, whatever became of them.
                assertThat(pair.through().due()).isEqualTo(pair.direct().due());
            }
            assertThat(overhead.addedMillis(OpenLoopRun::firstToken, 0.5).isKnown()).isTrue();
            assertThat(overhead.holding()).isNotNull();
            assertThat(overhead.holding().held()).isEqualTo(20);
            assertThat(copier.connections()).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void everyFormStandsAlone() throws Exception {
        try (var copier = new Copier()) {
            Overhead overhead =
                    OverheadTool.run(plan(copier.port(), copier.upstreamPort(), 0), _ -> {});

            assertThat(overhead.text()).contains("added (95 % interval)", "CPU per content event");
            assertThat(overhead.html())
                    .contains("<svg", "What the gateway adds")
                    .doesNotContain("<script", "src=", "href=", "@import", "url(");
            String json = new String(overhead.json(), StandardCharsets.UTF_8);
            int depth = 0;
            try (JsonParser parser =
                    new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
                for (JsonToken token = parser.nextToken();
                        token != null;
                        token = parser.nextToken()) {
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                }
            }
            assertThat(depth).isZero();
            assertThat(json).contains("\"added_first_token_ms\"", "\"holding\":null");
        }
    }

    @Test
    void aTargetThatChangesAnAnswerIsFound() throws Exception {
        try (var copier = new Copier("the", "eth")) {
            Overhead overhead =
                    OverheadTool.run(plan(copier.port(), copier.upstreamPort(), 0), _ -> {});

            assertThat(overhead.isSound()).isFalse();
            assertThat(overhead.through().problems())
                    .containsOnlyKeys("text differs from the upstream's");
            assertThat(overhead.text()).contains("FAILED through: text differs");
        }
    }

    @Test
    void aTargetThatIsNotThereIsSaid() throws Exception {
        assertThatThrownBy(() -> OverheadTool.run(plan(freePort(), 0, 0), _ -> {}))
                .isInstanceOf(OverheadTool.NoTargetException.class)
                .hasMessageContaining("no whole stream through http://127.0.0.1:");
    }

    @Test
    void aCommandThatEndsIsSaidWithItsLastWords() throws Exception {
        OverheadPlan plan =
                new OverheadPlan(
                        endpoint(freePort()),
                        List.of("sh", "-c", "echo I ask {upstream}; echo as $OPENAI_BASE_URL does"),
                        List.of(),
                        0,
                        "sim/tokens-1",
                        1,
                        1,
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        0,
                        0,
                        Duration.ofSeconds(30),
                        1);
        assertThatThrownBy(() -> OverheadTool.run(plan, _ -> {}))
                .isInstanceOf(OverheadTool.NoTargetException.class)
                .hasMessageMatching(
                        "(?s)the target has ended:\nI ask (http://127.0.0.1:\\d+/v1)\nas \\1 does");
    }

    private static OverheadPlan plan(int port, int upstreamPort, int hold) {
        return new OverheadPlan(
                endpoint(port),
                List.of(),
                List.of(),
                upstreamPort,
                "sim/tokens-60+gap-2ms+ttft-2ms",
                20,
                2,
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                hold == 0 ? 0 : 50,
                hold,
                Duration.ofSeconds(hold == 0 ? 3 : 20),
                1);
    }

    private static Endpoint endpoint(int port) {
        return Endpoint.of(URI.create("http://127.0.0.1:" + port), null, null);
    }

    static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
