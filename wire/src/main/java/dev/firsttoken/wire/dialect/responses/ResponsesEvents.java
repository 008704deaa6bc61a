package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.json.Utf8Buffer;

/// Numbers the events of one stream, and writes what they have in common.
///
/// Owned by one thread at a time.
final class ResponsesEvents {

    /// What ends an event.
    static final byte[] END = "}\n\n".getBytes(US_ASCII);

    private static final byte[] ADDED = head("response.output_item.added");
    private static final byte[] DONE = head("response.output_item.done");

    private long next;

    /// @param first the number of the first event
    ResponsesEvents(long first) {
        next = first;
    }

    /// How an event of a type begins, up to its number.
    static byte[] head(String type) {
        String data = "{\"type\":\"" + type + "\",\"sequence_number\":";
        return ("event: " + type + "\ndata: " + data).getBytes(US_ASCII);
    }

    /// Begins an event; its other fields follow, each with a comma before it.
    Utf8Buffer begin(byte[] head, Utf8Buffer out) {
        return out.put(head).number(next++);
    }

    /// Tells that an item begins.
    void added(int index, String item, Utf8Buffer out) {
        item(ADDED, index, item, out);
    }

    /// Tells that an item has ended.
    void done(int index, String item, Utf8Buffer out) {
        item(DONE, index, item, out);
    }

    private void item(byte[] head, int index, String item, Utf8Buffer out) {
        begin(head, out).raw(",\"output_index\":").number(index);
        out.raw(",\"item\":").raw(item).put(END);
    }

    /// Where the events of a part of an item belong.
    ///
    /// @param part what counts its parts, such as `content_index`
    static byte[] place(String id, int index, String part, int number) {
        var out = new Utf8Buffer(128);
        place(id, index, out).raw(",\"").raw(part).raw("\":").number(number);
        return out.toByteArray();
    }

    /// Where the events of an item belong.
    static byte[] place(String id, int index) {
        return place(id, index, new Utf8Buffer(128)).toByteArray();
    }

    private static Utf8Buffer place(String id, int index, Utf8Buffer out) {
        out.raw(",\"item_id\":").jsonString(id);
        return out.raw(",\"output_index\":").number(index);
    }
}
