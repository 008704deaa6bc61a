package dev.firsttoken.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/// How many streams arrive when: a rate over time, and thereby the moment of every arrival.
public sealed interface Shape {

    /// More arrivals than any run needs, and still a small array.
    int MOST_ARRIVALS = 10_000_000;

    /// The same rate all the time.
    record Steady(double perSecond) implements Shape {
        public Steady {
            require("rate", perSecond > 0 && Double.isFinite(perSecond), perSecond, "more than 0");
        }
    }

    /// A rate that grows, or falls, evenly.
    record Ramp(double fromPerSecond, double toPerSecond) implements Shape {
        public Ramp {
            require("ramp-from", fromPerSecond >= 0, fromPerSecond, "0 or more");
            require("rate", toPerSecond >= 0, toPerSecond, "0 or more");
            require("rate", fromPerSecond + toPerSecond > 0, toPerSecond, "more than 0");
        }
    }

    /// A steady rate, and on top of it a crowd that arrives at one moment, again and again.
    ///
    /// @param every from one crowd to the next; the first comes after this time too
    record Burst(double perSecond, int crowd, Duration every) implements Shape {
        public Burst {
            require("rate", perSecond >= 0, perSecond, "0 or more");
            require("burst", crowd > 0, crowd, "at least 1");
            require("burst-every", every.isPositive(), (double) every.toMillis(), "more than 0 ms");
        }
    }

    private static void require(String name, boolean holds, double value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /// When streams arrive, in nanoseconds since the start, in order.
    ///
    /// @param even whether arrivals keep their distance like clockwork; otherwise they come
    ///   independently of each other, as people do (a Poisson process)
    /// @param seed of what is drawn: the same seed gives the same arrivals
    default long[] arrivalNanos(Duration length, boolean even, long seed) {
        double seconds = length.toNanos() / 1e9;
        return switch (this) {
            case Steady(double rate) -> arrivals(rate, rate, seconds, even, seed);
            case Ramp(double from, double to) -> arrivals(from, to, seconds, even, seed);
            case Burst(double rate, int crowd, Duration every) ->
                    withCrowds(arrivals(rate, rate, seconds, even, seed), crowd, every, length);
        };
    }

    /// Arrivals of a rate that grows evenly from one value to another: the moments at which its
    /// integral passes 1, 2, 3 … or sums of exponential draws.
    private static long[] arrivals(
            double from, double to, double seconds, boolean even, long seed) {
        double all = (from + to) / 2 * seconds;
        if (all > MOST_ARRIVALS) {
            throw new IllegalArgumentException(
                    "rate: %.0f arrivals in all (expected: at most %d)"
                            .formatted(all, MOST_ARRIVALS));
        }
        var random = new SplittableRandom(seed);
        double slope = (to - from) / seconds;
        long[] nanos = new long[(int) (all + 10 * Math.sqrt(all) + 10)];
        int count = 0;
        double due = even ? 0.5 : -Math.log1p(-random.nextDouble());
        while (due < all && count < nanos.length) {
            double at =
                    Math.abs(slope) < 1e-12
                            ? due / from
                            : (Math.sqrt(from * from + 2 * slope * due) - from) / slope;
            nanos[count++] = (long) (at * 1e9);
            due += even ? 1 : -Math.log1p(-random.nextDouble());
        }
        return Arrays.copyOf(nanos, count);
    }

    private static long[] withCrowds(long[] steady, int crowd, Duration every, Duration length) {
        long crowds = (length.toNanos() - 1) / every.toNanos();
        if (crowds * crowd + steady.length > MOST_ARRIVALS) {
            throw new IllegalArgumentException(
                    "burst: %d arrivals in all (expected: at most %d)"
                            .formatted(crowds * crowd + steady.length, MOST_ARRIVALS));
        }
        long[] all = Arrays.copyOf(steady, steady.length + (int) crowds * crowd);
        int next = steady.length;
        for (long i = 1; i <= crowds; i++) {
            Arrays.fill(all, next, next + crowd, i * every.toNanos());
            next += crowd;
        }
        Arrays.sort(all);
        return all;
    }
}
