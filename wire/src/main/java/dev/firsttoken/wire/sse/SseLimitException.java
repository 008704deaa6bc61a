package dev.firsttoken.wire.sse;

import dev.firsttoken.wire.frame.FramingException;

/// A stream has a line or a block that is longer than it may be.
public final class SseLimitException extends FramingException {

    private static final long serialVersionUID = 1L;

    SseLimitException(String what, int limitBytes) {
        super(what + " is longer than " + limitBytes + " bytes");
    }
}
