package dev.firsttoken.gateway.downstream;

/// What requests may take of the heap, reserved before it is taken. Used by all event loops.
public interface RequestMemory {

    /// @return whether there was as much left; if not, nothing is reserved and the refusal counted
    boolean reserve(long bytes);

    void release(long bytes);

    /// Whether so much is reserved that connections should end with their responses.
    boolean isNearlyFull();
}
