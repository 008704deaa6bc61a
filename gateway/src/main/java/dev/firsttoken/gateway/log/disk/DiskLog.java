package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps streams on disk, so that they can be read again after their reader or this process is
/// gone.
///
/// Writers hand over events without waiting. A thread per shard puts what arrived meanwhile into
/// one write, and only then are the events acknowledged and visible to readers; what that outlives
/// is the [level][DiskLogSettings.Level]. All streams of a shard share its segments:
///
/// ```text
/// FOLDER/lock                               held by the process that uses the folder
/// FOLDER/shard-0/0000000000000001.log       a segment: one header, then records; numbers big-endian
///
/// header   "FTLOGSEG" 8 | version 4 | segment number 8 | created ms 8 | salt 4 | crc 4
///
/// record   crc 4 | length 4 | type 1 | stream number 8 | body
///          the crc is CRC32C from length to the end, xor the segment's salt;
///          the length counts the whole record
///
/// BEGIN    created ms 8 | next seq 8 | id length 4 | meta length 4 | id | meta
///          before the first record of a stream in every segment
/// EVENTS   first seq 8 | count 4 | length 4 of each event | the events
/// END      first seq 8 | count 4 | ended ms 8 | length 4 of each event | the events
///          the last record of a stream; the count may be 0
/// GIVE_UP  when ms 8: the stream is not to be read
/// SEAL     when ms 8, of stream 0: the last record of a segment that was left in order
/// ```
///
/// A segment is dropped when all of its streams ended longer ago than they are kept. When little is
/// left in an old one, that is copied to the end of the log first; when the folder is full, the
/// oldest segment goes and its streams with it.
///
/// Safe for use by many threads. [#begin] never waits; [#read] reads files on the caller's thread.
public final class DiskLog implements AutoCloseable {

    /// What the writer of a stream is told. Called on the log's own threads, and [#lost] also on
    /// the one that caused it: nothing in here may block.
    public interface Listener {

        Listener NONE = new Listener() {};

        /// All events up to a number now survive what the level promises, and can be read.
        default void acknowledged(long seq) {}

        /// The stream is not kept any more.
        default void lost() {}
    }

    /// Where [#read] brings the events.
    @FunctionalInterface
    public interface Consumer {

        /// Takes the event `bytes[from … to)`, which is valid during the call only.
        ///
        /// @return whether to go on
        boolean event(long seq, byte[] bytes, int from, int to) throws IOException;
    }

    static final byte[] NO_BYTES = {};

    private static final int LARGEST_META = 16 << 10;
    private static final int LARGEST_ID = 256;
    private static final long CLOSE_NANOS = 10_000_000_000L;

    private final Path folder;
    private final FolderLock lock;
    private final List<Shard> shards;
    private final int writingShards;
    private final ConcurrentHashMap<String, LoggedStream> streams;
    private final List<LoggedStream> leftBehind;
    private final DiskLogCounters counters;
    private volatile boolean closed;

    private DiskLog(
            Path folder,
            FolderLock lock,
            List<Shard> shards,
            int writingShards,
            ConcurrentHashMap<String, LoggedStream> streams,
            DiskLogCounters counters) {
        this.folder = folder;
        this.lock = lock;
        this.shards = shards;
        this.writingShards = writingShards;
        this.streams = streams;
        this.counters = counters;
        this.leftBehind =
                streams.values().stream()
                        .filter(stream -> stream.state() == State.UNFINISHED)
                        .sorted(Comparator.comparingLong(stream -> stream.createdMillis))
                        .toList();
    }

    /// Opens the log in a folder, which is made if it is not there, and finds what was left in it.
    ///
    /// @throws IOException if another process uses the folder, if it was written by a version that
    ///   is not known, or if it cannot be read
    public static DiskLog open(Path folder, DiskLogSettings settings) throws IOException {
        return open(folder, settings, Storage.files(), Clocks.system());
    }

    static DiskLog open(Path folder, DiskLogSettings settings, Storage storage, Clocks clocks)
            throws IOException {
        storage.createFolder(folder);
        FolderLock lock = FolderLock.take(folder);
        try {
            return recover(folder, settings, storage, clocks, lock);
        } catch (IOException | RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    private static DiskLog recover(
            Path folder, DiskLogSettings settings, Storage storage, Clocks clocks, FolderLock lock)
            throws IOException {
        long started = clocks.nanos();
        var counters = new DiskLogCounters();
        var streams = new ConcurrentHashMap<String, LoggedStream>();
        var shards = new ArrayList<Shard>();
        for (int i = 0; ; i++) {
            Path shardFolder = folder.resolve("shard-" + i);
            boolean found = !storage.list(shardFolder).isEmpty();
            if (i >= settings.shards() && !found) {
                break;
            }
            storage.createFolder(shardFolder);
            var shard = new Shard(shardFolder, settings, storage, clocks, counters, streams);
            var recovery = new Recovery(shardFolder, storage, clocks, counters, shard);
            recovery.run();
            shard.adopt(recovery);
            shards.add(shard);
        }
        counters.recoveryNanos = clocks.nanos() - started;
        var log = new DiskLog(folder, lock, shards, settings.shards(), streams, counters);
        shards.forEach(Shard::start);
        return log;
    }

    /// Begins a stream.
    ///
    /// @param streamId not used before; up to 256 bytes
    /// @param meta whatever the caller wants to find with the stream; up to 16 KiB
    public DiskStream begin(String streamId, byte[] meta) {
        return begin(streamId, meta, Listener.NONE);
    }

    /// Begins a stream whose writer wants to be told what becomes of its events.
    public DiskStream begin(String streamId, byte[] meta, Listener listener) {
        if (streamId.isEmpty() || streamId.length() > LARGEST_ID) {
            throw new IllegalArgumentException(
                    "streamId: " + streamId + " (expected: 1 to " + LARGEST_ID + " characters)");
        }
        if (meta.length > LARGEST_META) {
            throw new IllegalArgumentException(
                    "meta: " + meta.length + " bytes (expected: up to " + LARGEST_META + ")");
        }
        Shard shard = shards.get(Math.floorMod(streamId.hashCode(), writingShards));
        LoggedStream stream = shard.begin(streamId, meta.clone(), listener);
        if (streams.putIfAbsent(streamId, stream) != null) {
            throw new IllegalArgumentException("streamId: " + streamId + " (expected: a new one)");
        }
        stream.takeUp();
        shard.hand(shard.item(stream, Handover.Kind.BEGIN, 0, NO_BYTES));
        return new DiskStream(stream);
    }

    /// What is known of a stream, for a while also of one that can no longer be read.
    public Optional<StoredStream> find(String streamId) {
        return Optional.ofNullable(streams.get(streamId)).map(LoggedStream::describe);
    }

    /// The streams that an earlier process left behind in the middle, oldest first. Each should be
    /// [taken up][#takeUp] and finished; until then it is kept.
    public List<StoredStream> unfinished() {
        return leftBehind.stream()
                .filter(stream -> !stream.isTakenUp() && stream.state() == State.UNFINISHED)
                .map(LoggedStream::describe)
                .toList();
    }

    /// The writing end of a stream that was left behind; it goes on after its last event.
    public Optional<DiskStream> takeUp(String streamId) {
        LoggedStream stream = streams.get(streamId);
        if (stream == null || stream.isTakenUp() || stream.state() != State.UNFINISHED) {
            return Optional.empty();
        }
        stream.takeUpLeftBehind();
        return Optional.of(new DiskStream(stream));
    }

    /// Brings the events after a number, one by one and byte for byte as they were appended, until
    /// the last one that is acknowledged now or until the consumer has enough.
    ///
    /// @return the number of the last event brought, or `afterSeq` when there was none
    /// @throws Unreadable if the stream is not there, not whole, or shorter than `afterSeq`; an
    ///   event that was brought before is sound nevertheless
    /// @throws IOException if the disk fails or the consumer does
    public long read(String streamId, long afterSeq, Consumer consumer) throws IOException {
        if (afterSeq < 0) {
            throw new IllegalArgumentException("afterSeq: " + afterSeq + " (expected: >= 0)");
        }
        LoggedStream stream = streams.get(streamId);
        if (stream == null) {
            throw new Unreadable(Unreadable.Reason.UNKNOWN, "there is no stream " + streamId);
        }
        requireReadable(stream);
        long lastSeq = stream.lastSeq();
        if (afterSeq > lastSeq) {
            throw new Unreadable(
                    Unreadable.Reason.BEYOND_END,
                    "stream " + streamId + " ends at " + lastSeq + ", before " + afterSeq);
        }
        long reached = afterSeq;
        try (var reader = new RecordReader()) {
            while (reached < lastSeq) {
                long next = readRun(stream, reader, reached, lastSeq, consumer);
                if (next < 0) {
                    return ~next;
                }
                reached = next;
            }
        }
        return reached;
    }

    /// @return the last event brought, complemented if the consumer wants no more
    private static long readRun(
            LoggedStream stream, RecordReader reader, long after, long lastSeq, Consumer consumer)
            throws IOException {
        Places.Run run = stream.places.holding(after + 1);
        if (run == null) {
            requireReadable(stream);
            stream.shard.damaged(stream);
            throw Unreadable.because(State.DAMAGED, stream.id);
        }
        long reached = after;
        Places.Run.Walk walk = run.walk();
        while (reached < lastSeq && walk.next()) {
            if (walk.lastSeq() <= reached) {
                continue;
            }
            requireReadable(stream);
            ByteBuffer record;
            try {
                record = reader.record(stream, run, walk);
            } catch (Unreadable damage) {
                Places.Run instead = stream.places.holding(reached + 1);
                if (instead != null && instead.segment != run.segment) {
                    // Carried over to another segment meanwhile.
                    return reached;
                }
                requireReadable(stream);
                stream.shard.damaged(stream);
                throw damage;
            }
            byte[] bytes = reader.bytes();
            int lengths = RecordFormat.lengthsAt(record, record.position());
            int count = RecordFormat.eventCount(record, record.position());
            int from = lengths + 4 * count;
            for (int i = 0; i < count && reached < lastSeq; i++) {
                int to = from + record.getInt(lengths + 4 * i);
                long seq = walk.firstSeq() + i;
                if (seq > reached) {
                    reached = seq;
                    if (!consumer.event(seq, bytes, from, to)) {
                        return ~reached;
                    }
                }
                from = to;
            }
        }
        return reached;
    }

    private static void requireReadable(LoggedStream stream) throws Unreadable {
        State state = stream.state();
        if (state != State.UNFINISHED && state != State.FINISHED) {
            throw Unreadable.because(state, stream.id);
        }
    }

    public DiskLogCounters counters() {
        return counters;
    }

    /// Files that streams are in.
    public int segments() {
        return shards.stream().mapToInt(Shard::segmentCount).sum();
    }

    /// How long the disk has been at what it does now, zero when it rests.
    public Duration busyFor() {
        long nanos = 0;
        for (Shard shard : shards) {
            nanos = Math.max(nanos, shard.busyNanos());
        }
        return Duration.ofNanos(nanos);
    }

    /// Whether the disk refuses records at the moment or takes too long over them.
    public boolean isFailing() {
        return shards.stream().anyMatch(Shard::isFailing);
    }

    /// Writes what was handed over and lets the folder go. Streams that are not finished stay as
    /// they are and will be [#unfinished] next time.
    ///
    /// @throws IOException if the disk takes too long; the folder then stays locked
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        shards.forEach(Shard::close);
        long deadline = System.nanoTime() + CLOSE_NANOS;
        try {
            for (Shard shard : shards) {
                if (!shard.awaitEnd(deadline)) {
                    throw new IOException(folder + ": the disk took too long to take everything");
                }
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the log was closed", interrupt);
        }
        lock.close();
    }
}
