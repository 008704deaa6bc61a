package dev.firsttoken.bench.load;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/// What a stream has to do to count as good: be complete, begin in time, and keep its pace.
///
/// @param firstToken the longest time to first token, from the moment the stream was due; absent
///   when any will do
/// @param gap the longest gap between content events, which one in a hundred of a stream's gaps may
///   exceed; absent when any will do
/// @param share of the streams that have to be good, 0 to 1
public record Objective(@Nullable Duration firstToken, @Nullable Duration gap, double share) {

    /// Nothing but a complete answer.
    public static final Objective COMPLETE = new Objective(null, null, 0.99);

    public Objective {
        if (share <= 0 || share > 1) {
            throw new IllegalArgumentException(
                    "good-share: " + share + " (expected: more than 0, at most 1)");
        }
    }

    public boolean isStated() {
        return firstToken != null || gap != null;
    }

    boolean isLate(long gapNanos) {
        return gap != null && gapNanos > gap.toNanos();
    }

    /// Whether a complete stream was good.
    boolean isMetBy(long firstTokenNanos, int gaps, int lateGaps) {
        return (firstToken == null || firstTokenNanos <= firstToken.toNanos())
                && lateGaps * 100L <= gaps;
    }

    /// In words, such as `TTFT ≤ 500 ms, 99 % of a stream's gaps ≤ 100 ms, for 99 % of streams`.
    public String words() {
        return (firstToken == null ? "" : "TTFT ≤ " + firstToken.toMillis() + " ms, ")
                + (gap == null ? "" : "99 % of a stream's gaps ≤ " + gap.toMillis() + " ms, ")
                + "complete, for %s %% of streams".formatted(percent(share));
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share * 100)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }
}
