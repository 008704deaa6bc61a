package dev.firsttoken.bench.goodput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.load.Manners;
import dev.firsttoken.bench.load.Objective;
import dev.firsttoken.bench.load.OpenLoop;
import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.Questions;
import dev.firsttoken.bench.load.Shape;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class GoodputTest {

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
    void everyFormTellsTheSameRunsAndStandsAlone() throws Exception {
        OpenLoopRun good = run("a<b", "sim/tokens-3");
        OpenLoopRun refused = run("other", "sim/status-503");
        assertThat(good.problems()).isEmpty();
        assertThat(refused.problems()).containsOnlyKeys("status 503");
        var goodput = new Goodput(List.of(good, refused), List.of(search()));

        assertThat(goodput.text())
                .contains("time to first token", "goodput/s", "a<b", "other", "status 503");
        assertThat(goodput.html())
                .contains("<svg", "Time to first token", "Streams under way", "a&lt;b")
                .doesNotContain("<script", "src=", "href=", "@import", "url(", "a<b");
        List<String> labels = new ArrayList<>();
        String json = new String(goodput.json(), StandardCharsets.UTF_8);
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            while (parser.nextToken() != null) {
                if ("label".equals(parser.currentName()) && parser.getString() != null) {
                    labels.add(parser.getString());
                }
            }
        }
        assertThat(labels).contains("a<b", "other");
    }

    private RateSearch.Found search() throws Exception {
        var tried = new ArrayList<OpenLoopRun>();
        RateSearch.Found found =
                RateSearch.run(
                        plan("simulator", "sim/tokens-1"),
                        new RateSearch.Bounds(5, 0.5, 2),
                        tried::add,
                        _ -> {});
        assertThat(found.trials()).isNotEmpty().isEqualTo(tried);
        return found;
    }

    private OpenLoopRun run(String label, String model) throws Exception {
        return OpenLoop.run(plan(label, model), _ -> {});
    }

    private OpenLoopPlan plan(String label, String model) {
        return new OpenLoopPlan(
                label,
                Endpoint.of(simulator.baseUrl(), null, null),
                Questions.only(model),
                new Shape.Steady(20),
                true,
                1,
                Duration.ofMillis(200),
                Duration.ofMillis(600),
                Duration.ofSeconds(10),
                100,
                Manners.GOOD,
                new Objective(Duration.ofSeconds(10), null, 0.99),
                null,
                List.of());
    }
}
