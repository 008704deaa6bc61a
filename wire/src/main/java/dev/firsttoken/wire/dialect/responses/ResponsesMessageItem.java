package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;

/// A message item while it is written: its parts are texts and refusals, one open at a time.
///
/// Keeps its texts, since what ends a part and an item holds them once more.
final class ResponsesMessageItem {

    private static final byte[] PART_ADDED = ResponsesEvents.head("response.content_part.added");
    private static final byte[] PART_DONE = ResponsesEvents.head("response.content_part.done");
    private static final byte[] TEXT_DELTA = ResponsesEvents.head("response.output_text.delta");
    private static final byte[] TEXT_DONE = ResponsesEvents.head("response.output_text.done");
    private static final byte[] REFUSAL_DELTA = ResponsesEvents.head("response.refusal.delta");
    private static final byte[] REFUSAL_DONE = ResponsesEvents.head("response.refusal.done");
    private static final byte[] ANNOTATION =
            ResponsesEvents.head("response.output_text.annotation.added");
    private static final byte[] DELTA = ",\"delta\":".getBytes(US_ASCII);
    private static final byte[] NO_LOGPROBS = ",\"logprobs\":[]}\n\n".getBytes(US_ASCII);

    private enum Open {
        NOTHING,
        TEXT,
        REFUSAL
    }

    private final ResponsesEvents events;
    private final String id;
    private final int index;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder annotations = new StringBuilder();
    private final StringBuilder logProbs = new StringBuilder();

    /// The probabilities that go with the next delta, without brackets.
    private String waiting = "";

    private Open open = Open.NOTHING;
    private int parts;
    private int cited;
    private byte[] place = new byte[0];

    ResponsesMessageItem(ResponsesEvents events, String id, int index, Utf8Buffer out) {
        this.events = events;
        this.id = id;
        this.index = index;
        events.added(index, item("in_progress"), out);
    }

    private String item(String status) {
        var out = new Utf8Buffer(128 + content.length());
        JsonWriter json = new JsonWriter(out).object().member("id", id);
        json.member("type", "message").member("status", status).member("role", "assistant");
        json.name("content").raw(new RawJson("[" + content + "]")).endObject();
        return out.toString();
    }

    void text(String delta, Utf8Buffer out) {
        open(Open.TEXT, out);
        text.append(delta);
        events.begin(TEXT_DELTA, out).put(place).put(DELTA).jsonString(delta);
        if (waiting.isEmpty()) {
            out.put(NO_LOGPROBS);
        } else {
            out.raw(",\"logprobs\":[").raw(waiting).raw("]").put(ResponsesEvents.END);
            waiting = "";
        }
    }

    void refusal(String delta, Utf8Buffer out) {
        open(Open.REFUSAL, out);
        text.append(delta);
        events.begin(REFUSAL_DELTA, out).put(place).put(DELTA).jsonString(delta);
        out.put(ResponsesEvents.END);
    }

    /// @param elements of an array, in one line
    void logProbs(String elements) {
        waiting = waiting.isEmpty() ? elements : waiting + "," + elements;
        logProbs.append(logProbs.isEmpty() ? "" : ",").append(elements);
    }

    void cite(Citation citation, Utf8Buffer out) {
        RawJson written = ResponsesAnnotations.write(citation);
        if (written == null) {
            return;
        }
        String json = written.inOneLine().text();
        open(Open.TEXT, out);
        annotations.append(cited > 0 ? "," : "").append(json);
        events.begin(ANNOTATION, out).put(place).raw(",\"annotation_index\":").number(cited++);
        out.raw(",\"annotation\":").raw(json).put(ResponsesEvents.END);
    }

    private void open(Open kind, Utf8Buffer out) {
        if (open == kind) {
            return;
        }
        stop(out);
        open = kind;
        place = ResponsesEvents.place(id, index, "content_index", parts);
        events.begin(PART_ADDED, out).put(place).raw(",\"part\":");
        part(out).put(ResponsesEvents.END);
    }

    /// Ends the part that is open, if one is.
    void stop(Utf8Buffer out) {
        if (open == Open.NOTHING) {
            return;
        }
        String whole = text.toString();
        if (open == Open.TEXT) {
            events.begin(TEXT_DONE, out).put(place).raw(",\"text\":").jsonString(whole);
            out.raw(",\"logprobs\":[").raw(logProbs.toString()).raw("]");
        } else {
            events.begin(REFUSAL_DONE, out).put(place).raw(",\"refusal\":").jsonString(whole);
        }
        out.put(ResponsesEvents.END);
        String part = part(new Utf8Buffer(whole.length() + 128)).toString();
        events.begin(PART_DONE, out).put(place).raw(",\"part\":").raw(part);
        out.put(ResponsesEvents.END);
        content.append(parts++ > 0 ? "," : "").append(part);
        open = Open.NOTHING;
        text.setLength(0);
        annotations.setLength(0);
        cited = 0;
        logProbs.setLength(0);
        waiting = "";
    }

    /// Writes the part that is open as far as it has come.
    private Utf8Buffer part(Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object();
        if (open == Open.TEXT) {
            json.member("type", "output_text");
            json.name("annotations").raw(new RawJson("[" + annotations + "]"));
            json.name("logprobs").raw(new RawJson("[" + logProbs + "]"));
            json.member("text", text.toString()).endObject();
        } else {
            json.member("type", "refusal").member("refusal", text.toString()).endObject();
        }
        return out;
    }

    /// Ends the item.
    ///
    /// @return all of it
    String close(String status, Utf8Buffer out) {
        stop(out);
        String item = item(status);
        events.done(index, item, out);
        return item;
    }
}
