package dev.firsttoken.wire.sse;

/// A stream has a line or a block that is longer than it may be.
public final class SseLimitException extends Exception {

    private static final long serialVersionUID = 1L;

    SseLimitException(String what, int limitBytes) {
        super(what + " is longer than " + limitBytes + " bytes", null, false, false);
    }
}
