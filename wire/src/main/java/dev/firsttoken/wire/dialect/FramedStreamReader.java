package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.frame.FramingException;
import dev.firsttoken.wire.json.JsonException;
import java.util.function.Consumer;

/// What all framings have in common when they are read as events: how a stream breaks, and when it
/// was cut.
///
/// @param <F> a view of one frame
public abstract class FramedStreamReader<F> implements StreamReader {

    private final FrameReader<F> frames;

    /// Valid during a call of ours.
    private Consumer<StreamEvent> events = _ -> {};

    private final Consumer<StreamEvent> watch = this::tell;
    private boolean failed;
    private Frames watcher = (_, _, _) -> {};

    protected FramedStreamReader(FrameReader<F> frames) {
        this.frames = frames;
    }

    /// Cuts the next bytes into frames and gives them to [#frame].
    protected abstract void decode(byte[] bytes, int from, int to) throws FramingException;

    /// Gives the last frame to [#frame], if its end was not there.
    protected abstract void decodeEnd();

    @Override
    public final void feed(byte[] bytes, int from, int to, Consumer<StreamEvent> events) {
        if (failed) {
            return;
        }
        this.events = events;
        try {
            decode(bytes, from, to);
        } catch (FramingException e) {
            fail(Failure.Kind.INVALID, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public final void end(Consumer<StreamEvent> events) {
        if (failed) {
            return;
        }
        this.events = events;
        decodeEnd();
        if (!failed && !frames.isComplete()) {
            fail(Failure.Kind.TRUNCATED, "the answer ended before it was complete");
        }
    }

    @Override
    public final boolean isComplete() {
        return !failed && frames.isComplete();
    }

    @Override
    public final boolean isDone() {
        return frames.isDone();
    }

    @Override
    public final void watch(Frames watcher) {
        this.watcher = watcher;
    }

    /// Shows a frame with data in it to whoever watches, once it has been read.
    protected final void show(byte[] raw, int from, int to) {
        watcher.frame(raw, from, to);
    }

    /// Reads a frame.
    ///
    /// @param whole whether its end was there
    /// @return whether anybody wanted it: after a failure nothing is read
    protected final boolean frame(F frame, boolean whole) {
        if (failed) {
            return false;
        }
        try {
            frames.read(frame, watch);
        } catch (JsonException e) {
            // An event that was cut says less about itself than the end of the stream does.
            if (whole) {
                fail(
                        Failure.Kind.INVALID,
                        "an event is not what the dialect allows " + e.getMessage());
            }
        }
        return true;
    }

    private void tell(StreamEvent event) {
        failed |= event instanceof Failed;
        events.accept(event);
    }

    private void fail(Failure.Kind kind, String detail) {
        tell(new Failed(Failure.of(kind, detail)));
    }
}
