package dev.firsttoken.bench.overhead;

import dev.firsttoken.bench.endpoint.Api;
import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.load.HeldStreams;
import dev.firsttoken.bench.load.Manners;
import dev.firsttoken.bench.load.Objective;
import dev.firsttoken.bench.load.OpenLoop;
import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.Probe;
import dev.firsttoken.bench.load.Questions;
import dev.firsttoken.bench.load.Shape;
import dev.firsttoken.bench.machine.Memory;
import dev.firsttoken.bench.overhead.Overhead.Holding;
import dev.firsttoken.bench.overhead.Overhead.Pair;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Puts a target between the bench and the simulator and measures both ways in turn.
public final class OverheadTool {

    private static final String SILENT = "sim/tokens-1+ttft-30m";
    private static final String BRIEF = "sim/tokens-1+ttft-0ms";
    private static final Duration RAMP = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    private static final int MOST_STREAMS = 20_000;

    /// There is no whole stream through the target, so there is nothing to measure.
    public static final class NoTargetException extends Exception {

        private static final long serialVersionUID = 1;

        NoTargetException(String message) {
            super(message);
        }
    }

    private final OverheadPlan plan;
    private final Simulator simulator;
    private final @Nullable TargetProcess process;
    private final Endpoint direct;
    private final Consumer<String> progress;

    private OverheadTool(
            OverheadPlan plan,
            Simulator simulator,
            @Nullable TargetProcess process,
            Consumer<String> progress) {
        this.plan = plan;
        this.simulator = simulator;
        this.process = process;
        this.direct = Endpoint.of(simulator.baseUrl(), spoken(plan.target().api()), "bench");
        this.progress = progress;
    }

    /// The dialect of the direct way: the target's, if a provider speaks it.
    private static Api spoken(Api target) {
        return switch (target) {
            case OPENAI, SIMPLE -> Api.OPENAI;
            case ANTHROPIC -> Api.ANTHROPIC;
        };
    }

    /// Starts the simulator, and the target if there is a command for that, and measures.
    ///
    /// @param progress told what is under way
    /// @throws NoTargetException when no whole stream came through the target in time
    /// @throws IOException when the simulator's port is taken, or the command is none
    public static Overhead run(OverheadPlan plan, Consumer<String> progress)
            throws IOException, InterruptedException, NoTargetException {
        var options = SimulatorOptions.defaults().withPort(plan.upstreamPort());
        try (Simulator simulator = Simulator.start(options)) {
            if (plan.command().isEmpty()) {
                return new OverheadTool(plan, simulator, null, progress).measure();
            }
            try (var process = TargetProcess.start(plan.command(), simulator.baseUrl())) {
                return new OverheadTool(plan, simulator, process, progress).measure();
            }
        }
    }

    private Overhead measure() throws IOException, InterruptedException, NoTargetException {
        awaitTarget();
        List<Long> pids = process == null ? plan.pids() : process.pids();
        run("warm-up", plan.target(), plan.model(), plan.perSecond(), plan.seed(), pids);
        var pairs = new ArrayList<Pair>();
        var random = new Random(plan.seed());
        for (int i = 0; i < plan.pairs(); i++) {
            boolean directFirst = random.nextBoolean();
            long seed = plan.seed() + i;
            OpenLoopRun first = oneWay(directFirst, seed, pids);
            OpenLoopRun second = oneWay(!directFirst, seed, pids);
            pairs.add(directFirst ? new Pair(first, second) : new Pair(second, first));
        }
        @Nullable OpenLoopRun brief =
                plan.shortPerSecond() == 0
                        ? null
                        : run(
                                "short streams",
                                plan.target(),
                                BRIEF,
                                plan.shortPerSecond(),
                                plan.seed(),
                                pids);
        return new Overhead(plan, pids, pairs, brief, plan.hold() == 0 ? null : hold(pids));
    }

    private OpenLoopRun oneWay(boolean isDirect, long seed, List<Long> pids)
            throws IOException, InterruptedException {
        return run(
                isDirect ? "direct" : "through",
                isDirect ? direct : plan.target(),
                plan.model(),
                plan.perSecond(),
                seed,
                pids);
    }

    /// Every stream has to say what the simulator says.
    private OpenLoopRun run(
            String label,
            Endpoint endpoint,
            String model,
            double perSecond,
            long seed,
            List<Long> pids)
            throws IOException, InterruptedException {
        return OpenLoop.run(
                new OpenLoopPlan(
                        label,
                        endpoint,
                        Questions.only(model),
                        new Shape.Steady(perSecond),
                        false,
                        seed,
                        plan.warmUp(),
                        plan.window(),
                        plan.patience(),
                        MOST_STREAMS,
                        Manners.GOOD,
                        Objective.COMPLETE,
                        direct,
                        pids),
                now ->
                        progress.accept(
                                "%s: %.0f of %.0f s, %d streams under way"
                                        .formatted(
                                                label,
                                                now.seconds(),
                                                now.ofSeconds(),
                                                now.underWay())));
    }

    private void awaitTarget() throws IOException, InterruptedException, NoTargetException {
        progress.accept("waiting for the target");
        long byNanos = System.nanoTime() + plan.patience().toNanos();
        while (true) {
            @Nullable String problem = Probe.problemWith(plan.target(), BRIEF);
            if (problem == null) {
                return;
            }
            if (process != null && !process.isAlive()) {
                throw new NoTargetException("the target has ended:\n" + process.lastWords());
            }
            if (System.nanoTime() - byNanos >= 0) {
                throw new NoTargetException(
                        "no whole stream through %s within %d s: %s%s"
                                .formatted(
                                        plan.target().url(),
                                        plan.patience().toSeconds(),
                                        problem,
                                        process == null ? "" : "\n" + process.lastWords()));
            }
            // Another process cannot tell us that it is ready.
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private Holding hold(List<Long> pids) throws InterruptedException {
        progress.accept("holding " + plan.hold() + " silent streams");
        long before = Memory.residentBytes(pids);
        try (var streams =
                HeldStreams.begin(plan.target(), SILENT, plan.hold(), RAMP, plan.patience())) {
            until(() -> simulator.openExchanges() >= plan.hold());
            int held = Math.min(streams.open(), simulator.openExchanges());
            long with = Memory.residentBytes(pids);
            long leftAtNanos = streams.leave();
            boolean free = until(() -> simulator.openExchanges() == 0);
            double freeMillis = (System.nanoTime() - leftAtNanos) / 1e6;
            return new Holding(plan.hold(), held, before, with, free ? freeMillis : -1);
        }
    }

    private boolean until(BooleanSupplier condition) throws InterruptedException {
        long byNanos = System.nanoTime() + plan.patience().toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - byNanos >= 0) {
                return false;
            }
            // The simulator counts; it tells nobody when.
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
        return true;
    }
}
