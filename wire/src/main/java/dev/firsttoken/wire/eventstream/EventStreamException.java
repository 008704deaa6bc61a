package dev.firsttoken.wire.eventstream;

import dev.firsttoken.wire.frame.FramingException;

/// A message that is longer than it may be, or not what its checksums say.
public final class EventStreamException extends FramingException {

    private static final long serialVersionUID = 1L;

    EventStreamException(String message) {
        super(message);
    }
}
