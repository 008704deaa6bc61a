package dev.firsttoken.gateway.metering;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How long the gaps between content deltas were, counted by one event loop.
///
/// One thread writes, any thread reads; a reader may see a count a moment late but never a torn
/// one.
final class GapCounts {

    /// Upper bounds in seconds, those of OpenTelemetry's `gen_ai.server.time_per_output_token`,
    /// with finer steps below and coarser ones above.
    static final double[] BOUNDS_SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5,
        5, 10, 30, 60
    };

    private static final long[] BOUNDS_NANOS = new long[BOUNDS_SECONDS.length];
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        for (int i = 0; i < BOUNDS_SECONDS.length; i++) {
            BOUNDS_NANOS[i] = (long) (BOUNDS_SECONDS[i] * 1e9);
        }
    }

    /// One count per bound, one for what lies above, and last the sum of all gaps in nanoseconds.
    private final long[] counts = new long[BOUNDS_SECONDS.length + 2];

    void add(long gapNanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && gapNanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        increase(bucket, 1);
        increase(counts.length - 1, gapNanos);
    }

    private void increase(int index, long by) {
        LONGS.setOpaque(counts, index, counts[index] + by);
    }

    long count(int bucket) {
        return (long) LONGS.getOpaque(counts, bucket);
    }

    long sumNanos() {
        return count(counts.length - 1);
    }
}
