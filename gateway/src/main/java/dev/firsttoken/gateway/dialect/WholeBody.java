package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.StreamEvent.Usage;

/// What a provider's body with status 200 is, when it is not a stream.
public sealed interface WholeBody {

    /// An answer, as the client shall have it.
    record Good(byte[] body, Usage usage) implements WholeBody {}

    /// An error that came with the wrong status.
    ///
    /// @param status the one that it should have come with
    record Refused(int status) implements WholeBody {}

    /// Neither.
    ///
    /// @param detail one sentence that says what it is not
    record Unusable(String detail) implements WholeBody {}
}
