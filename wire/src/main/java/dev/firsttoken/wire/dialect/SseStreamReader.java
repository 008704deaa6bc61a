package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a dialect that is framed as server-sent events.
public final class SseStreamReader implements StreamReader {

    private final SseDecoder decoder;
    private final FrameReader<SseFrame> frames;

    /// Valid during a call of ours.
    private Consumer<StreamEvent> events = _ -> {};

    private final Consumer<StreamEvent> watch = this::tell;
    private final SseDecoder.Sink sink = this::frame;
    private @Nullable Failure failure;
    private Frames watcher = (_, _, _) -> {};

    public SseStreamReader(FrameReader<SseFrame> frames, int maxEventBytes) {
        this.frames = frames;
        this.decoder = new SseDecoder(maxEventBytes, maxEventBytes);
    }

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<StreamEvent> events) {
        if (failure != null) {
            return;
        }
        this.events = events;
        try {
            decoder.feed(bytes, from, to, sink);
        } catch (SseLimitException e) {
            fail(Failure.Kind.INVALID, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void end(Consumer<StreamEvent> events) {
        if (failure != null) {
            return;
        }
        this.events = events;
        decoder.end(sink);
        if (failure == null && !frames.isComplete()) {
            fail(Failure.Kind.TRUNCATED, "the answer ended before it was complete");
        }
    }

    @Override
    public boolean isComplete() {
        return failure == null && frames.isComplete();
    }

    @Override
    public boolean isDone() {
        return frames.isDone();
    }

    @Override
    public void watch(Frames frames) {
        watcher = frames;
    }

    private void frame(SseFrame frame) {
        if (failure != null) {
            return;
        }
        try {
            frames.read(frame, watch);
        } catch (JsonException e) {
            // An event that was cut says less about itself than the end of the stream does.
            if (frame.isTerminated()) {
                fail(
                        Failure.Kind.INVALID,
                        "an event is not what the dialect allows " + e.getMessage());
            }
        }
        if (frame.hasData()) {
            watcher.frame(frame.rawArray(), frame.rawFrom(), frame.rawTo());
        }
    }

    private void tell(StreamEvent event) {
        if (event instanceof Failed failed) {
            failure = failed.failure();
        }
        events.accept(event);
    }

    private void fail(Failure.Kind kind, String detail) {
        tell(new Failed(Failure.of(kind, detail)));
    }
}
