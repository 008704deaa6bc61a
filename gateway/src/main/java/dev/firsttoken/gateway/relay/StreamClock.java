package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config.Deadlines;
import dev.firsttoken.wire.event.Failure;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The deadlines of one stream, on one timer.
///
/// Events only note the time; the timer looks at the notes when it fires and sets itself anew, so
/// that nothing is scheduled per event. Owned by the stream's event loop.
final class StreamClock implements Runnable {

    /// Told on the event loop.
    interface Owner {
        /// Nothing has been sent to the client for a heartbeat's time.
        void heartbeatDue();

        /// The first token or the next event did not come in time.
        void tooLate(Failure.Kind kind);

        /// The answer has taken as long as it may.
        void totalReached();

        /// Time to look for readers that take nothing.
        void checkReaders(long nowNanos);
    }

    private enum Phase {
        /// No attempt is under way.
        BETWEEN,
        FIRST_TOKEN,
        CONTENT,
        /// Everything is in the log; the client is reading the rest.
        DELIVERING
    }

    private final EventLoop loop;
    private final Owner owner;
    private final long firstTokenNanos;
    private final long stallNanos;
    private final long contentNanos;
    private final long heartbeatNanos;
    private final long writeStallNanos;
    private final long totalAtNanos;
    private Phase phase = Phase.BETWEEN;
    private long attemptNanos;
    private long progressNanos;
    private long lastContentNanos;
    private long wroteNanos;
    private boolean paused;
    private boolean stopped;
    private @Nullable Future<?> timer;
    private long timerNanos;

    StreamClock(EventLoop loop, Deadlines deadlines, long receivedNanos, Owner owner) {
        this.loop = loop;
        this.owner = owner;
        this.firstTokenNanos = deadlines.firstToken().toNanos();
        this.stallNanos = deadlines.stall().toNanos();
        this.contentNanos = deadlines.progress().toNanos();
        this.heartbeatNanos = deadlines.heartbeat().toNanos();
        this.writeStallNanos = deadlines.writeStall().toNanos();
        this.totalAtNanos = receivedNanos + deadlines.total().toNanos();
        this.wroteNanos = receivedNanos;
    }

    static String sentence(Failure.Kind kind, Deadlines deadlines) {
        return switch (kind) {
            case FIRST_TOKEN_TIMEOUT -> "no first token within " + seconds(deadlines.firstToken());
            case STALLED -> "the provider fell silent for " + seconds(deadlines.stall());
            case NO_PROGRESS ->
                    "the provider sent nothing to read for " + seconds(deadlines.progress());
            case TOTAL_TIMEOUT -> "the answer took longer than " + seconds(deadlines.total());
            default ->
                    throw new IllegalArgumentException(
                            "kind: " + kind + " (expected: a deadline's)");
        };
    }

    static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    void attemptStarted() {
        phase = Phase.FIRST_TOKEN;
        attemptNanos = System.nanoTime();
        arm();
    }

    void attemptEnded() {
        phase = Phase.BETWEEN;
    }

    void contentStarted() {
        phase = Phase.CONTENT;
        progressNanos = System.nanoTime();
        lastContentNanos = progressNanos;
        arm();
    }

    void answerEnded() {
        phase = Phase.DELIVERING;
        arm();
    }

    /// The provider sent an event.
    void progress(long nowNanos) {
        progressNanos = nowNanos;
    }

    /// The event had content.
    void content(long nowNanos) {
        lastContentNanos = nowNanos;
    }

    /// The model thinks, which the client does not see: the first token may take as long again.
    void thinking(long nowNanos) {
        attemptNanos = nowNanos;
        lastContentNanos = nowNanos;
    }

    /// The client was sent something.
    void wrote(long nowNanos) {
        wroteNanos = nowNanos;
    }

    /// It is we who keep the provider waiting, so its silence counts for nothing.
    void pause() {
        paused = true;
    }

    void resume(long nowNanos) {
        paused = false;
        progressNanos = nowNanos;
        lastContentNanos = nowNanos;
    }

    boolean isPaused() {
        return paused;
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void run() {
        timer = null;
        long now = System.nanoTime();
        if (phase != Phase.DELIVERING && now - totalAtNanos >= 0) {
            owner.totalReached();
        } else if (phase == Phase.FIRST_TOKEN && now - attemptNanos >= firstTokenNanos) {
            owner.tooLate(Failure.Kind.FIRST_TOKEN_TIMEOUT);
        } else if (phase == Phase.CONTENT && !paused && now - progressNanos >= stallNanos) {
            owner.tooLate(Failure.Kind.STALLED);
        } else if (phase == Phase.CONTENT && !paused && now - lastContentNanos >= contentNanos) {
            owner.tooLate(Failure.Kind.NO_PROGRESS);
        }
        if (phase != Phase.DELIVERING && now - wroteNanos >= heartbeatNanos) {
            owner.heartbeatDue();
        }
        owner.checkReaders(now);
        arm();
    }

    /// Makes sure that the timer fires no later than the next thing that may be due.
    private void arm() {
        if (stopped) {
            return;
        }
        long due = wroteNanos + heartbeatNanos;
        switch (phase) {
            case BETWEEN -> due = earlier(due, totalAtNanos);
            case FIRST_TOKEN ->
                    due = earlier(earlier(due, totalAtNanos), attemptNanos + firstTokenNanos);
            case CONTENT -> {
                due = earlier(due, totalAtNanos);
                if (!paused) {
                    due = earlier(due, progressNanos + stallNanos);
                    due = earlier(due, lastContentNanos + contentNanos);
                }
            }
            case DELIVERING -> due = System.nanoTime() + Math.min(heartbeatNanos, writeStallNanos);
        }
        due = earlier(due, System.nanoTime() + writeStallNanos);
        if (timer != null) {
            if (timerNanos - due <= 0) {
                return;
            }
            timer.cancel(false);
        }
        timerNanos = due;
        long wait = Math.max(MIN_WAIT_NANOS, due - System.nanoTime());
        timer = loop.schedule(this, wait, TimeUnit.NANOSECONDS);
    }

    /// What is due but was not acted on, such as a heartbeat for a client that takes nothing, is
    /// looked at again after this time and not at once.
    private static final long MIN_WAIT_NANOS = 1_000_000L;

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }
}
