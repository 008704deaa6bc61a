package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;

/// Notes that a request was refused before it was complete, and writes the body of the response.
@FunctionalInterface
public interface RequestRefusal {
    byte[] body(Failure failure);
}
