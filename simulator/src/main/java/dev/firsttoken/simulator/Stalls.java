package dev.firsttoken.simulator;

import java.time.Duration;

/// Now and then a long pause before a token.
///
/// @param probability per token after the first, from 0 to 1
public record Stalls(double probability, Duration duration) {

    public static final Stalls NONE = new Stalls(0, Duration.ZERO);

    public Stalls {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "probability: " + probability + " (expected: 0 to 1)");
        }
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
        }
    }
}
