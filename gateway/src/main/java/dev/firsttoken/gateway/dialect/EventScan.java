package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at frames with the eyes of whoever would translate them.
public final class EventScan implements SseScan, Consumer<StreamEvent> {

    private static final byte[] NO_NAME = new byte[0];

    private final FrameReader<SseFrame> reader;
    private boolean content;
    private boolean named;
    private boolean inForm;
    private @Nullable Failure failure;
    private Usage usage = Usage.NONE;

    public EventScan(FrameReader<SseFrame> reader) {
        this.reader = reader;
    }

    @Override
    public void look(SseFrame frame) throws JsonException {
        content = false;
        named |= !frame.nameIs(NO_NAME);
        boolean before = failure != null;
        reader.read(frame, this);
        if (!before && failure != null) {
            // Where events have names, clients dispatch on them.
            inForm = !named || !frame.nameIs(NO_NAME);
        }
    }

    @Override
    public void accept(StreamEvent event) {
        content |= event.isContent();
        if (event instanceof Usage latest) {
            usage = latest;
        } else if (event instanceof Failed failed) {
            failure = failed.failure();
        }
    }

    @Override
    public boolean hasContent() {
        return content;
    }

    @Override
    public boolean isOursAlone() {
        return false;
    }

    @Override
    public @Nullable Failure failure() {
        return failure;
    }

    @Override
    public boolean isFailureInForm() {
        return inForm;
    }

    @Override
    public boolean isDone() {
        return reader.isDone();
    }

    @Override
    public boolean isComplete() {
        return failure == null && reader.isComplete();
    }

    @Override
    public Usage usage() {
        return usage;
    }
}
