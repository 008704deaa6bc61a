package dev.firsttoken.gateway.log;

import org.jspecify.annotations.Nullable;

/// Where one reader stands in a [StreamLog].
///
/// ```java
/// while (cursor.next()) { out.write(cursor.bytes(), cursor.from(), cursor.to()); }
/// ```
///
/// Events that the log no longer holds are fetched from its archive: then [#next] says no, and the
/// reader is told when they are there.
///
/// Owned by the stream's event loop.
public final class LogCursor implements AutoCloseable {

    private final StreamLog log;

    /// Whether it is the one who writes that reads: also what is not to be shown yet.
    private final boolean ofWriter;

    private final Runnable onFetched;
    private @Nullable EventPage page;
    private boolean fetching;
    private boolean fetched;
    private boolean broken;
    private long lastRead;
    private long readBytes;
    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    LogCursor(StreamLog log, long lastRead, boolean ofWriter, Runnable onFetched) {
        this.log = log;
        this.lastRead = lastRead;
        this.readBytes = log.bytesUpTo(lastRead);
        this.ofWriter = ofWriter;
        this.onFetched = onFetched;
    }

    /// Moves to the next event, if it is there.
    public boolean next() {
        if (lastRead >= (ofWriter ? log.lastEvent() : log.lastShown())) {
            return false;
        }
        long wanted = lastRead + 1;
        EventPage current = page;
        if (current == null || !current.holds(wanted)) {
            current = log.pageOf(wanted);
            if (current == null) {
                fetch();
                return false;
            }
            if (fetched) {
                // How much was given back before it was read is not known; from here on it is.
                readBytes = log.bytesUpTo(lastRead);
                fetched = false;
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

    private void fetch() {
        Archive archive = log.archive();
        if (archive == null) {
            broken = true;
        } else if (!fetching && !broken) {
            fetching = true;
            archive.fetch(lastRead, this::arrived);
        }
    }

    private void arrived(@Nullable EventPage events) {
        fetching = false;
        if (events == null || !events.holds(lastRead + 1)) {
            broken = true;
        } else {
            page = events;
            fetched = true;
        }
        onFetched.run();
    }

    /// Whether the next event is neither in the log nor in its archive any more: there is no way
    /// on.
    public boolean isBroken() {
        return broken;
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
