package dev.firsttoken.gateway.admission;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The requests that one provider may be answering at once, and the queue in front of it, bounded
/// in number and in time. First come, first served. Used by virtual threads.
final class ProviderSlots {

    /// A semaphore whose number of permits can be changed.
    private static final class Resizable extends Semaphore {
        private static final long serialVersionUID = 1L;

        Resizable(int permits) {
            super(permits, true);
        }

        void resize(int by) {
            if (by > 0) {
                release(by);
            } else {
                reducePermits(-by);
            }
        }
    }

    private final Resizable free;
    private final AtomicInteger waiting = new AtomicInteger();
    private int slots;
    private volatile int queue;

    ProviderSlots(int slots, int queue) {
        this.free = new Resizable(slots);
        this.slots = slots;
        this.queue = queue;
    }

    /// Applies other limits; who is in stays in.
    synchronized void resize(int newSlots, int newQueue) {
        free.resize(newSlots - slots);
        slots = newSlots;
        queue = newQueue;
    }

    /// @param patience how long to wait in the queue
    /// @return whether there is a slot, which has to be given back
    boolean enter(Duration patience) throws InterruptedException {
        if (free.tryAcquire(0, TimeUnit.NANOSECONDS)) {
            return true;
        }
        if (patience.isZero()) {
            return false;
        }
        try {
            return waiting.incrementAndGet() <= queue
                    && free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            waiting.decrementAndGet();
        }
    }

    void leave() {
        free.release();
    }

    int waiting() {
        return Math.min(waiting.get(), queue);
    }
}
