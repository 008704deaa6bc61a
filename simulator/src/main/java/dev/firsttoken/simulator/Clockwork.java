package dev.firsttoken.simulator;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One event loop's alarm clock: it wakes every playback when its next step is due.
///
/// All playbacks share one timer, which goes off at most twice in a millisecond, so thousands of
/// streams cost no more timers than one. A step is never early and up to half a millisecond late.
/// Owned by its loop's thread.
final class Clockwork {

    private static final long TICK_NANOS = 500_000;

    private final EventExecutor loop;
    private final PriorityQueue<Playback> waiting =
            new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos() - b.dueNanos()));
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos;
    private long lastTickNanos;

    Clockwork(EventExecutor loop) {
        this.loop = loop;
        this.lastTickNanos = System.nanoTime() - TICK_NANOS;
    }

    /// Calls the playback when it is due. It must not be waiting already.
    void wake(Playback playback) {
        waiting.add(playback);
        if (waiting.peek() == playback) {
            set(playback.dueNanos());
        }
    }

    private void set(long dueNanos) {
        long at = Math.max(dueNanos - lastTickNanos, TICK_NANOS) + lastTickNanos;
        ScheduledFuture<?> running = timer;
        if (running != null) {
            if (timerNanos - at <= 0) {
                return;
            }
            running.cancel(false);
        }
        timerNanos = at;
        timer = loop.schedule(this::tick, at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void tick() {
        timer = null;
        long now = System.nanoTime();
        lastTickNanos = now;
        Playback next = waiting.peek();
        while (next != null && next.dueNanos() - now <= 0) {
            waiting.remove();
            next.play();
            next = waiting.peek();
        }
        if (next != null) {
            set(next.dueNanos());
        }
    }
}
