package dev.firsttoken.wire.event;

import org.jspecify.annotations.Nullable;

/// A request body that its dialect does not allow. The message names the value, what was expected
/// and where, and holds nothing the user said.
public final class InvalidRequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final @Nullable String field;

    /// @param field the field that is wrong, such as `stream_options.include_usage`, if it is one
    public InvalidRequestException(String message, @Nullable String field) {
        super(message, null, false, false);
        this.field = field;
    }

    public @Nullable String field() {
        return field;
    }
}
