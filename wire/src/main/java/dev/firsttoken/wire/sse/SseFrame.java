package dev.firsttoken.wire.sse;

import dev.firsttoken.wire.json.ByteSearch;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.nio.charset.StandardCharsets;

/// One block of an event stream, as a view on somebody else's bytes: valid only until the call that
/// hands it out returns.
///
/// A block is everything up to and including the blank line that ends it. It may hold an event, or
/// only comments.
public final class SseFrame {

    byte[] raw = new byte[0];
    int rawFrom;
    int rawTo;
    byte[] data = raw;
    int dataFrom;
    int dataTo;
    boolean hasData;
    byte[] name = raw;
    int nameFrom;
    int nameTo;
    boolean errorField;
    boolean resuming;
    boolean terminated;

    SseFrame() {}

    /// The block exactly as it was received, line ends and all: `rawArray()[rawFrom() … rawTo())`.
    public byte[] rawArray() {
        return raw;
    }

    public int rawFrom() {
        return rawFrom;
    }

    public int rawTo() {
        return rawTo;
    }

    /// Whether there was a `data` line: a block without one is not dispatched to anybody.
    public boolean hasData() {
        return hasData;
    }

    /// The event's data, lines joined by LF: `dataArray()[dataFrom() … dataTo())`.
    public byte[] dataArray() {
        return data;
    }

    public int dataFrom() {
        return dataFrom;
    }

    public int dataTo() {
        return dataTo;
    }

    public int dataLength() {
        return dataTo - dataFrom;
    }

    /// Whether the data is exactly these bytes.
    public boolean dataIs(byte[] expected) {
        return same(data, dataFrom, dataTo, expected);
    }

    /// Whether the block's `event` field is exactly these bytes. Without such a field the name is
    /// empty.
    public boolean nameIs(byte[] expected) {
        return same(name, nameFrom, nameTo, expected);
    }

    /// The `event` field, empty when there is none.
    public String name() {
        return new String(name, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
    }

    /// The data as text, for people and tests.
    public String dataText() {
        return new String(data, dataFrom, dataTo - dataFrom, StandardCharsets.UTF_8);
    }

    /// Whether the data came in a field called `error`, as llama.cpp wrote failures until 2025.
    public boolean isErrorField() {
        return errorField;
    }

    /// Whether there is an `id` or a `retry` field, by which a server tells its clients how to read
    /// on after a broken connection.
    public boolean isResuming() {
        return resuming;
    }

    /// Appends the block as it was received, but for its `id` and `retry` fields.
    public void putWithoutResuming(Utf8Buffer out) {
        int at = rawFrom;
        while (at < rawTo) {
            int end = ByteSearch.lineEnd(raw, at, rawTo);
            int next = Math.min(end + 1, rawTo);
            if (next < rawTo && raw[end] == '\r' && raw[next] == '\n') {
                next++;
            }
            if (!SseDecoder.isField(raw, at, end, SseDecoder.ID)
                    && !SseDecoder.isField(raw, at, end, SseDecoder.RETRY)) {
                out.put(raw, at, next);
            }
            at = next;
        }
    }

    /// Whether the blank line that ends a block was there. Only the last block of a stream can lack
    /// it.
    public boolean isTerminated() {
        return terminated;
    }

    private static boolean same(byte[] array, int from, int to, byte[] expected) {
        if (to - from != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (array[from + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
