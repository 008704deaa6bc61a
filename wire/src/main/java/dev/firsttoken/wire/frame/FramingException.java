package dev.firsttoken.wire.frame;

/// Bytes that cannot be cut into frames: one is longer than it may be, or broken. The decoder is of
/// no use after it.
public abstract class FramingException extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param message one sentence that holds nothing of what was said
    protected FramingException(String message) {
        super(message, null, false, false);
    }
}
