package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads the frames of a stream as events. Nothing marks the end of a stream here: it is complete
/// when every candidate has said why it ended.
final class GeminiFrameReader implements FrameReader<SseFrame> {

    private final JsonCursor json = new JsonCursor();
    private final GeminiChunkReader chunks;

    /// What happened in the current frame, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    GeminiFrameReader(int maxBytes) {
        this.chunks = new GeminiChunkReader(maxBytes);
    }

    @Override
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (chunks.isFailed() || !frame.hasData() || frame.dataLength() == 0) {
            return;
        }
        found.clear();
        json.reset(frame.dataArray(), frame.dataFrom(), frame.dataTo());
        chunks.read(json, found);
        json.end();
        found.forEach(events);
    }

    @Override
    public boolean isComplete() {
        return chunks.isComplete();
    }
}
