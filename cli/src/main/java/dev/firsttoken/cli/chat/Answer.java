package dev.firsttoken.cli.chat;

import dev.firsttoken.wire.event.StreamEvent;
import org.jspecify.annotations.Nullable;

/// How one answer went, seen from the client.
///
/// @param text everything that was said, also when the answer did not get to its end
/// @param problem why the answer is not whole, in words; absent for a whole one
/// @param firstTokenNanos from the request until something could be read; 0 if nothing ever could
/// @param lastTokenNanos from the request until the last content
/// @param usage what the server says it took, if it says so
record Answer(
        String text,
        Ending ending,
        @Nullable String problem,
        long firstTokenNanos,
        long lastTokenNanos,
        StreamEvent.@Nullable Usage usage) {

    enum Ending {
        /// The server said that this is all.
        COMPLETE,
        /// The server said why it is not, or never got to its end.
        FAILED,
        /// Nobody answers at that address.
        UNREACHABLE,
        /// The person did not want to hear more.
        STOPPED
    }

    boolean isComplete() {
        return ending == Ending.COMPLETE;
    }

    /// One line for a person: the first token's delay, and the speed after it.
    String summary() {
        if (firstTokenNanos == 0) {
            return "no token";
        }
        var line = new StringBuilder("first token after ").append(millis(firstTokenNanos));
        long spread = lastTokenNanos - firstTokenNanos;
        if (usage != null && usage.outputTokens() > 0) {
            line.append(" · ").append(usage.outputTokens()).append(" tokens");
            if (usage.outputTokens() > 1 && spread > 0) {
                // The first token is where the clock starts, so it is not part of the speed.
                double perSecond = (usage.outputTokens() - 1) * 1e9 / spread;
                line.append(" · ").append(rounded(perSecond)).append(" tokens/s");
            }
        }
        return line.append(" · ").append(seconds(lastTokenNanos)).append(" in all").toString();
    }

    private static String millis(long nanos) {
        return nanos < 10_000_000_000L ? nanos / 1_000_000 + " ms" : seconds(nanos);
    }

    private static String seconds(long nanos) {
        long tenths = nanos / 100_000_000;
        return tenths / 10 + "." + tenths % 10 + " s";
    }

    private static String rounded(double value) {
        return value < 10
                ? String.valueOf(Math.round(value * 10) / 10.0)
                : String.valueOf(Math.round(value));
    }
}
