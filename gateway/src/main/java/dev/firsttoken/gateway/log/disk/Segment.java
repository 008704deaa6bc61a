package dev.firsttoken.gateway.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of the log: a header and records, only ever added to.
///
/// Written by the shard's thread, synced by the shard's other thread, read by anyone through a file
/// of their own.
final class Segment {

    private static final String SUFFIX = ".log";

    final long number;
    final Path path;
    final int salt;
    final long createdNanos;

    /// The streams that are introduced here. Owned by the shard's thread.
    final List<LoggedStream> streams = new ArrayList<>();

    private final Storage storage;
    private final Storage.@Nullable OpenFile file;
    private volatile long size;
    private volatile boolean unsyncable;
    private volatile boolean untidy;
    private boolean folderForced;

    private List<LoggedStream> unsynced = new ArrayList<>();
    private long syncRound;
    private boolean dirty;

    private Segment(
            Storage storage,
            long number,
            Path path,
            int salt,
            long createdNanos,
            Storage.@Nullable OpenFile file,
            long size) {
        this.storage = storage;
        this.number = number;
        this.path = path;
        this.salt = salt;
        this.createdNanos = createdNanos;
        this.file = file;
        this.size = size;
    }

    /// A segment found on disk: nothing is added to it.
    static Segment found(
            Storage storage, long number, Path path, int salt, long createdNanos, long size) {
        return new Segment(storage, number, path, salt, createdNanos, null, size);
    }

    static Segment create(
            Storage storage, Path folder, long number, int salt, Clocks clocks, RecordFormat format)
            throws IOException {
        Path path = folder.resolve(nameOf(number));
        Storage.OpenFile file = storage.create(path);
        try {
            ByteBuffer header = ByteBuffer.allocate(RecordFormat.SEGMENT_HEADER);
            format.putSegmentHeader(header, number, clocks.wallMillis(), salt);
            header.flip();
            Storage.writeFully(file, header, 0);
        } catch (IOException failure) {
            try (file) {
                storage.delete(path);
            } catch (IOException another) {
                failure.addSuppressed(another);
            }
            throw failure;
        }
        return new Segment(
                storage, number, path, salt, clocks.nanos(), file, RecordFormat.SEGMENT_HEADER);
    }

    static String nameOf(long number) {
        return String.format("%016d%s", number, SUFFIX);
    }

    /// The number in a segment's file name, or -1 for any other file.
    static long numberIn(Path path) {
        String name = path.getFileName().toString();
        if (!name.matches("\\d{16}\\.log")) {
            return -1;
        }
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }

    long size() {
        return size;
    }

    /// Whether nothing may be added any more.
    boolean isSpoiled() {
        return unsyncable || untidy;
    }

    /// Whether a sync has failed, so that nobody knows what is on the disk.
    boolean isUnsyncable() {
        return unsyncable;
    }

    /// Adds records, all or none of them.
    void write(ByteBuffer records) throws IOException {
        int length = records.remaining();
        Storage.OpenFile target = writable();
        try {
            Storage.writeFully(target, records, size);
        } catch (IOException failure) {
            try {
                target.truncate(size);
            } catch (IOException another) {
                // Half a record stays at the end, which the next start will step over.
                untidy = true;
                failure.addSuppressed(another);
            }
            throw failure;
        }
        markDirty();
        long newSize = size + length;
        size = newSize;
    }

    /// Remembers that records of a stream wait for the next sync. For the shard's thread.
    synchronized void touch(LoggedStream stream) {
        dirty = true;
        if (stream.touchedIn != this || stream.touchedRound != syncRound) {
            stream.touchedIn = this;
            stream.touchedRound = syncRound;
            unsynced.add(stream);
        }
    }

    synchronized List<LoggedStream> takeUnsynced() {
        List<LoggedStream> taken = unsynced;
        unsynced = new ArrayList<>();
        syncRound++;
        dirty = false;
        return taken;
    }

    private synchronized void markDirty() {
        dirty = true;
    }

    synchronized boolean isDirty() {
        return dirty;
    }

    /// Brings everything written to the disk. After a failure nobody may ask again: the system may
    /// have dropped what it could not write and would report success.
    void force() throws IOException {
        try {
            writable().force();
            if (!folderForced) {
                Path folder = path.getParent();
                if (folder != null) {
                    storage.forceFolder(folder);
                }
                folderForced = true;
            }
        } catch (IOException failure) {
            unsyncable = true;
            throw failure;
        }
    }

    private Storage.OpenFile writable() {
        if (file == null) {
            throw new IllegalStateException(path + " is only there to be read");
        }
        return file;
    }

    Storage.OpenFile openToRead() throws IOException {
        return storage.open(path);
    }

    void delete() throws IOException {
        storage.delete(path);
    }

    void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
