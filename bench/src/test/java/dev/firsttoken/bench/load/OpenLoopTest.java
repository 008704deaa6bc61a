package dev.firsttoken.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.bench.endpoint.Api;
import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import dev.firsttoken.simulator.fault.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

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
    void everyStreamThatIsDueIsCountedOnceAndChecked() throws Exception {
        OpenLoopRun run = new Planned("sim/tokens-5+gap-1ms+ttft-2ms").rate(100).run();
        assertThat(run.problems()).isEmpty();
        // Even arrivals: 100 a second for half a second, and as many again in the warm-up.
        assertThat(run.due()).isEqualTo(50);
        assertThat(run.readers()).isEqualTo(50);
        assertThat(run.complete()).isEqualTo(50);
        assertThat(run.good()).isEqualTo(50);
        assertThat(run.firstToken().count()).isEqualTo(50);
        assertThat(run.gap().count()).isEqualTo(50 * 4);
        assertThat(run.firstToken().quantileNanos(0)).isGreaterThanOrEqualTo(1_900_000);
        assertThat(run.slices().stream().mapToInt(OpenLoopRun.Slice::due).sum()).isEqualTo(100);
    }

    @Test
    void anthropicsDialectSaysTheSameAsOpenAis() throws Exception {
        OpenLoopRun run =
                new Planned("sim/tokens-5+gap-1ms+ttft-2ms").rate(50).in(Api.ANTHROPIC).run();
        assertThat(run.problems()).isEmpty();
        assertThat(run.complete()).isEqualTo(25);
        assertThat(run.gap().count()).isEqualTo(25 * 4);
        OpenLoopRun cut =
                new Planned("sim/tokens-9+cut-after-3").in(Api.ANTHROPIC).withoutReference().run();
        assertThat(cut.problemCount()).isEqualTo(cut.due());
    }

    /// The server holds every stream longer than the whole schedule, and all of them begin.
    @Test
    void streamsBeginWithoutWaitingForThoseBeforeThem() throws Exception {
        OpenLoopRun run = new Planned("sim/tokens-1+ttft-1s").rate(40).run();
        assertThat(run.problems()).isEmpty();
        assertThat(run.complete()).isEqualTo(20);
        assertThat(run.mostAtOnce()).isEqualTo(40);
        assertThat(simulator.openExchanges()).isZero();
    }

    @Test
    void timesCountFromTheMomentAStreamWasDue() throws Exception {
        // A crowd is due at one moment; one thread writes its requests one after the other.
        OpenLoopRun run =
                new Planned("sim/tokens-1")
                        .shape(new Shape.Burst(0, 200, Duration.ofMillis(700)))
                        .run();
        assertThat(run.due()).isEqualTo(200);
        assertThat(run.firstToken().maxNanos()).isGreaterThanOrEqualTo(run.late().maxNanos());
    }

    @Test
    void moreThanTheMostStreamsDoNotBegin() throws Exception {
        OpenLoopRun run = new Planned("sim/tokens-1+ttft-1s").rate(20).mostStreams(3).run();
        assertThat(run.mostAtOnce()).isEqualTo(3);
        assertThat(run.problems()).containsOnlyKeys("not begun: 3 streams were under way");
        assertThat(run.meetsObjective()).isFalse();
    }

    @Test
    void theObjectiveIsAboutFirstTokenAndGaps() throws Exception {
        var never = Duration.ofNanos(1);
        var always = Duration.ofMinutes(1);
        String model = "sim/tokens-3+gap-60ms+ttft-2ms";
        assertThat(new Planned(model).good(always, always).run().meetsObjective()).isTrue();
        OpenLoopRun late = new Planned(model).good(never, always).run();
        assertThat(late.good()).isZero();
        assertThat(late.complete()).isEqualTo(late.readers());
        assertThat(new Planned(model).good(always, never).run().good()).isZero();
        assertThat(new Planned(model).good(null, null).run().goodShare()).isEqualTo(1);
    }

    @Test
    void refusedAndBrokenStreamsAreProblemsAndNotGood() throws Exception {
        simulator.script("busy", Script.failing(new Status(503)));
        OpenLoopRun refused = new Planned("busy").withoutReference().run();
        assertThat(refused.problems()).containsOnlyKeys("status 503");
        assertThat(refused.problemCount()).isEqualTo(refused.due());
        assertThat(refused.goodShare()).isZero();
        OpenLoopRun cut = new Planned("sim/tokens-9+cut-after-3").withoutReference().run();
        assertThat(cut.problemCount()).isEqualTo(cut.due());
    }

    @Test
    void clientsThatLeaveEndTheirCallsAndAreNoProblem() throws Exception {
        OpenLoopRun run =
                new Planned("sim/tokens-1000+gap-2ms")
                        .rate(40)
                        .manners(new Manners(0, 1, 1, 5))
                        .withoutReference()
                        .run();
        assertThat(run.problems()).isEmpty();
        assertThat(run.left()).isEqualTo(20);
        assertThat(run.readers()).isZero();
        assertThat(simulator.exchanges()).hasSize(40);
        for (Exchange exchange : simulator.exchanges()) {
            assertThat(exchange.ending().get(10, TimeUnit.SECONDS).how())
                    .isNotEqualTo(Exchange.How.COMPLETED);
        }
    }

    @Test
    void slowReadersAreCountedApart() throws Exception {
        OpenLoopRun run =
                new Planned("sim/tokens-2000").rate(10).manners(new Manners(1, 500, 0, 1)).run();
        assertThat(run.slow()).isEqualTo(5);
        assertThat(run.slowComplete()).isZero();
        assertThat(run.firstToken().count()).isZero();
        assertThat(run.problems()).isEmpty();
    }

    @Test
    void everyModelIsDrawn() throws Exception {
        OpenLoopRun run = new Planned("sim/tokens-1", "sim/tokens-3").rate(100).run();
        assertThat(run.problems()).isEmpty();
        // Two gaps for each of the longer ones.
        assertThat(run.gap().count()).isBetween(2L, 98L);
    }

    @Test
    void anotherTextThanTheReferencesIsAProblem() throws Exception {
        try (Simulator other = Simulator.start(SimulatorOptions.defaults())) {
            other.script("m", Script.text("one"));
            simulator.script("m", Script.text("two"));
            OpenLoopRun run = new Planned("m").reference(other).run();
            assertThat(run.problems()).containsOnlyKeys("text differs from the upstream's");
        }
    }

    @Test
    void aReferenceThatDoesNotAnswerIsSaid() {
        assertThatThrownBy(() -> new Planned("sim/status-500").run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("status 500");
    }

    /// A plan with what a test wants otherwise.
    private final class Planned {
        private final List<String> models;
        private Api api = Api.OPENAI;
        private Shape shape = new Shape.Steady(20);
        private int mostStreams = 1_000;
        private Manners manners = Manners.GOOD;
        private Objective objective = Objective.COMPLETE;
        private Endpoint reference = Endpoint.of(simulator.baseUrl(), null, null);

        Planned(String... models) {
            this.models = List.of(models);
        }

        Planned rate(double perSecond) {
            return shape(new Shape.Steady(perSecond));
        }

        Planned shape(Shape other) {
            shape = other;
            return this;
        }

        Planned in(Api other) {
            api = other;
            return this;
        }

        Planned mostStreams(int most) {
            mostStreams = most;
            return this;
        }

        Planned manners(Manners other) {
            manners = other;
            return this;
        }

        Planned good(Duration firstToken, Duration gap) {
            objective = new Objective(firstToken, gap, 0.99);
            return this;
        }

        Planned reference(Simulator other) {
            reference = Endpoint.of(other.baseUrl(), null, null);
            return this;
        }

        Planned withoutReference() {
            reference = null;
            return this;
        }

        OpenLoopRun run() throws IOException, InterruptedException {
            return OpenLoop.run(
                    new OpenLoopPlan(
                            "test",
                            Endpoint.of(simulator.baseUrl(), api, null),
                            new Questions(models, List.of("Hi"), List.of()),
                            shape,
                            true,
                            1,
                            Duration.ofMillis(500),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(20),
                            mostStreams,
                            manners,
                            objective,
                            reference,
                            List.of()),
                    _ -> {});
        }
    }
}
