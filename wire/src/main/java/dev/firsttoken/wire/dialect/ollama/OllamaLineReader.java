package dev.firsttoken.wire.dialect.ollama;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads lines, one after the other: a stream is many of them and a whole answer is one.
///
/// One instance per answer.
final class OllamaLineReader {

    private static final byte[] MODEL = "model".getBytes(US_ASCII);
    private static final byte[] CREATED = "created_at".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
    private static final byte[] DONE = "done".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] CONTENT = "content".getBytes(US_ASCII);
    private static final byte[] THINKING = "thinking".getBytes(US_ASCII);
    private static final byte[] TOOL_CALLS = "tool_calls".getBytes(US_ASCII);

    private final JsonCursor json = new JsonCursor();
    private boolean started;
    private boolean done;
    private boolean failed;
    private int calls;
    private String model = "";
    private String created = "";

    // What the last line says.
    private String reason = "";
    private long input;
    private long output;
    private boolean counted;
    private final Map<String, RawJson> durations = new LinkedHashMap<>();

    boolean isFailed() {
        return failed;
    }

    boolean isDone() {
        return done && !failed;
    }

    /// Reads one line and adds what happened in it. What follows the last one is nothing.
    void read(byte[] bytes, int from, int to, List<StreamEvent> found) throws JsonException {
        if (done || failed) {
            return;
        }
        json.reset(bytes, from, to);
        int message = -1;
        int error = -1;
        boolean last = false;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(MESSAGE)) {
                message = json.position();
                json.skip();
            } else if (json.fieldIs(DONE)) {
                last = json.booleanOrFalse();
            } else if (json.fieldIs(ERROR)) {
                error = json.position();
                json.skip();
            } else if (started && (json.fieldIs(MODEL) || json.fieldIs(CREATED))) {
                json.skip();
            } else {
                beside();
            }
        }
        json.end();
        if (error >= 0) {
            json.seek(error);
            failed = true;
            found.add(new Failed(OllamaErrors.read(json)));
            return;
        }
        if (!started) {
            started = true;
            found.add(new Started("", model, seconds(created)));
        }
        if (message >= 0) {
            json.seek(message);
            if (json.isObject()) {
                message(found);
            }
        }
        if (last) {
            finish(found);
        }
    }

    private void beside() throws JsonException {
        String field = json.field();
        switch (field) {
            case "model" -> model = json.readNonEmptyString() ? json.value() : "";
            case "created_at" -> created = json.readNonEmptyString() ? json.value() : "";
            case "done_reason" -> reason = json.readNonEmptyString() ? json.value() : "";
            case "prompt_eval_count" -> {
                input = json.count();
                counted = true;
            }
            case "eval_count" -> {
                output = json.count();
                counted = true;
            }
            case "total_duration", "load_duration", "prompt_eval_duration", "eval_duration" ->
                    durations.put(field, json.raw());
            default -> json.skip();
        }
    }

    private static long seconds(String time) {
        try {
            return Math.max(0, Instant.parse(time).getEpochSecond());
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /// Versions before 0.1.33 do not say why they are done.
    private void finish(List<StreamEvent> found) {
        done = true;
        found.add(OllamaWords.finish(reason.isEmpty() ? "stop" : reason, calls > 0));
        if (!durations.isEmpty()) {
            found.add(new Metadata(OllamaWords.DURATIONS, RawJson.ofObject(durations).text()));
        }
        if (counted) {
            found.add(new Usage(input, 0, output, 0));
        }
    }

    private void message(List<StreamEvent> found) throws JsonException {
        int content = -1;
        int thinking = -1;
        int called = -1;
        json.enterObject();
        while (json.nextField()) {
            int at = json.position();
            if (json.fieldIs(CONTENT)) {
                content = at;
            } else if (json.fieldIs(THINKING)) {
                thinking = at;
            } else if (json.fieldIs(TOOL_CALLS)) {
                called = at;
            }
            json.skip();
        }
        if (thinking >= 0) {
            json.seek(thinking);
            if (json.readNonEmptyString()) {
                found.add(new ReasoningDelta(0, json.value()));
            }
        }
        if (content >= 0) {
            json.seek(content);
            if (json.readNonEmptyString()) {
                found.add(new TextDelta(0, json.value()));
            }
        }
        if (called >= 0) {
            json.seek(called);
            calls(found);
        }
    }

    private void calls(List<StreamEvent> found) throws JsonException {
        if (!json.isArray()) {
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            if (json.isObject()) {
                call(found);
            } else {
                json.skip();
            }
        }
    }

    private void call(List<StreamEvent> found) throws JsonException {
        String id = null;
        String name = null;
        String arguments = "";
        json.enterObject();
        while (json.nextField()) {
            String field = json.field();
            if (field.equals("id")) {
                id = json.stringOrNull();
            } else if (field.equals("function") && json.isObject()) {
                json.enterObject();
                while (json.nextField()) {
                    switch (json.field()) {
                        case "name" -> name = json.stringOrNull();
                        // An object; some servers write it as a text, like others do.
                        case "arguments" ->
                                arguments = json.isString() ? json.string() : json.raw().text();
                        default -> json.skip();
                    }
                }
            } else {
                json.skip();
            }
        }
        if (name == null) {
            return;
        }
        int number = calls++;
        String known =
                id == null
                        ? OllamaWords.UNNAMED_CALL + created.replaceAll("[^0-9]", "") + "_" + number
                        : id;
        String given = arguments.equals("null") ? "" : arguments;
        found.add(new ToolCallDelta(0, number, known, name, given));
    }
}
