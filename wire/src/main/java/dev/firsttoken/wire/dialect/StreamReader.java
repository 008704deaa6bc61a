package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.StreamEvent;
import java.util.function.Consumer;

/// Reads the bytes of one stream as events, however they were cut.
///
/// It never throws: a stream that breaks a rule or ends too early ends with a [StreamEvent.Failed],
/// and after that nothing is read. One instance per stream, used by one thread at a time.
public interface StreamReader {

    /// Is told of frames.
    @FunctionalInterface
    interface Frames {
        /// A frame with data in it has been read, and what happened in it was told.
        ///
        /// @param raw valid only during the call: what was received is `raw[from … to)`, of a line
        ///   without its end
        void frame(byte[] raw, int from, int to);
    }

    /// Takes the next bytes and tells what they complete.
    void feed(byte[] bytes, int from, int to, Consumer<StreamEvent> events);

    /// Says that no more bytes come. An answer that is not complete by then has failed.
    void end(Consumer<StreamEvent> events);

    /// Whether the stream may end here and be a finished answer.
    boolean isComplete();

    /// Whether the stream has said that nothing follows. Dialects in which nothing says so end with
    /// their last byte.
    default boolean isDone() {
        return false;
    }

    /// Tells from now on of every frame, also of those in which nothing happened. A framing in
    /// which each frame tells something need not do so.
    default void watch(Frames frames) {}
}
