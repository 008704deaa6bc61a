package dev.firsttoken.gateway.log;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes all stream logs of a server may hold together.
///
/// Counted per page, not per event, so that loops seldom meet here. It is a target: a stream that
/// is being read is never refused a page, but gives back what its readers have passed.
public final class LogBudget {

    private final AtomicLong held = new AtomicLong();
    private volatile long limitBytes;

    public LogBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    public void limit(long bytes) {
        limitBytes = bytes;
    }

    public long heldBytes() {
        return held.get();
    }

    void take(int bytes) {
        held.addAndGet(bytes);
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /// Whether more is held than may be.
    public boolean isExhausted() {
        return held.get() > limitBytes;
    }
}
