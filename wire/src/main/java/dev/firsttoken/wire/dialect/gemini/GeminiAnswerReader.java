package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import java.util.ArrayList;
import java.util.function.Consumer;

/// Reads a whole answer: one response, or an array of those that a stream would have had.
final class GeminiAnswerReader {

    private GeminiAnswerReader() {}

    static void read(byte[] body, Consumer<StreamEvent> events) {
        var found = new ArrayList<StreamEvent>();
        var chunks = new GeminiChunkReader(Math.max(1024, body.length));
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            if (json.isArray()) {
                json.enterArray();
                while (!chunks.isFailed() && json.nextElement()) {
                    chunks.read(json, found);
                }
            } else {
                chunks.read(json, found);
                json.end();
            }
        } catch (JsonException e) {
            fail("the answer is not what the dialect allows " + e.getMessage(), events);
            return;
        }
        if (chunks.isFailed()) {
            events.accept(found.getLast());
        } else if (chunks.isComplete()) {
            found.forEach(events);
        } else {
            fail("the answer has no finishReason (expected: a response)", events);
        }
    }

    private static void fail(String detail, Consumer<StreamEvent> events) {
        events.accept(new Failed(Failure.of(Failure.Kind.INVALID, detail)));
    }
}
