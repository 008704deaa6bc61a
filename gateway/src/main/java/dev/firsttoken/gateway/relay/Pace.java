package dev.firsttoken.gateway.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How often a reader is written to: once at first, and from then on at most once in an interval,
/// so that what a fast model says in that time leaves together. What has to wait waits no longer
/// than that.
///
/// Owned by the stream's event loop.
final class Pace {

    private final EventLoop loop;
    private final long intervalNanos;
    private final Runnable onDue;
    private boolean begun;
    private long wroteNanos;
    private @Nullable Future<?> timer;

    /// @param interval zero when everything may be written as it comes
    /// @param onDue runs when what had to wait may be written
    Pace(EventLoop loop, Duration interval, Runnable onDue) {
        this.loop = loop;
        this.intervalNanos = interval.toNanos();
        this.onDue = onDue;
    }

    /// Whether events may be written now. If not, the time for it is looked out for.
    boolean allows() {
        if (intervalNanos == 0 || !begun) {
            return true;
        }
        if (timer == null) {
            long wait = wroteNanos + intervalNanos - System.nanoTime();
            if (wait <= 0) {
                return true;
            }
            timer = loop.schedule(this::due, wait, TimeUnit.NANOSECONDS);
        }
        return false;
    }

    private void due() {
        timer = null;
        // Now, whatever a clock that is a little early says.
        begun = false;
        onDue.run();
    }

    /// Events were written.
    void wrote() {
        if (intervalNanos > 0) {
            begun = true;
            wroteNanos = System.nanoTime();
            close();
        }
    }

    /// Nothing has to be looked out for any more.
    void close() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
