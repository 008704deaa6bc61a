package dev.firsttoken.bench.overhead;

import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.stats.Estimate;
import dev.firsttoken.bench.stats.Histogram;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/// What a target adds to streams, and what its process needs for them.
///
/// @param pids the target's processes; empty when they are not known, and then nothing is said of
///   processor time and memory
/// @param brief streams of one token through the target; absent when that was left out
/// @param holding absent when that was left out
public record Overhead(
        OverheadPlan plan,
        List<Long> pids,
        List<Pair> pairs,
        @Nullable OpenLoopRun brief,
        @Nullable Holding holding) {

    /// The same arrivals both ways, one after the other.
    public record Pair(OpenLoopRun direct, OpenLoopRun through) {}

    /// What became of many silent streams.
    ///
    /// @param asked how many were wanted
    /// @param held how many were open, at the client and at the simulator
    /// @param beforeBytes resident memory of the target before them
    /// @param heldBytes the same with all of them open
    /// @param freeMillis from the clients' leaving until the simulator had no call open; negative
    ///   when it still had some after a while
    public record Holding(
            int asked, int held, long beforeBytes, long heldBytes, double freeMillis) {}

    public Overhead {
        pids = List.copyOf(pids);
        pairs = List.copyOf(pairs);
    }

    /// How much later a quantile lies through the target than without it, in milliseconds: the
    /// median over pairs.
    public Estimate addedMillis(Function<OpenLoopRun, Histogram> which, double share) {
        return Estimate.median(
                pairs.stream()
                        .mapToDouble(pair ->
                                millis(which.apply(pair.through), share)
                                        - millis(which.apply(pair.direct), share))
                        .toArray());
    }

    private static double millis(Histogram histogram, double share) {
        return histogram.count() == 0 ? Double.NaN : histogram.quantileNanos(share) / 1e6;
    }

    /// Processor time of the target for each content event of a paced stream, in microseconds; what
    /// a stream costs by itself is in it.
    public Estimate cpuMicrosPerEvent() {
        return pids.isEmpty()
                ? Estimate.NONE
                : Estimate.median(
                        pairs.stream()
                                .map(Pair::through)
                                .filter(run -> run.events() > 0)
                                .mapToDouble(
                                        run -> run.use().processCpuNanos() / 1e3 / run.events())
                                .toArray());
    }

    /// Processor time of the target for each stream of one token, in microseconds; NaN when it is
    /// not known.
    public double cpuMicrosPerStream() {
        return pids.isEmpty() || brief == null || brief.events() == 0
                ? Double.NaN
                : brief.use().processCpuNanos() / 1e3 / brief.events();
    }

    /// Resident memory that each held stream added, in bytes; NaN when it is not known.
    public double bytesPerStream() {
        return pids.isEmpty() || holding == null || holding.held == 0
                ? Double.NaN
                : (double) (holding.heldBytes - holding.beforeBytes) / holding.held;
    }

    /// All direct runs as one.
    public OpenLoopRun direct() {
        return OpenLoopRun.pooled(pairs.stream().map(Pair::direct).toList());
    }

    /// All runs through the target as one.
    public OpenLoopRun through() {
        return OpenLoopRun.pooled(pairs.stream().map(Pair::through).toList());
    }

    /// Whether every stream was complete and in order, and all that should be held were, and ended.
    public boolean isSound() {
        return direct().problemCount() == 0
                && through().problemCount() == 0
                && (brief == null || brief.problemCount() == 0)
                && (holding == null || holding.held == holding.asked && holding.freeMillis >= 0);
    }

    /// For a terminal.
    public String text() {
        return OverheadText.of(this);
    }

    /// For machines: one JSON object.
    public byte[] json() {
        return OverheadJson.of(this);
    }

    /// For a browser: one file.
    public String html() {
        return OverheadHtml.of(this);
    }
}
