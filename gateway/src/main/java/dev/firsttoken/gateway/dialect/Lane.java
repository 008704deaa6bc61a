package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import org.jspecify.annotations.Nullable;

/// The way of one provider stream to one client: verbatim, or translated. One instance per attempt.
///
/// It knows how the provider frames its events and never throws: what a provider must not say is a
/// [#failure]. Owned by the stream's event loop.
public interface Lane {

    /// Takes client bytes, one whole event at a time.
    @FunctionalInterface
    interface Out {
        void event(byte[] bytes, int from, int to);
    }

    /// Told of each frame of the provider's, when the lane knows everything about it.
    @FunctionalInterface
    interface Steps {
        /// @param data whether it was more than a comment
        /// @return whether to go on
        boolean step(boolean data);
    }

    /// How much of a stream may have to be held at once, in bytes.
    record Limits(int line, int event) {}

    /// Takes the provider's next bytes and writes what the client shall see of them.
    void feed(byte[] bytes, int from, int to, Out out, Steps steps);

    /// Says that no more bytes come, and writes what can be said of the rest.
    void end(Out out, Steps steps);

    /// Whether the last frame had something in it that somebody waits for.
    boolean hasContent();

    /// Whether the last frame showed that the model is at work, in a way that the client's dialect
    /// does not pass on.
    boolean isThinking();

    /// What the provider reported as having gone wrong, or did wrong, if it did.
    @Nullable Failure failure();

    /// Whether the provider has said that nothing follows.
    boolean isDone();

    /// Whether the answer is complete if nothing follows.
    boolean isComplete();

    /// Writes what ends a stream: nothing more follows it.
    ///
    /// @param failure why it ended, or null when the answer is complete
    /// @param events how many events were written before
    void terminal(@Nullable Failure failure, long events, Out out);

    /// The provider's token counts so far.
    Usage usage();

    /// Events so far that nobody here has a name for, and that the client did not get.
    int skipped();
}
