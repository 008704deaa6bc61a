package dev.firsttoken.wire.eventstream;

import static dev.firsttoken.wire.eventstream.EventStreamFrame.CHECKSUM_BYTES;
import static dev.firsttoken.wire.eventstream.EventStreamFrame.OVERHEAD_BYTES;
import static dev.firsttoken.wire.eventstream.EventStreamFrame.PRELUDE_BYTES;

import java.util.Arrays;
import java.util.zip.CRC32;

/// Cuts a byte stream into [messages][EventStreamFrame], however the bytes were cut on their way
/// here, and holds them to their checksums.
///
/// A message is, in big endian: its length and that of its headers, four bytes each; the CRC-32 of
/// those eight; headers; payload; the CRC-32 of everything before it. A length is believed only
/// once its checksum is right, so that a broken one makes nobody wait or keep memory.
///
/// As long as messages arrive whole, frames are views on the caller's bytes and nothing is copied;
/// only the rest of a cut message is kept. One instance per stream, used by one thread at a time.
///
/// Source: Smithy specification, "Amazon Event Stream".
public final class EventStreamDecoder {

    /// Takes messages as they are completed.
    @FunctionalInterface
    public interface Sink {
        /// @param frame valid only during this call
        void frame(EventStreamFrame frame);
    }

    private static final byte[] NOTHING = new byte[0];

    /// Memory beyond this is given back after the message that needed it.
    private static final int LARGE = 16 * 1024;

    private final int maxMessageBytes;
    private final EventStreamFrame frame = new EventStreamFrame();
    private final CRC32 checksum = new CRC32();

    /// The start of a message whose end has not arrived: `kept[0 … length)`.
    private byte[] kept = NOTHING;

    private int length;

    /// How long the message in `kept` is, 0 when that is not known.
    private int due;

    /// @param maxMessageBytes longest message, all of it counted
    public EventStreamDecoder(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /// Takes the next bytes and hands out every message that they complete.
    ///
    /// @throws EventStreamException when a message is too long or broken; the decoder is of no use
    ///   after it
    public void feed(byte[] bytes, int from, int to, Sink sink) throws EventStreamException {
        int at = from;
        while (at < to) {
            if (length > 0) {
                at = complete(bytes, at, to, sink);
                continue;
            }
            int available = to - at;
            int total = available < PRELUDE_BYTES ? Integer.MAX_VALUE : total(bytes, at);
            if (total > available) {
                keep(bytes, at, to);
                due = available < PRELUDE_BYTES ? 0 : total;
                return;
            }
            hand(bytes, at, total, sink);
            at += total;
        }
    }

    /// Goes on with the message that is kept.
    ///
    /// @return where the bytes begin that are not its own
    private int complete(byte[] bytes, int from, int to, Sink sink) throws EventStreamException {
        int missing = (due == 0 ? PRELUDE_BYTES : due) - length;
        int end = Math.min(to, from + missing);
        keep(bytes, from, end);
        if (due == 0 && length == PRELUDE_BYTES) {
            due = total(kept, 0);
        }
        if (due > 0 && length == due) {
            length = 0;
            due = 0;
            hand(kept, 0, number(kept, 0), sink);
            kept = kept.length > LARGE ? NOTHING : kept;
        }
        return end;
    }

    /// Whether the last message has come to its end.
    public boolean isBetweenMessages() {
        return length == 0;
    }

    /// How much memory is held for a cut message.
    int heldBytes() {
        return kept.length;
    }

    /// The length of a message whose prelude is there.
    private int total(byte[] bytes, int at) throws EventStreamException {
        int headers = number(bytes, at + 4);
        int total = number(bytes, at);
        if (crc(bytes, at, at + 8) != number(bytes, at + 8)) {
            throw new EventStreamException("a message begins with a wrong checksum");
        }
        if (total < 0 || total > maxMessageBytes) {
            throw new EventStreamException(
                    "a message is longer than " + maxMessageBytes + " bytes");
        }
        if (headers < 0 || headers > total - OVERHEAD_BYTES) {
            throw new EventStreamException("the headers of a message are longer than it is");
        }
        return total;
    }

    private void hand(byte[] bytes, int at, int total, Sink sink) throws EventStreamException {
        int end = at + total;
        if (crc(bytes, at, end - CHECKSUM_BYTES) != number(bytes, end - CHECKSUM_BYTES)) {
            throw new EventStreamException("a message ends with a wrong checksum");
        }
        frame.raw = bytes;
        frame.rawFrom = at;
        frame.rawTo = end;
        frame.headersTo = at + PRELUDE_BYTES + number(bytes, at + 4);
        if (!frame.hasWholeHeaders()) {
            throw new EventStreamException("the headers of a message are not what they say");
        }
        sink.frame(frame);
    }

    private int crc(byte[] bytes, int from, int to) {
        checksum.reset();
        checksum.update(bytes, from, to - from);
        return (int) checksum.getValue();
    }

    private static int number(byte[] bytes, int at) {
        return bytes[at] << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
    }

    private void keep(byte[] bytes, int from, int to) {
        int count = to - from;
        if (kept.length - length < count) {
            kept = Arrays.copyOf(kept, Math.max(length + count, Math.max(512, kept.length * 2)));
        }
        System.arraycopy(bytes, from, kept, length, count);
        length += count;
    }
}
