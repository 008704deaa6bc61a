package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;

/// Writes the body of an error response to a request that was refused before it was complete.
@FunctionalInterface
public interface RequestRefusal {
    byte[] body(Failure failure);
}
