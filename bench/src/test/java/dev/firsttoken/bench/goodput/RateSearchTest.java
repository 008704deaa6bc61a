package dev.firsttoken.bench.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.load.Manners;
import dev.firsttoken.bench.load.Objective;
import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.Questions;
import dev.firsttoken.bench.load.Shape;
import dev.firsttoken.bench.machine.MachineUse;
import dev.firsttoken.bench.stats.Histogram;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;

/// The search by itself, against servers that are known to hold so much and no more.
class RateSearchTest {

    @Test
    void theRateThatAServerHoldsIsFoundFromBelowAndFromAbove() throws Exception {
        for (double limit : new double[] {0.3, 7, 10, 37, 1_234}) {
            for (double first : new double[] {1, 10, 5_000}) {
                RateSearch.Found found = search(first, 0.05, 40, rate -> rate <= limit);
                assertThat(found.ended()).isEqualTo(RateSearch.Ended.CLOSE);
                assertThat(found.perSecond())
                        .as("from %s to %s", first, limit)
                        .isBetween(limit * 0.95, limit);
                assertThat(found.best()).isNotNull();
            }
        }
    }

    @Test
    void aServerThatHoldsNothingEndsWithTheTrials() throws Exception {
        RateSearch.Found found = search(16, 0.05, 5, _ -> false);
        assertThat(found.trials())
                .extracting(RateSearch::rateOf)
                .containsExactly(16.0, 8.0, 4.0, 2.0, 1.0);
        assertThat(found.ended()).isEqualTo(RateSearch.Ended.TRIALS);
        assertThat(found.best()).isNull();
        assertThat(found.perSecond()).isZero();
    }

    @Test
    void aLateGeneratorEndsTheSearchAndKeepsWhatHeldBefore() throws Exception {
        RateSearch.Found found =
                new RateSearch(
                                plan(),
                                new RateSearch.Bounds(10, 0.05, 20),
                                plan ->
                                        run(
                                                plan,
                                                true,
                                                RateSearch.rateOf(run(plan, true, false)) > 50),
                                _ -> {})
                        .search();
        assertThat(found.ended()).isEqualTo(RateSearch.Ended.GENERATOR);
        assertThat(found.perSecond()).isEqualTo(40);
    }

    @Test
    void boundsThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> new RateSearch.Bounds(0, 0.1, 1)).hasMessageStartingWith("rate: ");
        assertThatThrownBy(() -> new RateSearch.Bounds(1, 1, 1))
                .hasMessage("precision: 1.0 (expected: between 0 and 1)");
        assertThatThrownBy(() -> new RateSearch.Bounds(1, 0.1, 0))
                .hasMessageStartingWith("trials: ");
    }

    private static RateSearch.Found search(
            double first, double precision, int trials, DoublePredicate holds) throws Exception {
        return new RateSearch(
                        plan(),
                        new RateSearch.Bounds(first, precision, trials),
                        plan ->
                                run(
                                        plan,
                                        holds.test(RateSearch.rateOf(run(plan, true, false))),
                                        false),
                        _ -> {})
                .search();
    }

    private static OpenLoopRun run(OpenLoopPlan plan, boolean good, boolean generatorLate) {
        var late = new Histogram();
        late.record(generatorLate ? 1_000_000_000 : 1);
        return new OpenLoopRun(
                plan,
                1,
                100,
                100,
                100,
                good ? 100 : 50,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                100,
                new Histogram(),
                new Histogram(),
                new Histogram(),
                late,
                1,
                new MachineUse(0, 0, List.of(), List.of()),
                0,
                List.of());
    }

    private static OpenLoopPlan plan() {
        return new OpenLoopPlan(
                "server",
                Endpoint.of(URI.create("http://127.0.0.1"), null, null),
                Questions.only("m"),
                new Shape.Steady(1),
                true,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ZERO,
                100,
                Manners.GOOD,
                Objective.COMPLETE,
                null,
                List.of());
    }
}
