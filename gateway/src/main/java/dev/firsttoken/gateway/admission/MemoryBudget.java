package dev.firsttoken.gateway.admission;

import dev.firsttoken.gateway.downstream.RequestMemory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// The part of the heap that requests being answered may take together.
///
/// It is a reservation and not a measurement: what a request will need is known when it comes, and
/// what the heap holds says more about the collector than about the load. Bodies are reserved
/// before they are read, so that a refusal costs nothing. Used by any thread.
public final class MemoryBudget implements RequestMemory {

    private final AtomicLong reserved = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private volatile long limitBytes;

    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /// Applies another limit to whatever is reserved next.
    public void limit(long bytes) {
        limitBytes = bytes;
    }

    @Override
    public boolean reserve(long bytes) {
        if (reserved.addAndGet(bytes) > limitBytes) {
            reserved.addAndGet(-bytes);
            refused.increment();
            return false;
        }
        return true;
    }

    @Override
    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /// From nine tenths on.
    @Override
    public boolean isNearlyFull() {
        return reserved.get() > limitBytes / 10 * 9;
    }

    public long reservedBytes() {
        return reserved.get();
    }

    long refused() {
        return refused.sum();
    }
}
