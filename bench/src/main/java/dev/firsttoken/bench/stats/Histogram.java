package dev.firsttoken.bench.stats;

/// Durations in nanoseconds, counted in buckets whose width grows with the value: every quantile is
/// within 1.6 % of the truth, and recording costs one increment.
///
/// Values below 128 ns have a bucket each; above, every power of two is cut into 64 equal buckets.
/// Owned by one thread.
public final class Histogram {

    private static final int SUB_BUCKET_BITS = 6;
    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

    private final long[] counts = new long[(64 - SUB_BUCKET_BITS) * SUB_BUCKETS];
    private long count;
    private long maxNanos;

    /// Counts one duration. A negative one counts as zero.
    public void record(long nanos) {
        long value = Math.max(0, nanos);
        counts[bucketOf(value)]++;
        count++;
        maxNanos = Math.max(maxNanos, value);
    }

    public long count() {
        return count;
    }

    public long maxNanos() {
        return maxNanos;
    }

    /// The smallest bucket edge that at least this share of the recorded durations does not exceed;
    /// 0 when nothing was recorded.
    public long quantileNanos(double share) {
        if (share < 0 || share > 1) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 … 1)");
        }
        long wanted = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return Math.min(upperEdge(bucket), maxNanos);
            }
        }
        return maxNanos;
    }

    private static int bucketOf(long value) {
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BUCKET_BITS;
        return (shift << SUB_BUCKET_BITS) + (int) (value >>> shift);
    }

    private static long upperEdge(int bucket) {
        if (bucket < 2 * SUB_BUCKETS) {
            return bucket;
        }
        int shift = (bucket >> SUB_BUCKET_BITS) - 1;
        long lead = (long) SUB_BUCKETS + (bucket & (SUB_BUCKETS - 1));
        return ((lead + 1) << shift) - 1;
    }
}
