package dev.firsttoken.gateway.log;

import org.jspecify.annotations.Nullable;

/// Where one reader stands in a [StreamLog].
///
/// ```java
/// while (cursor.next()) { out.write(cursor.bytes(), cursor.from(), cursor.to()); }
/// ```
///
/// Owned by the stream's event loop.
public final class LogCursor implements AutoCloseable {

    private final StreamLog log;
    private StreamLog.@Nullable Page page;
    private long lastRead;
    private long readBytes;
    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    LogCursor(StreamLog log, long lastRead) {
        this.log = log;
        this.lastRead = lastRead;
        this.readBytes = log.bytesUpTo(lastRead);
    }

    /// Moves to the next event, if it is there.
    public boolean next() {
        if (lastRead >= log.lastEvent()) {
            return false;
        }
        long wanted = lastRead + 1;
        StreamLog.Page current = page;
        if (current == null || wanted >= current.firstEvent + current.count) {
            current = log.pageOf(wanted);
            if (current == null) {
                throw new IllegalStateException("event " + wanted + " is no longer kept");
            }
            page = current;
        }
        int index = (int) (wanted - current.firstEvent);
        bytes = current.bytes;
        from = current.startOf(index);
        to = current.ends[index];
        lastRead = wanted;
        readBytes += to - from;
        return true;
    }

    /// The number of the event that was read last, 0 before the first.
    public long lastRead() {
        return lastRead;
    }

    /// How many events are there to be read.
    public long behind() {
        return log.lastEvent() - lastRead;
    }

    /// How many bytes those events have.
    public long behindBytes() {
        return log.totalBytes() - readBytes;
    }

    /// The event's bytes: `bytes()[from() … to())`, valid until the next call.
    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    @Override
    public void close() {
        log.forget(this);
    }
}
