package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import org.jspecify.annotations.Nullable;

/// Looks at the frames of a stream that passes verbatim.
public interface SseScan {

    /// Takes the next frame.
    ///
    /// @throws JsonException when its data is not JSON; then nothing is known of it
    void look(SseFrame frame) throws JsonException;

    /// Whether the last frame has something that a person or program waiting for the answer can
    /// use.
    boolean hasContent();

    /// Whether the last frame is there only because we asked for it, and not the client.
    boolean isOursAlone();

    /// What the provider reported, if it did.
    @Nullable Failure failure();

    /// Whether it did so in the form that the dialect's clients raise on.
    boolean isFailureInForm();

    boolean isDone();

    boolean isComplete();

    Usage usage();
}
