package dev.firsttoken.wire.eventstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/// One message of an event stream, as a view on somebody else's bytes: valid only until the call
/// that hands it out returns. Its checksums are right and its headers are whole.
public final class EventStreamFrame {

    static final int PRELUDE_BYTES = 12;
    static final int CHECKSUM_BYTES = 4;

    /// What a message has beside its headers and its payload.
    static final int OVERHEAD_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;

    /// The type of a header whose value is text.
    static final int STRING = 7;

    byte[] raw = new byte[0];
    int rawFrom;
    int rawTo;
    int headersTo;

    // The value that was found last.
    private int valueFrom;
    private int valueTo;

    EventStreamFrame() {}

    /// The message exactly as it was received: `array()[rawFrom() … rawTo())`.
    public byte[] array() {
        return raw;
    }

    public int rawFrom() {
        return rawFrom;
    }

    public int rawTo() {
        return rawTo;
    }

    /// The payload is `array()[payloadFrom() … payloadTo())`.
    public int payloadFrom() {
        return headersTo;
    }

    public int payloadTo() {
        return rawTo - CHECKSUM_BYTES;
    }

    /// Whether a header of this name is this text.
    public boolean headerIs(byte[] name, byte[] value) {
        if (!find(name) || valueTo - valueFrom != value.length) {
            return false;
        }
        for (int i = 0; i < value.length; i++) {
            if (raw[valueFrom + i] != value[i]) {
                return false;
            }
        }
        return true;
    }

    /// The text of a header; null when there is none of this name, or it is not text.
    public @Nullable String header(byte[] name) {
        return find(name) ? new String(raw, valueFrom, valueTo - valueFrom, UTF_8) : null;
    }

    private boolean find(byte[] name) {
        int at = rawFrom + PRELUDE_BYTES;
        while (at < headersTo) {
            int nameLength = raw[at] & 0xFF;
            boolean same = isName(name, at + 1, nameLength);
            int type = at + 1 + nameLength;
            int end = valueEnd(raw, type, headersTo);
            if (same && raw[type] == STRING) {
                valueFrom = type + 3;
                valueTo = end;
                return true;
            }
            at = end;
        }
        return false;
    }

    private boolean isName(byte[] name, int from, int length) {
        if (length != name.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (raw[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether the headers fill their place with names and values of known types.
    boolean hasWholeHeaders() {
        int at = rawFrom + PRELUDE_BYTES;
        while (at < headersTo) {
            int nameLength = raw[at] & 0xFF;
            int type = at + 1 + nameLength;
            if (nameLength == 0 || type >= headersTo) {
                return false;
            }
            at = valueEnd(raw, type, headersTo);
            if (at < 0) {
                return false;
            }
        }
        return true;
    }

    /// Where a header's value ends, or -1 when that is behind the limit or its type unknown.
    ///
    /// @param at where its type is
    private static int valueEnd(byte[] bytes, int at, int limit) {
        int end =
                switch (bytes[at]) {
                    // true, false
                    case 0, 1 -> at + 1;
                    // byte
                    case 2 -> at + 2;
                    // short
                    case 3 -> at + 3;
                    // integer
                    case 4 -> at + 5;
                    // long, and time in milliseconds
                    case 5, 8 -> at + 9;
                    // bytes, text
                    case 6, STRING ->
                            at + 3 > limit
                                    ? -1
                                    : at + 3 + ((bytes[at + 1] & 0xFF) << 8 | bytes[at + 2] & 0xFF);
                    // UUID
                    case 9 -> at + 17;
                    default -> -1;
                };
        return end > limit ? -1 : end;
    }
}
