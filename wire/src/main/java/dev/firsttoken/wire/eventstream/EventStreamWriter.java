package dev.firsttoken.wire.eventstream;

import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.zip.CRC32;

/// Writes messages into a buffer: [#open] with the headers, then the payload by whoever makes it,
/// then [#close], which puts in what is known only then.
///
/// Allocates nothing for a message. Owned by one thread at a time.
public final class EventStreamWriter {

    private static final byte[] PRELUDE = new byte[EventStreamFrame.PRELUDE_BYTES];

    private final CRC32 checksum = new CRC32();
    private int start;
    private int headerBytes;

    /// A header whose value is text, as it goes over the wire.
    ///
    /// @throws IllegalArgumentException when name or value is longer than the framing can say
    public static void header(byte[] name, byte[] value, Utf8Buffer out) {
        if (name.length < 1 || name.length > 255 || value.length > 0x7FFF) {
            throw new IllegalArgumentException(
                    "header: name of %d bytes, value of %d (expected: 1 to 255, at most 32767)"
                            .formatted(name.length, value.length));
        }
        out.put((byte) name.length).put(name).put((byte) EventStreamFrame.STRING);
        out.put((byte) (value.length >> 8)).put((byte) value.length).put(value);
    }

    /// Starts a message.
    ///
    /// @param headers all of them, as [#header] writes them
    public void open(byte[] headers, Utf8Buffer out) {
        start = out.length();
        headerBytes = headers.length;
        out.put(PRELUDE).put(headers);
    }

    /// Ends the message whose payload was written to the buffer since it was opened.
    public void close(Utf8Buffer out) {
        int total = out.length() - start + EventStreamFrame.CHECKSUM_BYTES;
        byte[] bytes = out.array();
        number(total, bytes, start);
        number(headerBytes, bytes, start + 4);
        number(crc(bytes, start + 8), bytes, start + 8);
        int end = out.length();
        out.put(PRELUDE, 0, EventStreamFrame.CHECKSUM_BYTES);
        number(crc(out.array(), end), out.array(), end);
    }

    /// The checksum of the message up to a place.
    private int crc(byte[] bytes, int to) {
        checksum.reset();
        checksum.update(bytes, start, to - start);
        return (int) checksum.getValue();
    }

    private static void number(int value, byte[] bytes, int at) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }
}
