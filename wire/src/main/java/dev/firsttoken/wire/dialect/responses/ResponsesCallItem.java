package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.JsonProgress;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// A function call while it is written. Several may be open at once.
final class ResponsesCallItem {

    private static final byte[] ARGUMENTS_DELTA =
            ResponsesEvents.head("response.function_call_arguments.delta");
    private static final byte[] ARGUMENTS_DONE =
            ResponsesEvents.head("response.function_call_arguments.done");
    private static final byte[] DELTA = ",\"delta\":".getBytes(US_ASCII);

    private final ResponsesEvents events;
    private final String id;
    private final int index;
    private final String callId;
    private final String name;
    private final byte[] place;
    private final StringBuilder arguments = new StringBuilder();
    private final JsonProgress progress = new JsonProgress();

    ResponsesCallItem(
            ResponsesEvents events, String id, int index, ToolCallDelta first, Utf8Buffer out) {
        this.events = events;
        this.id = id;
        this.index = index;
        this.callId = isEmpty(first.id()) ? "call_" + id : String.valueOf(first.id());
        this.name = first.name() == null ? "" : first.name();
        this.place = ResponsesEvents.place(id, index);
        events.added(index, item("in_progress", ""), out);
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    int index() {
        return index;
    }

    void arguments(String delta, Utf8Buffer out) {
        if (delta.isEmpty()) {
            return;
        }
        arguments.append(delta);
        progress.add(delta);
        events.begin(ARGUMENTS_DELTA, out).put(place).put(DELTA).jsonString(delta);
        out.put(ResponsesEvents.END);
    }

    /// Whether all of its arguments have come.
    boolean isWhole() {
        return progress.isComplete();
    }

    /// Ends the item.
    ///
    /// @return all of it
    String close(String status, Utf8Buffer out) {
        String all = arguments.isEmpty() ? "{}" : arguments.toString();
        events.begin(ARGUMENTS_DONE, out).put(place).raw(",\"name\":").jsonString(name);
        out.raw(",\"arguments\":").jsonString(all).put(ResponsesEvents.END);
        String item = item(status, all);
        events.done(index, item, out);
        return item;
    }

    private String item(String status, String all) {
        var out = new Utf8Buffer(128 + all.length());
        JsonWriter json = new JsonWriter(out).object();
        json.member("id", id).member("type", "function_call").member("status", status);
        json.member("arguments", all).member("call_id", callId).member("name", name);
        json.endObject();
        return out.toString();
    }
}
