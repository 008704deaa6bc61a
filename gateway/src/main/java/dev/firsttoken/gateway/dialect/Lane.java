package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import org.jspecify.annotations.Nullable;

/// The way of one provider stream to one client dialect: verbatim, or translated.
///
/// Owned by the stream's event loop.
public interface Lane {

    /// Takes client bytes, one whole event at a time.
    @FunctionalInterface
    interface Out {
        void event(byte[] bytes, int from, int to);
    }

    /// Takes the provider's next frame and writes what the client shall see of it.
    ///
    /// @throws JsonException when the frame is not what the dialect allows; nothing was written
    void frame(SseFrame frame, Out out) throws JsonException;

    /// Whether the last frame had something in it that somebody waits for.
    boolean hasContent();

    /// Whether the last frame showed that the model is thinking, in a way that this dialect does
    /// not pass on.
    boolean isThinking();

    /// What the provider reported as having gone wrong, if it did.
    @Nullable Failure reported();

    /// Whether the provider has said that nothing follows.
    boolean isDone();

    /// Whether the answer is complete if nothing follows.
    boolean isComplete();

    /// Writes what ends a stream: nothing more follows it.
    ///
    /// @param failure why it ended, or null when the answer is complete
    void terminal(@Nullable Failure failure, Out out);

    /// Writes nothing and forgets everything: another attempt starts over.
    void restart();

    /// The provider's token counts so far.
    Tokens tokens();

    /// Token counts as the provider reports them; zero when it does not.
    record Tokens(long input, long cachedInput, long output, long reasoning) {
        public static final Tokens NONE = new Tokens(0, 0, 0, 0);
    }
}
