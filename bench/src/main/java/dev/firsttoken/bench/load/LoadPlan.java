package dev.firsttoken.bench.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to do: so many streams at once, opened over `rampUp`, left to settle for `warmUp`, measured
/// for `window`, and then given `drain` to end by themselves.
///
/// @param expected what every stream has to say; without it only a clean end is asked for
/// @param restart whether a stream that ends is started again
/// @param watchedPids the processes whose processor time counts
/// @param harnessPids the processes that make the load, this one among them
record LoadPlan(
        Target target,
        int streams,
        Duration rampUp,
        Duration warmUp,
        Duration window,
        Duration drain,
        @Nullable Answer expected,
        boolean restart,
        List<Long> watchedPids,
        List<Long> harnessPids) {

    LoadPlan {
        if (streams < 1) {
            throw new IllegalArgumentException("streams: " + streams + " (expected: > 0)");
        }
    }
}
