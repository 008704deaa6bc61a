package dev.firsttoken.bench.stats;

import java.util.function.BiConsumer;

/// Durations in nanoseconds, counted by an HdrHistogram: every quantile is within 0.1 % of the
/// truth, and recording costs one increment.
///
/// The largest is kept exactly; what is longer than an hour is counted as an hour. Owned by one
/// thread.
public final class Histogram {

    private static final long LONGEST_NANOS = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    /// A tenth of the memory, for a histogram of which many are kept at once.
    private static final int COARSE_DIGITS = 2;

    private static final long COARSE_UNIT_NANOS = 1_000;

    private final org.HdrHistogram.Histogram counts;
    private long maxNanos;

    public Histogram() {
        counts = new org.HdrHistogram.Histogram(1, LONGEST_NANOS, DIGITS);
    }

    private Histogram(org.HdrHistogram.Histogram counts) {
        this.counts = counts;
    }

    /// One that is within 1 % of the truth, or a microsecond.
    public static Histogram coarse() {
        return new Histogram(
                new org.HdrHistogram.Histogram(COARSE_UNIT_NANOS, LONGEST_NANOS, COARSE_DIGITS));
    }

    /// Counts one duration. A negative one counts as zero.
    public void record(long nanos) {
        record(nanos, 1);
    }

    /// Counts the same duration many times.
    public void record(long nanos, long times) {
        long value = Math.max(0, nanos);
        counts.recordValueWithCount(Math.min(value, LONGEST_NANOS), times);
        maxNanos = Math.max(maxNanos, value);
    }

    /// Counts everything that another one has counted.
    public Histogram add(Histogram other) {
        counts.add(other.counts);
        maxNanos = Math.max(maxNanos, other.maxNanos);
        return this;
    }

    public long count() {
        return counts.getTotalCount();
    }

    public long maxNanos() {
        return maxNanos;
    }

    /// The duration that at least this share of the recorded ones does not exceed; 0 when nothing
    /// was recorded.
    public long quantileNanos(double share) {
        if (share < 0 || share > 1) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 … 1)");
        }
        return Math.min(counts.getValueAtPercentile(share * 100), maxNanos);
    }

    /// Tells each duration that was recorded, from the shortest on, and the share of all that is no
    /// longer.
    public void distribution(BiConsumer<Long, Double> step) {
        for (var value : counts.recordedValues()) {
            step.accept(
                    Math.min(value.getValueIteratedTo(), maxNanos),
                    value.getPercentileLevelIteratedTo() / 100);
        }
    }
}
