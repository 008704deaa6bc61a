package dev.firsttoken.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

class CompareToolTest {

    private final Simulator provider;

    CompareToolTest() throws IOException {
        provider = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void bothModesAreAskedTheSameAndTheStreamIsReadableSooner() throws InterruptedException {
        Comparison comparison = run("sim/tokens-30+ttft-5ms+gap-5ms", 4);

        assertThat(comparison.streaming().complete()).isEqualTo(4);
        assertThat(comparison.whole().complete()).isEqualTo(4);
        assertThat(comparison.streaming().problems()).isEmpty();
        assertThat(comparison.streaming().outputTokens().value())
                .isEqualTo(comparison.whole().outputTokens().value());
        // 29 gaps lie between: a matter of order, not of milliseconds.
        assertThat(comparison.timesSooner().low()).isGreaterThan(1);
        assertThat(comparison.streaming().gapMillis().count()).isPositive();
        assertThat(comparison.whole().gapMillis().count()).isZero();
        assertThat(charactersOf(comparison, Mode.STREAMING))
                .isEqualTo(charactersOf(comparison, Mode.WHOLE));
    }

    @Test
    void anthropicsDialectIsComparedToo() throws InterruptedException {
        URI messages = URI.create(provider.baseUrl() + "/messages");
        Comparison comparison = CompareTool.run(plan(messages, "sim/tokens-30", 2), _ -> {});

        assertThat(comparison.about().api()).isEqualTo("anthropic");
        assertThat(comparison.streaming().problems()).isEmpty();
        assertThat(comparison.whole().complete()).isEqualTo(2);
        assertThat(charactersOf(comparison, Mode.STREAMING))
                .isPositive()
                .isEqualTo(charactersOf(comparison, Mode.WHOLE));
    }

    @Test
    void aDialectThatOnlyStreamsIsRefused() {
        assertThatThrownBy(() -> plan(URI.create("http://h/chat/stream"), "m", 1))
                .hasMessageStartingWith("api: simple (expected: openai or anthropic");
    }

    @Test
    void refusalsAndCutStreamsAreReportedInTheServersWords() throws InterruptedException {
        assertThat(run("sim/status-429", 1).streaming().problems().keySet())
                .singleElement()
                .asString()
                .startsWith("status 429");
        Comparison cut = run("sim/tokens-20+gap-1ms+cut-after-5", 2);
        assertThat(cut.streaming().complete()).isZero();
        assertThat(cut.streaming().problems()).hasSize(1);
        assertThat(CompareTool.text(cut)).contains("nothing to compare");
    }

    @Test
    void nobodyAtTheAddressIsSaidOnceForEachMode() throws InterruptedException {
        URI gone = provider.baseUrl();
        provider.close();
        Comparison comparison = CompareTool.run(plan(gone, "m", 1), _ -> {});

        assertThat(comparison.streaming().problems().keySet())
                .singleElement()
                .asString()
                .startsWith("nobody answers at 127.0.0.1:");
    }

    @Test
    void theReportStandsAloneAndTheJsonIsJson() throws InterruptedException {
        Comparison comparison = run("sim/tokens-30+ttft-1ms+gap-1ms", 3);

        String page = CompareTool.html(comparison);
        assertThat(page).contains("<svg", "Time to first text", "MODEL");
        assertThat(page).doesNotContain("<script", "src=", "href=", "@import", "url(");
        String json = new String(CompareTool.json(comparison), StandardCharsets.UTF_8);
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            int samples = 0;
            while (parser.nextToken() != null) {
                samples += "pair".equals(parser.currentName()) ? 1 : 0;
            }
            // Name and value are two tokens of the same name.
            assertThat(samples).isEqualTo(2 * 6);
        }
    }

    @Test
    void aModelNameCannotBecomeMarkup() throws InterruptedException {
        Comparison comparison = run("sim/<b>x</b>", 1);

        assertThat(CompareTool.html(comparison)).doesNotContain("<b>x");
    }

    private static int charactersOf(Comparison comparison, Mode mode) {
        return comparison.samples().stream()
                .filter(sample -> sample.mode() == mode)
                .mapToInt(sample -> sample.arrivals().getLast().characters())
                .sum();
    }

    private Comparison run(String model, int pairs) throws InterruptedException {
        return CompareTool.run(plan(provider.baseUrl(), model, pairs), _ -> {});
    }

    private static CompareTool.Plan plan(URI url, String model, int pairs) {
        return new CompareTool.Plan(
                Endpoint.of(url, null, null),
                model,
                List.of(new Question("hello", null)),
                pairs,
                0,
                2,
                Duration.ofSeconds(30),
                Prices.UNKNOWN,
                1);
    }
}
