package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.Failure;

/// How a stream ends in a dialect that breaks off once something was shown: nothing follows it.
@FunctionalInterface
public interface BreakOff {

    /// @param events how many there were before
    void write(Failure failure, long events, Lane.Out out);
}
