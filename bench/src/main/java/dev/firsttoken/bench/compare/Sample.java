package dev.firsttoken.bench.compare;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request and what came of it. All times are nanoseconds since its last byte was handed to the
/// HTTP client.
///
/// @param pair requests with the same number asked the same thing, one in each mode
/// @param arrivals when text arrived, and how much; a whole answer arrives once
/// @param endNanos when the response ended
/// @param inputTokens as the server reports it, -1 when it does not
/// @param outputTokens as the server reports it, -1 when it does not
/// @param problem why there is no complete answer; absent when there is one
public record Sample(
        Mode mode,
        int pair,
        List<Arrival> arrivals,
        long endNanos,
        long inputTokens,
        long outputTokens,
        @Nullable String problem) {

    /// @param characters how many were there to read after this arrival
    public record Arrival(long nanos, int characters) {}

    public Sample {
        arrivals = List.copyOf(arrivals);
    }

    public boolean isComplete() {
        return problem == null;
    }

    /// When there was something to read; -1 when there never was.
    public long firstTextNanos() {
        return arrivals.isEmpty() ? -1 : arrivals.getFirst().nanos;
    }

    /// When everything was there to read; -1 when nothing ever was.
    public long lastTextNanos() {
        return arrivals.isEmpty() ? -1 : arrivals.getLast().nanos;
    }

    /// Tokens after the first per second between the first text and the last; NaN when that cannot
    /// be said.
    public double tokensPerSecond() {
        long spread = lastTextNanos() - firstTextNanos();
        return outputTokens > 1 && spread > 0 ? (outputTokens - 1) * 1e9 / spread : Double.NaN;
    }

    /// Waits between one arrival of text and the next.
    public long[] gapNanos() {
        long[] gaps = new long[Math.max(0, arrivals.size() - 1)];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = arrivals.get(i + 1).nanos - arrivals.get(i).nanos;
        }
        return gaps;
    }
}
