package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;
import org.jspecify.annotations.Nullable;

/// What is decided about a request that is not complete, or never will be. Called on the event
/// loop.
public interface Door {

    /// Judges a request by its head alone, before the client sends the body.
    ///
    /// @param head a request whose body is still empty
    /// @return why it is not wanted, or null to go on
    @Nullable Failure refuse(ClientRequest head);

    /// Answers a request that was refused before it was complete, and notes that.
    void answer(ClientExchange client, Failure failure);
}
