package dev.firsttoken.gateway.downstream;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all request bodies that are being received, so that many clients together cannot
/// fill the heap with requests that never begin.
final class BodyBudget {

    private final AtomicLong held = new AtomicLong();

    /// @return false when that would be more than allowed; then nothing was taken
    boolean take(long bytes, long limit) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
