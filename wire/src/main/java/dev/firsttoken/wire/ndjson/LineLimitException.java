package dev.firsttoken.wire.ndjson;

import dev.firsttoken.wire.frame.FramingException;

/// A line is longer than it may be.
public final class LineLimitException extends FramingException {

    private static final long serialVersionUID = 1L;

    LineLimitException(int limitBytes) {
        super("a line is longer than " + limitBytes + " bytes");
    }
}
