package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What the samples of both modes say, side by side.
///
/// @param earlierSeconds how much earlier the first text of a streamed answer was there than the
///   whole of its twin: the median over pairs
/// @param timesSooner the same as a quotient
/// @param laterSeconds how much later the last text of a streamed answer was there than its twin's;
///   negative when it was earlier
public record Comparison(
        About about,
        Summary streaming,
        Summary whole,
        Estimate earlierSeconds,
        Estimate timesSooner,
        Estimate laterSeconds,
        List<Sample> samples) {

    /// Marks on the axis of patience, in seconds: instant, flow kept, still there, attention lost
    /// (Miller 1968, Nielsen 1993).
    public static final List<Double> PATIENCE_SECONDS = List.of(0.1, 1.0, 3.0, 10.0);

    /// A wait between two pieces of text that a reader notices.
    public static final double STALL_SECONDS = 1;

    /// What was asked, whom and how.
    public record About(
            String url, String model, String api, int pairs, int concurrency, Prices prices) {}

    /// One mode.
    ///
    /// @param complete how many requests were answered in full; all figures are about these
    /// @param problems what went wrong with the others, and how often
    /// @param withinPatience the share of answers whose first text came within each of
    ///   [#PATIENCE_SECONDS]
    /// @param gapMillis between pieces of text, over all answers; null of a whole answer
    /// @param stalls gaps longer than [#STALL_SECONDS]
    /// @param cost of one answer
    /// @param dropOff see [DropOff]
    public record Summary(
            Mode mode,
            int complete,
            Map<String, Integer> problems,
            Spread firstTextSeconds,
            Spread lastTextSeconds,
            List<Estimate> withinPatience,
            Spread gapMillis,
            int stalls,
            int answersWithStalls,
            Estimate tokensPerSecond,
            Estimate inputTokens,
            Estimate outputTokens,
            Estimate cost,
            Estimate dropOff) {}

    /// A distribution. A quantile that the sample is too small for is NaN.
    public record Spread(int count, Estimate p50, double p90, double p99, double p999, double max) {

        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int n = sorted.length;
            return new Spread(
                    n,
                    // Of very many values the median is certain, and resampling them would take
                    // minutes.
                    n <= 20_000 ? Estimate.median(sorted) : certain(Estimate.quantile(sorted, 0.5)),
                    n >= 10 ? Estimate.quantile(sorted, 0.9) : Double.NaN,
                    n >= 100 ? Estimate.quantile(sorted, 0.99) : Double.NaN,
                    n >= 1_000 ? Estimate.quantile(sorted, 0.999) : Double.NaN,
                    n == 0 ? Double.NaN : sorted[n - 1]);
        }

        private static Estimate certain(double value) {
            return new Estimate(value, value, value);
        }
    }

    public static Comparison of(About about, List<Sample> samples) {
        var twins = new TreeMap<Integer, Map<Mode, Sample>>();
        for (Sample sample : samples) {
            if (sample.isComplete() && sample.firstTextNanos() >= 0) {
                twins.computeIfAbsent(sample.pair(), _ -> new TreeMap<>())
                        .put(sample.mode(), sample);
            }
        }
        var earlier = new ArrayList<Double>();
        var sooner = new ArrayList<Double>();
        var later = new ArrayList<Double>();
        for (Map<Mode, Sample> pair : twins.values()) {
            Sample streamed = pair.get(Mode.STREAMING);
            Sample whole = pair.get(Mode.WHOLE);
            if (streamed != null && whole != null) {
                double wholeSeconds = whole.firstTextNanos() / 1e9;
                double streamedSeconds = streamed.firstTextNanos() / 1e9;
                earlier.add(wholeSeconds - streamedSeconds);
                sooner.add(wholeSeconds / streamedSeconds);
                later.add(streamed.lastTextNanos() / 1e9 - wholeSeconds);
            }
        }
        return new Comparison(
                about,
                summary(Mode.STREAMING, samples, about.prices),
                summary(Mode.WHOLE, samples, about.prices),
                Estimate.median(array(earlier)),
                Estimate.median(array(sooner)),
                Estimate.median(array(later)),
                List.copyOf(samples));
    }

    private static Summary summary(Mode mode, List<Sample> all, Prices prices) {
        List<Sample> asked = all.stream().filter(sample -> sample.mode() == mode).toList();
        List<Sample> complete = asked.stream().filter(Sample::isComplete).toList();
        Map<String, Integer> problems =
                asked.stream()
                        .filter(sample -> !sample.isComplete())
                        .collect(
                                Collectors.toMap(
                                        sample -> String.valueOf(sample.problem()),
                                        _ -> 1,
                                        Integer::sum,
                                        TreeMap::new));
        double[] firstText =
                values(
                        complete,
                        s -> s.firstTextNanos() < 0 ? Double.NaN : s.firstTextNanos() / 1e9);
        double[] gaps =
                complete.stream()
                        .flatMapToLong(sample -> Arrays.stream(sample.gapNanos()))
                        .mapToDouble(nanos -> nanos / 1e6)
                        .toArray();
        return new Summary(
                mode,
                complete.size(),
                problems,
                Spread.of(firstText),
                Spread.of(
                        values(
                                complete,
                                s -> s.lastTextNanos() < 0 ? Double.NaN : s.lastTextNanos() / 1e9)),
                PATIENCE_SECONDS.stream()
                        .map(seconds -> share(firstText, seconds, complete.size()))
                        .toList(),
                Spread.of(gaps),
                (int) Arrays.stream(gaps).filter(Comparison::isStall).count(),
                (int)
                        complete.stream()
                                .filter(sample ->
                                        Arrays.stream(sample.gapNanos())
                                                .anyMatch(nanos -> isStall(nanos / 1e6)))
                                .count(),
                Estimate.median(values(complete, Sample::tokensPerSecond)),
                Estimate.mean(values(complete, s -> known(s.inputTokens()))),
                Estimate.mean(values(complete, s -> known(s.outputTokens()))),
                Estimate.mean(values(complete, prices::of)),
                Estimate.mean(Arrays.stream(firstText).map(DropOff::after).toArray()));
    }

    private static Estimate share(double[] firstText, double seconds, int of) {
        return Estimate.share(
                (int) Arrays.stream(firstText).filter(value -> value <= seconds).count(), of);
    }

    private static boolean isStall(double gapMillis) {
        return gapMillis > STALL_SECONDS * 1e3;
    }

    private static double known(long tokens) {
        return tokens < 0 ? Double.NaN : tokens;
    }

    private static double[] values(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return samples.stream()
                .mapToDouble(value)
                .filter(number -> !Double.isNaN(number))
                .toArray();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
