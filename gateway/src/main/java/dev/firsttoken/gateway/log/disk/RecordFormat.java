package dev.firsttoken.gateway.log.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// Records as bytes. [DiskLog] draws them.
///
/// Writes into and reads from buffers at absolute places; not safe for use by several threads.
final class RecordFormat {

    static final int SEGMENT_HEADER = 36;
    static final long MAGIC = 0x4654_4C4F_4753_4547L; // FTLOGSEG
    static final int VERSION = 1;

    /// Introduces a stream: its id, its meta, and the number of the event that comes next.
    static final byte BEGIN = 1;

    /// Consecutive events of one stream.
    static final byte EVENTS = 2;

    /// The last events of a stream, or none of them, and when it ended.
    static final byte END = 3;

    /// Says that a stream is not kept, so that what is there of it is never taken for all of it.
    static final byte GIVE_UP = 4;

    /// The last record of a segment that was left in order.
    static final byte SEAL = 5;

    static final int RECORD_HEADER = 17;
    static final int LENGTH_AT = 4;
    static final int TYPE_AT = 8;
    static final int STREAM_AT = 9;
    static final int BODY_AT = RECORD_HEADER;

    static final int EVENTS_HEADER = RECORD_HEADER + 12;
    static final int END_HEADER = EVENTS_HEADER + 8;
    static final int BEGIN_HEADER = RECORD_HEADER + 24;

    /// What one record may hold: a whole event, and the gathered ones beside it.
    static final int LARGEST_EVENT = 16 << 20;

    static final int LARGEST_RECORD = LARGEST_EVENT + (1 << 20);

    private final CRC32C crc = new CRC32C();

    /// Fills in length and checksum of a record whose type, stream and body are in place.
    void close(ByteBuffer buffer, int start, int salt) {
        int end = buffer.position();
        buffer.putInt(start + LENGTH_AT, end - start);
        buffer.putInt(start, checksum(buffer, start + LENGTH_AT, end) ^ salt);
    }

    static int open(ByteBuffer buffer, byte type, long stream) {
        int start = buffer.position();
        buffer.putLong(0).put(type).putLong(stream);
        return start;
    }

    static int beginLength(byte[] id, byte[] meta) {
        return BEGIN_HEADER + id.length + meta.length;
    }

    void putBegin(
            ByteBuffer buffer,
            int salt,
            long stream,
            long createdMillis,
            long nextSeq,
            byte[] id,
            byte[] meta) {
        int start = open(buffer, BEGIN, stream);
        buffer.putLong(createdMillis).putLong(nextSeq).putInt(id.length).putInt(meta.length);
        buffer.put(id).put(meta);
        close(buffer, start, salt);
    }

    void putNote(ByteBuffer buffer, int salt, byte type, long stream, long wallMillis) {
        int start = open(buffer, type, stream);
        buffer.putLong(wallMillis);
        close(buffer, start, salt);
    }

    void putSegmentHeader(ByteBuffer buffer, long number, long createdMillis, int salt) {
        int start = buffer.position();
        buffer.putLong(MAGIC).putInt(VERSION).putLong(number).putLong(createdMillis).putInt(salt);
        buffer.putInt(checksum(buffer, start, buffer.position()));
    }

    int checksum(ByteBuffer buffer, int from, int to) {
        int position = buffer.position();
        int limit = buffer.limit();
        buffer.limit(to).position(from);
        crc.reset();
        crc.update(buffer);
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }

    /// The length of the record at a place, or 0 when its head makes no sense there.
    static int plausibleLength(ByteBuffer buffer, int at, int end) {
        if (end - at < RECORD_HEADER) {
            return 0;
        }
        int length = buffer.getInt(at + LENGTH_AT);
        if (length < RECORD_HEADER || length > LARGEST_RECORD || length > end - at) {
            return 0;
        }
        byte type = buffer.get(at + TYPE_AT);
        return type >= BEGIN && type <= SEAL ? length : 0;
    }

    /// The length of the sound record at a place, or 0 when there is none.
    int soundLength(ByteBuffer buffer, int at, int end, int salt) {
        int length = plausibleLength(buffer, at, end);
        if (length == 0 || !isSound(buffer, at, length, salt)) {
            return 0;
        }
        return length;
    }

    private boolean isSound(ByteBuffer buffer, int at, int length, int salt) {
        return buffer.getInt(at) == (checksum(buffer, at + LENGTH_AT, at + length) ^ salt);
    }

    /// Whether a record's parts fit into it, which the checksum of a careful writer implies.
    static boolean isWellFormed(ByteBuffer buffer, int at, int length) {
        return switch (buffer.get(at + TYPE_AT)) {
            case BEGIN -> length >= BEGIN_HEADER && isBeginFilled(buffer, at, length);
            case EVENTS -> length >= EVENTS_HEADER && areEventsFilled(buffer, at, length);
            case END -> length >= END_HEADER && areEventsFilled(buffer, at, length);
            case GIVE_UP, SEAL -> length == RECORD_HEADER + 8;
            default -> false;
        };
    }

    private static boolean isBeginFilled(ByteBuffer buffer, int at, int length) {
        long id = buffer.getInt(at + BODY_AT + 16);
        long meta = buffer.getInt(at + BODY_AT + 20);
        return id >= 0 && meta >= 0 && BEGIN_HEADER + id + meta == length;
    }

    private static boolean areEventsFilled(ByteBuffer buffer, int at, int length) {
        int count = eventCount(buffer, at);
        int lengths = lengthsAt(buffer, at);
        if (count < 0 || count > (length - (lengths - at)) / 4) {
            return false;
        }
        long total = lengths - at + 4L * count;
        for (int i = 0; i < count; i++) {
            int event = buffer.getInt(lengths + 4 * i);
            if (event < 0) {
                return false;
            }
            total += event;
        }
        return total == length;
    }

    static boolean holdsEvents(ByteBuffer buffer, int at) {
        byte type = buffer.get(at + TYPE_AT);
        return type == EVENTS || type == END;
    }

    static long streamOf(ByteBuffer buffer, int at) {
        return buffer.getLong(at + STREAM_AT);
    }

    static long firstSeq(ByteBuffer buffer, int at) {
        return buffer.getLong(at + BODY_AT);
    }

    static int eventCount(ByteBuffer buffer, int at) {
        return buffer.getInt(at + BODY_AT + 8);
    }

    /// When a stream ended: of an [#END] record only.
    static long endedMillis(ByteBuffer buffer, int at) {
        return buffer.getLong(at + EVENTS_HEADER);
    }

    /// Where the lengths of the events are; the events follow them.
    static int lengthsAt(ByteBuffer buffer, int at) {
        return at + (buffer.get(at + TYPE_AT) == END ? END_HEADER : EVENTS_HEADER);
    }

    static String text(ByteBuffer buffer, int at, int length) {
        return new String(bytes(buffer, at, length), StandardCharsets.UTF_8);
    }

    static byte[] bytes(ByteBuffer buffer, int at, int length) {
        var bytes = new byte[length];
        buffer.get(at, bytes);
        return bytes;
    }
}
