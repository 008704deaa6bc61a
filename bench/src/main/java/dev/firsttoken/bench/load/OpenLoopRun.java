package dev.firsttoken.bench.load;

import dev.firsttoken.bench.machine.MachineUse;
import dev.firsttoken.bench.stats.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// What came of an open loop. Streams are counted by when they were due, events by when they came;
/// both inside the window only.
///
/// @param windows how many windows of the plan's length were counted: one, unless runs were pooled
/// @param due streams that were due
/// @param readers those of them that wanted to read to the end, as fast as it came
/// @param complete readers that got a whole answer
/// @param good readers whose stream met the objective
/// @param left clients that left before the end, as they meant to
/// @param slow clients that read slowly
/// @param slowComplete those of them that got a whole answer
/// @param slowCut those of them on whom the server gave up; the others were still reading
/// @param reconnected streams whose kept connection was closed before an answer began, and that
///   were asked for once more on a new one
/// @param problems what went wrong, and how often
/// @param events content events that came
/// @param firstToken from the moment a stream was due, connecting included, to its first content
/// @param gap between content events; events that were read together have none between them
/// @param whole from the moment a stream was due to its end; complete streams only
/// @param late how much later than due the generator began: its own failing, part of `firstToken`
/// @param mostAtOnce the most streams that were under way at one time
/// @param use what the window cost the machine and the watched processes
/// @param generatorCpuNanos what it cost the generator's process
/// @param slices the run cut into pieces of equal length, warm-up included
public record OpenLoopRun(
        OpenLoopPlan plan,
        int windows,
        int due,
        int readers,
        int complete,
        int good,
        int left,
        int slow,
        int slowComplete,
        int slowCut,
        int reconnected,
        Map<String, Integer> problems,
        long events,
        Histogram firstToken,
        Histogram gap,
        Histogram whole,
        Histogram late,
        int mostAtOnce,
        MachineUse use,
        long generatorCpuNanos,
        List<Slice> slices) {

    /// Starting later than this, at the 99th percentile, makes a run say more about the generator
    /// than about the server.
    private static final long TOO_LATE_NANOS = 10_000_000;

    /// A piece of the run.
    ///
    /// @param beginSeconds since the run's start
    /// @param due streams that were due in it
    /// @param underWay streams that were under way at its end
    public record Slice(
            double beginSeconds,
            int due,
            int underWay,
            long events,
            Histogram gap,
            Histogram ttft) {}

    /// Several runs of the same kind as one: what they counted is added up, their slices follow
    /// each other, and the plan is the first one's.
    public static OpenLoopRun pooled(List<OpenLoopRun> runs) {
        var problems = new TreeMap<String, Integer>();
        var slices = new ArrayList<Slice>();
        double begin = 0;
        for (OpenLoopRun run : runs) {
            run.problems.forEach((what, count) -> problems.merge(what, count, Integer::sum));
            double each = run.slices.size() < 2 ? 1 : run.slices.get(1).beginSeconds;
            for (Slice slice : run.slices) {
                slices.add(
                        new Slice(
                                begin,
                                slice.due,
                                slice.underWay,
                                slice.events,
                                slice.gap,
                                slice.ttft));
                begin += each;
            }
        }
        return new OpenLoopRun(
                runs.getFirst().plan,
                runs.stream().mapToInt(run -> run.windows).sum(),
                sum(runs, OpenLoopRun::due),
                sum(runs, OpenLoopRun::readers),
                sum(runs, OpenLoopRun::complete),
                sum(runs, OpenLoopRun::good),
                sum(runs, OpenLoopRun::left),
                sum(runs, OpenLoopRun::slow),
                sum(runs, OpenLoopRun::slowComplete),
                sum(runs, OpenLoopRun::slowCut),
                sum(runs, OpenLoopRun::reconnected),
                problems,
                runs.stream().mapToLong(OpenLoopRun::events).sum(),
                all(runs, OpenLoopRun::firstToken),
                all(runs, OpenLoopRun::gap),
                all(runs, OpenLoopRun::whole),
                all(runs, OpenLoopRun::late),
                runs.stream().mapToInt(OpenLoopRun::mostAtOnce).max().orElse(0),
                MachineUse.pooled(runs.stream().map(OpenLoopRun::use).toList()),
                runs.stream().mapToLong(OpenLoopRun::generatorCpuNanos).sum(),
                slices);
    }

    private static int sum(List<OpenLoopRun> runs, ToIntFunction<OpenLoopRun> which) {
        return runs.stream().mapToInt(which).sum();
    }

    private static Histogram all(List<OpenLoopRun> runs, Function<OpenLoopRun, Histogram> which) {
        return runs.stream().map(which).collect(Histogram::new, Histogram::add, Histogram::add);
    }

    public double windowSeconds() {
        return windows * (plan.window().toNanos() / 1e9);
    }

    public double dueRate() {
        return due / windowSeconds();
    }

    /// Streams a second that met the objective.
    public double goodput() {
        return good / windowSeconds();
    }

    public double eventRate() {
        return events / windowSeconds();
    }

    /// The share of readers whose stream was good; NaN when there was none.
    public double goodShare() {
        return readers == 0 ? Double.NaN : (double) good / readers;
    }

    /// Whether as many streams were good as the objective wants.
    public boolean meetsObjective() {
        return readers > 0 && goodShare() >= plan.objective().share();
    }

    /// Whether the generator itself was too slow for what it had to do.
    public boolean isGeneratorLate() {
        return late.quantileNanos(0.99) > TOO_LATE_NANOS;
    }

    public int problemCount() {
        return problems.values().stream().mapToInt(Integer::intValue).sum();
    }
}
