package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// An open loop: streams begin when they are due, whether or not those before them have ended.
///
/// @param label what the run is called beside others
/// @param even see [Shape#arrivalNanos]
/// @param seed of everything that is drawn: the same seed, the same arrivals and the same clients
/// @param warmUp streams that are due in it are not counted
/// @param window streams that are due in it are counted, however long they take
/// @param drain how long they may take after its end
/// @param mostStreams at once; a stream that would be one more does not begin and is counted as bad
/// @param reference asked each question once beforehand: every answer must then say the same, in as
///   many content events; absent when a good end is all that can be checked
/// @param watchedPids processes whose processor time counts
public record OpenLoopPlan(
        String label,
        Endpoint endpoint,
        Questions questions,
        Shape shape,
        boolean even,
        long seed,
        Duration warmUp,
        Duration window,
        Duration drain,
        int mostStreams,
        Manners manners,
        Objective objective,
        @Nullable Endpoint reference,
        List<Long> watchedPids) {

    public OpenLoopPlan {
        watchedPids = List.copyOf(watchedPids);
        if (window.isZero() || window.isNegative() || warmUp.isNegative() || drain.isNegative()) {
            throw new IllegalArgumentException(
                    "window: %s, warm-up: %s, drain: %s (expected: a window, and none below 0)"
                            .formatted(window, warmUp, drain));
        }
        if (mostStreams < 1) {
            throw new IllegalArgumentException(
                    "most-streams: " + mostStreams + " (expected: at least 1)");
        }
    }

    /// The same at another rate.
    public OpenLoopPlan at(Shape other) {
        return new OpenLoopPlan(
                label,
                endpoint,
                questions,
                other,
                even,
                seed,
                warmUp,
                window,
                drain,
                mostStreams,
                manners,
                objective,
                reference,
                watchedPids);
    }
}
