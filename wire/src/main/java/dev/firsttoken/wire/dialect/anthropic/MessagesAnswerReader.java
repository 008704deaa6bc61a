package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a whole message: its blocks are told like those of a stream that come in one piece.
final class MessagesAnswerReader {

    private final JsonCursor json = new JsonCursor();
    private final List<StreamEvent> found = new ArrayList<>();
    private String id = "";
    private String model = "";
    private @Nullable String reason;
    private @Nullable String sequence;
    private @Nullable Failure failure;

    void read(byte[] body, Consumer<StreamEvent> events) {
        json.reset(body, 0, body.length);
        try {
            message();
        } catch (JsonException e) {
            failure =
                    Failure.of(
                            Failure.Kind.INVALID,
                            "the answer is not what the dialect allows " + e.getMessage());
        }
        if (failure != null) {
            events.accept(new Failed(failure));
            return;
        }
        if (reason == null) {
            events.accept(
                    new Failed(
                            Failure.of(
                                    Failure.Kind.INVALID,
                                    "the answer has no stop_reason (expected: a message)")));
            return;
        }
        events.accept(new Started(id, model));
        found.forEach(events);
        Finish finish = MessagesWords.finish(reason, sequence);
        events.accept(finish);
    }

    private void message() throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "id" -> id = text();
                case "model" -> model = text();
                case "content" -> content();
                case "stop_reason" -> reason = json.stringOrNull();
                case "stop_sequence" -> sequence = json.stringOrNull();
                case "stop_details" -> metadata(MessagesWords.STOP_DETAILS);
                case "container" -> metadata(MessagesWords.CONTAINER);
                case "context_management" -> metadata(MessagesWords.CONTEXT_MANAGEMENT);
                case "usage" -> {
                    if (json.isObject()) {
                        new MessagesUsage().read(json, found);
                    } else {
                        json.skip();
                    }
                }
                case "error" -> failure = MessagesErrors.read(json);
                default -> json.skip();
            }
        }
        json.end();
    }

    private void content() throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        var block = new MessagesBlockReader();
        json.enterArray();
        while (json.nextElement()) {
            if (json.isObject()) {
                block.start(json, found);
                block.stop(found);
            } else {
                json.skip();
            }
        }
    }

    private String text() throws JsonException {
        return json.readNonEmptyString() ? json.value() : "";
    }

    private void metadata(String name) throws JsonException {
        if (json.isNull()) {
            json.skip();
        } else {
            found.add(new Metadata(name, json.raw().text()));
        }
    }
}
