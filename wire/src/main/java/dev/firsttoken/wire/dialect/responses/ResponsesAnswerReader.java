package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the response object: as a whole answer, and where a stream begins and ends.
final class ResponsesAnswerReader {

    private final ResponsesItemReader items;
    private boolean started;

    // What the current object says.
    private String id = "";
    private String model = "";
    private long createdSeconds;
    private @Nullable String status;
    private @Nullable String incomplete;
    private @Nullable String tier;
    private @Nullable Usage usage;
    private @Nullable Failure failure;
    private int output;

    ResponsesAnswerReader(ResponsesItemReader items) {
        this.items = items;
    }

    /// Reads an answer that is not a stream.
    static void read(byte[] body, Consumer<StreamEvent> events) {
        var found = new ArrayList<StreamEvent>();
        var json = new JsonCursor();
        json.reset(body, 0, body.length);
        try {
            new ResponsesAnswerReader(new ResponsesItemReader()).whole(json, found);
        } catch (JsonException e) {
            String detail = "the answer is not what the dialect allows " + e.getMessage();
            events.accept(new Failed(Failure.of(Failure.Kind.INVALID, detail)));
            return;
        }
        found.forEach(events);
    }

    private void whole(JsonCursor json, List<StreamEvent> found) throws JsonException {
        int from = json.position();
        fields(json);
        json.end();
        json.seek(from);
        String said = status;
        if (failure == null && said == null) {
            found.add(
                    new Failed(
                            Failure.of(
                                    Failure.Kind.INVALID,
                                    "the answer has no status (expected: a response)")));
        } else {
            end(said == null ? "failed" : said, json, found);
        }
        if (!found.isEmpty() && found.getLast() instanceof Failed broken) {
            // Half an answer that is not a stream is no answer.
            found.clear();
            found.add(broken);
        }
    }

    /// Reads the response ahead, which begins.
    void begin(JsonCursor json, List<StreamEvent> found) throws JsonException {
        if (!started) {
            fields(json);
            start(found);
        }
    }

    private void start(List<StreamEvent> found) {
        if (!started) {
            started = true;
            found.add(new Started(id, model, createdSeconds));
        }
    }

    /// Reads the response ahead, which has ended. Its items are told if no event was about them.
    void end(String how, JsonCursor json, List<StreamEvent> found) throws JsonException {
        fields(json);
        start(found);
        if (items.isEmpty() && output >= 0) {
            json.seek(output);
            json.enterArray();
            for (int i = 0; json.nextElement(); i++) {
                if (json.isObject()) {
                    items.done(i, json, found);
                } else {
                    json.skip();
                }
            }
        }
        end(how, found);
    }

    /// Tells the end of a response, as far as it is known.
    ///
    /// @param how its status
    void end(String how, List<StreamEvent> found) {
        if (usage != null) {
            found.add(usage);
        }
        if (tier != null) {
            found.add(new Metadata(Metadata.SERVICE_TIER, tier));
        }
        switch (how) {
            case "completed" -> found.add(ResponsesWords.finish(false, null, items.hasCalls()));
            case "incomplete" -> found.add(ResponsesWords.finish(true, incomplete, false));
            case "failed" ->
                    found.add(
                            new Failed(
                                    failure != null
                                            ? failure
                                            : Failure.of(
                                                    Failure.Kind.REPORTED,
                                                    "the provider reported an error")));
            default ->
                    found.add(
                            new Failed(
                                    Failure.of(
                                            Failure.Kind.INVALID,
                                            "the answer is "
                                                    + how
                                                    + " (expected: completed or incomplete)")));
        }
    }

    private void fields(JsonCursor json) throws JsonException {
        output = -1;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "id" -> id = text(json);
                case "model" -> model = text(json);
                case "created_at" -> createdSeconds = json.number();
                case "status" -> status = json.stringOrNull();
                case "service_tier" -> tier = json.stringOrNull();
                case "output" -> {
                    output = json.isArray() ? json.position() : -1;
                    json.skip();
                }
                case "incomplete_details" -> incomplete(json);
                case "error" -> {
                    if (json.isNull()) {
                        json.skip();
                    } else {
                        failure = ResponsesErrors.read(json);
                    }
                }
                case "usage" -> {
                    if (json.isObject()) {
                        usage = new ResponsesUsage().read(json);
                    } else {
                        json.skip();
                    }
                }
                default -> json.skip();
            }
        }
    }

    private void incomplete(JsonCursor json) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals("reason")) {
                incomplete = json.stringOrNull();
            } else {
                json.skip();
            }
        }
    }

    private static String text(JsonCursor json) throws JsonException {
        return json.readNonEmptyString() ? json.value() : "";
    }
}
