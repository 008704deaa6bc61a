package dev.firsttoken.gateway.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// Fetches records by their place and checks every one before anybody sees it.
///
/// Owned by one thread at a time. Has files of its own, so that a reader who is interrupted closes
/// nobody else's.
final class RecordReader implements AutoCloseable {

    private static final int WINDOW_BYTES = 64 << 10;
    private static final int LONE_RECORD_BYTES = 4 << 10;

    private final RecordFormat format = new RecordFormat();
    private @Nullable Segment segment;
    private Storage.@Nullable OpenFile file;
    private byte[] bytes = new byte[WINDOW_BYTES];
    private ByteBuffer window = ByteBuffer.wrap(bytes).limit(0);
    private long windowAt;

    /// The record at which a walk stands, from position to limit; valid until the next call.
    ///
    /// @throws Unreadable if it is not there, or not as it was written
    ByteBuffer record(LoggedStream stream, Places.Run run, Places.Run.Walk walk)
            throws IOException {
        open(stream, run.segment);
        int offset = walk.offset();
        int following = walk.peekOffset();
        boolean more = following >= 0 && following - offset < WINDOW_BYTES;
        int at = load(offset, RecordFormat.RECORD_HEADER, more ? WINDOW_BYTES : LONE_RECORD_BYTES);
        int length = at < 0 ? 0 : window.getInt(at + RecordFormat.LENGTH_AT);
        if (length < RecordFormat.RECORD_HEADER || length > RecordFormat.LARGEST_RECORD) {
            throw damaged(stream, run, offset);
        }
        at = load(offset, length, length);
        if (at < 0
                || format.soundLength(window, at, at + length, run.segment.salt) != length
                || !RecordFormat.isWellFormed(window, at, length)
                || RecordFormat.streamOf(window, at) != stream.number
                || !RecordFormat.holdsEvents(window, at)
                || RecordFormat.firstSeq(window, at) != walk.firstSeq()
                || RecordFormat.eventCount(window, at) != walk.lastSeq() - walk.firstSeq() + 1) {
            throw damaged(stream, run, offset);
        }
        return window.duplicate().position(at).limit(at + length);
    }

    /// What the positions in the last record count in.
    byte[] bytes() {
        return bytes;
    }

    private static Unreadable damaged(LoggedStream stream, Places.Run run, int offset) {
        return new Unreadable(
                Unreadable.Reason.DAMAGED,
                "stream "
                        + stream.id
                        + " is damaged on disk: "
                        + run.segment.path
                        + " at byte "
                        + offset);
    }

    private void open(LoggedStream stream, Segment wanted) throws IOException {
        if (segment == wanted) {
            return;
        }
        close();
        try {
            file = wanted.openToRead();
        } catch (NoSuchFileException missing) {
            throw new Unreadable(
                    Unreadable.Reason.DAMAGED,
                    "stream " + stream.id + " is damaged on disk: " + wanted.path + " is missing");
        }
        segment = wanted;
    }

    /// Sees to it that some bytes of the file are in the window.
    ///
    /// @return where in the window, or -1 when the file ends before them
    private int load(long offset, int needed, int wanted) throws IOException {
        if (offset < windowAt || offset + needed > windowAt + window.limit()) {
            if (window.capacity() < needed) {
                bytes = new byte[needed];
                window = ByteBuffer.wrap(bytes);
            }
            window.clear().limit(Math.min(window.capacity(), Math.max(needed, wanted)));
            windowAt = offset;
            if (file != null) {
                Storage.readFully(file, window, offset);
            }
            window.flip();
        }
        return offset + needed > windowAt + window.limit() ? -1 : (int) (offset - windowAt);
    }

    @Override
    public void close() throws IOException {
        window.limit(0);
        windowAt = 0;
        segment = null;
        Storage.OpenFile old = file;
        file = null;
        if (old != null) {
            old.close();
        }
    }
}
