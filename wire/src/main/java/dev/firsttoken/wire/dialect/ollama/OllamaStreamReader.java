package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.ndjson.LineDecoder;
import dev.firsttoken.wire.ndjson.LineLimitException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads a stream of lines. It is complete when a line has said `done`.
final class OllamaStreamReader implements StreamReader {

    private final LineDecoder decoder;
    private final OllamaLineReader lines = new OllamaLineReader();

    /// What happened in the current line, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    /// Valid during a call of ours.
    private Consumer<StreamEvent> events = _ -> {};

    private final LineDecoder.Sink sink = this::line;
    private boolean failed;
    private Frames watcher = (_, _, _) -> {};

    OllamaStreamReader(int maxLineBytes) {
        this.decoder = new LineDecoder(maxLineBytes);
    }

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<StreamEvent> events) {
        if (failed) {
            return;
        }
        this.events = events;
        try {
            decoder.feed(bytes, from, to, sink);
        } catch (LineLimitException e) {
            fail(Failure.Kind.INVALID, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void end(Consumer<StreamEvent> events) {
        if (failed) {
            return;
        }
        this.events = events;
        decoder.end(sink);
        if (!failed && !lines.isDone()) {
            fail(Failure.Kind.TRUNCATED, "the answer ended before it was complete");
        }
    }

    @Override
    public boolean isComplete() {
        return !failed && lines.isDone();
    }

    @Override
    public boolean isDone() {
        return lines.isDone();
    }

    @Override
    public void watch(Frames frames) {
        watcher = frames;
    }

    private void line(byte[] bytes, int from, int to, boolean terminated) {
        if (failed) {
            return;
        }
        found.clear();
        try {
            lines.read(bytes, from, to, found);
        } catch (JsonException e) {
            // A line that was cut says less about itself than the end of the stream does.
            if (terminated) {
                String detail = "a line is not what the dialect allows " + e.getMessage();
                fail(Failure.Kind.INVALID, detail);
            }
            return;
        }
        failed = lines.isFailed();
        found.forEach(events);
        watcher.frame(bytes, from, to);
    }

    private void fail(Failure.Kind kind, String detail) {
        failed = true;
        events.accept(new Failed(Failure.of(kind, detail)));
    }
}
