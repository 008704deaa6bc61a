package dev.firsttoken.wire.ndjson;

/// A line is longer than it may be.
public final class LineLimitException extends Exception {

    private static final long serialVersionUID = 1L;

    LineLimitException(int limitBytes) {
        super("a line is longer than " + limitBytes + " bytes", null, false, false);
    }
}
