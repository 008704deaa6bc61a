package dev.firsttoken.gateway.admission;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A token bucket that holds a minute's worth of requests and fills evenly.
///
/// Instead of tokens it keeps the moment at which it would be full again, so that nothing has to
/// fill it (the "virtual scheduling" form of ITU-T I.371, annex A). Used by any thread.
final class Rate {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong fullAtNanos;

    Rate(long nowNanos) {
        fullAtNanos = new AtomicLong(nowNanos);
    }

    /// Takes one request.
    ///
    /// @return 0, or in how many nanoseconds there will be one to take
    long take(int perMinute, long nowNanos) {
        long each = MINUTE_NANOS / perMinute;
        while (true) {
            long fullAt = fullAtNanos.get();
            long from = fullAt - nowNanos > 0 ? fullAt : nowNanos;
            long tooMuch = from + each - nowNanos - MINUTE_NANOS;
            if (tooMuch > 0) {
                return tooMuch;
            }
            if (fullAtNanos.compareAndSet(fullAt, from + each)) {
                return 0;
            }
        }
    }
}
