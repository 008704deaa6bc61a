package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonFields;
import java.util.ArrayList;
import java.util.function.Consumer;

/// What dialects have in common that read a whole answer by its fields: either all of it is told,
/// or why it could not be read.
public final class AnswerReading {

    /// What a dialect knows of its answers.
    @FunctionalInterface
    public interface Reader {
        void read(JsonFields body, Consumer<StreamEvent> events)
                throws InvalidRequestException, JsonException;
    }

    private AnswerReading() {}

    /// Tells the events of an answer, or a failure instead of them.
    public static void read(byte[] body, Reader reader, Consumer<StreamEvent> events) {
        var found = new ArrayList<StreamEvent>();
        try {
            reader.read(JsonFields.ofBody(body), found::add);
            found.forEach(events);
        } catch (InvalidRequestException e) {
            fail((e.field() == null ? "" : e.field() + " ") + e.getMessage(), events);
        } catch (JsonException e) {
            fail(String.valueOf(e.getMessage()), events);
        }
    }

    private static void fail(String detail, Consumer<StreamEvent> events) {
        String said = "the answer is not what the dialect allows: " + detail;
        events.accept(new Failed(Failure.of(Failure.Kind.INVALID, said)));
    }
}
