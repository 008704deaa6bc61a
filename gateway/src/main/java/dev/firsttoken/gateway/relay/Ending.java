package dev.firsttoken.gateway.relay;

import dev.firsttoken.wire.event.Failure;
import org.jspecify.annotations.Nullable;

/// How a stream ended.
///
/// @param failure why, or null when the answer is complete
record Ending(@Nullable Failure failure) {

    static final Ending COMPLETED = new Ending(null);
    static final Ending CLIENT_GONE =
            new Ending(Failure.of(Failure.Kind.CLIENT_GONE, "the client went away"));

    /// The word for it in metrics, logs and reports.
    String reason() {
        return failure == null ? "completed" : failure.kind().code();
    }
}
