package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonException;
import java.util.function.Consumer;

/// Reads the frames of one stream as events: what a dialect adds to its framing.
///
/// One instance per stream, used by one thread at a time.
///
/// @param <F> a view of one frame, valid only during the call
public interface FrameReader<F> {

    /// Takes the next frame and tells what happened in it. After a [StreamEvent.Failed] it tells
    /// nothing more.
    ///
    /// @throws JsonException when its data is not JSON; then nothing was told
    void read(F frame, Consumer<StreamEvent> events) throws JsonException;

    /// Whether the stream may end here and be a finished answer.
    boolean isComplete();

    /// Whether the stream has said that nothing follows.
    default boolean isDone() {
        return false;
    }
}
