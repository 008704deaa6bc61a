package dev.firsttoken.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// When tokens come: the wait before the first one and the gaps after it.
///
/// The same seed gives the same waits.
public sealed interface Timing {

    /// Everything at once.
    static Timing instant() {
        return new Fixed(Duration.ZERO, Duration.ZERO);
    }

    /// What a hosted model of today feels like: 350 ms to the first token, then about 50 a second,
    /// both with a long tail.
    static Timing lifelike() {
        return new LogNormal(
                Duration.ofMillis(350),
                0.35,
                Duration.ofMillis(18),
                0.5,
                new Stalls(0.002, Duration.ofMillis(400)));
    }

    Stalls stalls();

    /// The same gap each time.
    record Fixed(Duration firstToken, Duration gap, Stalls stalls) implements Timing {
        public Fixed {
            requirePositive(firstToken);
            requirePositive(gap);
        }

        public Fixed(Duration firstToken, Duration gap) {
            this(firstToken, gap, Stalls.NONE);
        }
    }

    /// Waits whose logarithms are normally distributed: never negative, mostly near the median, now
    /// and then long.
    ///
    /// @param firstTokenSigma deviation of the logarithm; 0 gives the median each time, 0.5 puts 5
    ///   % of the waits above 2.3 times the median
    record LogNormal(
            Duration firstTokenMedian,
            double firstTokenSigma,
            Duration gapMedian,
            double gapSigma,
            Stalls stalls)
            implements Timing {
        public LogNormal {
            requirePositive(firstTokenMedian);
            requirePositive(gapMedian);
            requireSigma(firstTokenSigma);
            requireSigma(gapSigma);
        }
    }

    /// Waits as they were recorded, the first one to the first token. After the last the last one
    /// repeats.
    record Recorded(List<Duration> waits, Stalls stalls) implements Timing {
        public Recorded {
            waits = List.copyOf(waits);
            waits.forEach(Timing::requirePositive);
            if (waits.isEmpty()) {
                throw new IllegalArgumentException("waits: none (expected: at least one)");
            }
        }

        public Recorded(List<Duration> waits) {
            this(waits, Stalls.NONE);
        }
    }

    /// The wait before each of an answer's tokens, in nanoseconds.
    default long[] waitsNanos(int tokens, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] waits = new long[tokens];
        for (int i = 0; i < tokens; i++) {
            waits[i] =
                    switch (this) {
                        case Fixed fixed -> (i == 0 ? fixed.firstToken() : fixed.gap()).toNanos();
                        case LogNormal spread ->
                                i == 0
                                        ? drawn(
                                                spread.firstTokenMedian(),
                                                spread.firstTokenSigma(),
                                                random)
                                        : drawn(spread.gapMedian(), spread.gapSigma(), random);
                        case Recorded recorded ->
                                recorded.waits()
                                        .get(Math.min(i, recorded.waits().size() - 1))
                                        .toNanos();
                    };
            if (i > 0
                    && stalls().probability() > 0
                    && random.nextDouble() < stalls().probability()) {
                waits[i] += stalls().duration().toNanos();
            }
        }
        return waits;
    }

    /// This timing with an exact wait before the first token.
    default Timing withFirstToken(Duration wait) {
        return switch (this) {
            case Fixed fixed -> new Fixed(wait, fixed.gap(), fixed.stalls());
            case LogNormal spread ->
                    new LogNormal(wait, 0, spread.gapMedian(), spread.gapSigma(), spread.stalls());
            case Recorded recorded -> {
                List<Duration> waits = new ArrayList<>(recorded.waits());
                waits.set(0, wait);
                yield new Recorded(waits, recorded.stalls());
            }
        };
    }

    /// This timing with an exact gap between tokens.
    default Timing withGap(Duration gap) {
        return switch (this) {
            case Fixed fixed -> new Fixed(fixed.firstToken(), gap, fixed.stalls());
            case LogNormal spread ->
                    new LogNormal(
                            spread.firstTokenMedian(),
                            spread.firstTokenSigma(),
                            gap,
                            0,
                            spread.stalls());
            case Recorded recorded ->
                    new Fixed(recorded.waits().getFirst(), gap, recorded.stalls());
        };
    }

    /// This timing with waits spread log-normally around what they were. A recording stays as it
    /// is.
    default Timing withSigma(double sigma) {
        return switch (this) {
            case Fixed fixed ->
                    new LogNormal(fixed.firstToken(), sigma, fixed.gap(), sigma, fixed.stalls());
            case LogNormal spread ->
                    new LogNormal(
                            spread.firstTokenMedian(),
                            sigma,
                            spread.gapMedian(),
                            sigma,
                            spread.stalls());
            case Recorded recorded -> recorded;
        };
    }

    default Timing withStalls(Stalls stalls) {
        return switch (this) {
            case Fixed fixed -> new Fixed(fixed.firstToken(), fixed.gap(), stalls);
            case LogNormal spread ->
                    new LogNormal(
                            spread.firstTokenMedian(),
                            spread.firstTokenSigma(),
                            spread.gapMedian(),
                            spread.gapSigma(),
                            stalls);
            case Recorded recorded -> new Recorded(recorded.waits(), stalls);
        };
    }

    private static long drawn(Duration median, double sigma, SplittableRandom random) {
        if (sigma == 0) {
            return median.toNanos();
        }
        return (long) (median.toNanos() * Math.exp(sigma * random.nextGaussian()));
    }

    private static void requirePositive(Duration wait) {
        if (wait.isNegative()) {
            throw new IllegalArgumentException("wait: " + wait + " (expected: >= 0)");
        }
    }

    private static void requireSigma(double sigma) {
        if (!(sigma >= 0 && sigma <= 3)) {
            throw new IllegalArgumentException("sigma: " + sigma + " (expected: 0 to 3)");
        }
    }
}
