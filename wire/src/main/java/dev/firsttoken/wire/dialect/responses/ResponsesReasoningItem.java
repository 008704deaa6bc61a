package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;

/// A reasoning item while it is written: one text, be it the model's own or a summary of it, and
/// what is encrypted.
final class ResponsesReasoningItem {

    private static final byte[] SUMMARY_ADDED =
            ResponsesEvents.head("response.reasoning_summary_part.added");
    private static final byte[] SUMMARY_DELTA =
            ResponsesEvents.head("response.reasoning_summary_text.delta");
    private static final byte[] SUMMARY_TEXT_DONE =
            ResponsesEvents.head("response.reasoning_summary_text.done");
    private static final byte[] SUMMARY_DONE =
            ResponsesEvents.head("response.reasoning_summary_part.done");
    private static final byte[] PART_ADDED = ResponsesEvents.head("response.content_part.added");
    private static final byte[] TEXT_DELTA = ResponsesEvents.head("response.reasoning_text.delta");
    private static final byte[] TEXT_DONE = ResponsesEvents.head("response.reasoning_text.done");
    private static final byte[] PART_DONE = ResponsesEvents.head("response.content_part.done");
    private static final byte[] DELTA = ",\"delta\":".getBytes(US_ASCII);

    private final ResponsesEvents events;
    private final int index;
    private final boolean own;
    private final byte[] place;
    private final StringBuilder text = new StringBuilder();
    private String id;
    private String encrypted = "";

    /// @param own whether the text is the model's own, not a summary of it
    /// @param signature what the item is signed with so far, empty if nothing
    ResponsesReasoningItem(
            ResponsesEvents events,
            String fallbackId,
            int index,
            boolean own,
            String signature,
            Utf8Buffer out) {
        this.events = events;
        this.index = index;
        this.own = own;
        this.id = fallbackId;
        sign(signature);
        this.place = ResponsesEvents.place(id, index, own ? "content_index" : "summary_index", 0);
        events.added(index, item("in_progress"), out);
    }

    /// Takes the item's signature; the last one counts. Its id belongs to it, so that the item has
    /// that one in the end even if it began with another: clients know items by their place.
    void sign(String signature) {
        if (!signature.isEmpty()) {
            String signed = ResponsesWords.idOf(signature);
            id = signed.isEmpty() ? id : signed;
            encrypted = ResponsesWords.encryptedOf(signature);
        }
    }

    void text(String delta, Utf8Buffer out) {
        if (text.isEmpty()) {
            events.begin(own ? PART_ADDED : SUMMARY_ADDED, out).put(place);
            part(out.raw(",\"part\":")).put(ResponsesEvents.END);
        }
        text.append(delta);
        events.begin(own ? TEXT_DELTA : SUMMARY_DELTA, out).put(place).put(DELTA);
        out.jsonString(delta).put(ResponsesEvents.END);
    }

    /// Ends the item.
    ///
    /// @return all of it
    String close(String status, Utf8Buffer out) {
        if (!text.isEmpty()) {
            events.begin(own ? TEXT_DONE : SUMMARY_TEXT_DONE, out).put(place);
            out.raw(",\"text\":").jsonString(text.toString()).put(ResponsesEvents.END);
            events.begin(own ? PART_DONE : SUMMARY_DONE, out).put(place);
            part(out.raw(",\"part\":")).put(ResponsesEvents.END);
        }
        String item = item(status);
        events.done(index, item, out);
        return item;
    }

    private Utf8Buffer part(Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object();
        json.member("type", own ? "reasoning_text" : "summary_text");
        json.member("text", text.toString()).endObject();
        return out;
    }

    private String item(String status) {
        var out = new Utf8Buffer(256);
        JsonWriter json = new JsonWriter(out).object();
        json.member("id", id).member("type", "reasoning").member("status", status);
        json.array("summary");
        String part = text.isEmpty() ? "" : part(new Utf8Buffer(128)).toString();
        out.raw(own ? "" : part);
        json.endArray();
        if (own && !part.isEmpty()) {
            json.array("content");
            out.raw(part);
            json.endArray();
        }
        json.member("encrypted_content", encrypted.isEmpty() ? null : encrypted);
        json.endObject();
        return out.toString();
    }
}
