package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.json.JsonException;
import java.util.ArrayList;
import java.util.function.Consumer;

/// Reads a whole answer: the one line that a stream would have had.
final class OllamaAnswerReader {

    private OllamaAnswerReader() {}

    static void read(byte[] body, Consumer<StreamEvent> events) {
        var lines = new OllamaLineReader();
        var found = new ArrayList<StreamEvent>();
        try {
            lines.read(body, 0, body.length, found);
        } catch (JsonException e) {
            fail("the answer is not what the dialect allows " + e.getMessage(), events);
            return;
        }
        if (lines.isFailed() || lines.isDone()) {
            found.forEach(events);
        } else {
            fail("the answer is not done (expected: a whole answer)", events);
        }
    }

    private static void fail(String detail, Consumer<StreamEvent> events) {
        events.accept(new Failed(Failure.of(Failure.Kind.INVALID, detail)));
    }
}
