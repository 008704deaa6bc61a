package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out from the segments of a shard which streams there are and which can be trusted.
///
/// A torn tail, which is what a killed process leaves behind, is cut off. Any other damage makes
/// the streams suspect that were open at that place; one is cleared when its later records show
/// that nothing of it is missing. Sound records behind a damaged one are found again by their
/// checksums, which nobody can forge in an event, because every segment has a random salt in them.
///
/// Used by one thread, before the shard starts.
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /// How many bytes may be summed up in search of the next sound record of a segment.
    private static final long SEARCH_BYTES = 1L << 30;

    /// What only the scan wants to know of a stream.
    private static final class Trail {
        final LoggedStream stream;
        long promisedSeq;
        boolean ended;
        long endSeq;
        boolean givenUp;
        boolean suspect;
        long suspectSeq;

        Trail(LoggedStream stream) {
            this.stream = stream;
        }
    }

    /// The tail to be cut off once everything was understood.
    private record TornTail(Segment segment, long soundBytes) {}

    private final Path folder;
    private final Storage storage;
    private final Clocks clocks;
    private final DiskLogCounters counters;
    private final Shard shard;
    private final RecordFormat format = new RecordFormat();
    private final Map<Long, Trail> trails = new HashMap<>();
    private final List<LoggedStream> streams = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private long nextSegment = 1;
    private long nextNumber = 1;
    private @Nullable TornTail tornTail;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    Recovery(Path folder, Storage storage, Clocks clocks, DiskLogCounters counters, Shard shard) {
        this.folder = folder;
        this.storage = storage;
        this.clocks = clocks;
        this.counters = counters;
        this.shard = shard;
    }

    List<Segment> segments() {
        return segments;
    }

    Collection<LoggedStream> streams() {
        return streams;
    }

    long nextSegment() {
        return nextSegment;
    }

    long nextNumber() {
        return nextNumber;
    }

    /// @throws IOException if the folder cannot be read or was written by a version we do not know
    void run() throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            List<Path> paths =
                    storage.list(folder).stream()
                            .filter(path -> Segment.numberIn(path) >= 0)
                            .toList();
            long expected = -1;
            for (int i = 0; i < paths.size(); i++) {
                long number = Segment.numberIn(paths.get(i));
                if (expected >= 0 && number != expected) {
                    LOG.warn("{}: the segment before {} is missing", folder, paths.get(i));
                    suspectAll();
                }
                expected = number + 1;
                nextSegment = expected;
                scan(memory, paths.get(i), number, i == paths.size() - 1);
            }
        }
        judge();
        cutTornTail();
    }

    private void scan(Arena memory, Path path, long number, boolean newest) throws IOException {
        int size;
        try {
            size = load(memory, path);
        } catch (IOException trouble) {
            LOG.warn("{}: none of it can be read ({})", path, trouble.toString());
            suspectAll();
            segments.add(Segment.found(storage, number, path, 0, clocks.nanos(), 0));
            return;
        }
        counters.recoveredBytes.add(size);

        if (!hasSoundHeader(size, number)) {
            foundBadHeader(path, number, size, newest);
            return;
        }
        int version = buffer.getInt(8);
        if (version != RecordFormat.VERSION) {
            throw new IOException(
                    path
                            + ": written in format "
                            + version
                            + " (expected: "
                            + RecordFormat.VERSION
                            + "). Start the version of FirstToken that wrote it, or name another"
                            + " folder");
        }
        var segment =
                Segment.found(
                        storage,
                        number,
                        path,
                        buffer.getInt(28),
                        clocks.nanos() - ageNanos(buffer.getLong(20)),
                        size);
        segments.add(segment);
        scanRecords(segment, size, newest);
    }

    /// @return how many bytes of the segment are in the buffer: all of it
    private int load(Arena memory, Path path) throws IOException {
        try (var file = storage.open(path)) {
            long size = file.size();
            if (size > Integer.MAX_VALUE - 8) {
                throw new IOException("too large for a segment: " + size);
            }
            if (buffer.capacity() < size) {
                long room = Math.min((size | 0xFFFFF) + 1, Integer.MAX_VALUE);
                buffer = memory.allocate(room, 8).asByteBuffer();
            }
            buffer.clear().limit((int) size);
            Storage.readFully(file, buffer, 0);
            return buffer.flip().limit();
        }
    }

    /// The header keeps its place and its checksum in all versions.
    private boolean hasSoundHeader(int size, long number) {
        return size >= RecordFormat.SEGMENT_HEADER
                && buffer.getLong(0) == RecordFormat.MAGIC
                && buffer.getInt(RecordFormat.SEGMENT_HEADER - 4)
                        == format.checksum(buffer, 0, RecordFormat.SEGMENT_HEADER - 4)
                && buffer.getLong(12) == number;
    }

    private void foundBadHeader(Path path, long number, int size, boolean newest) {
        if (newest && isBlank(size)) {
            LOG.info("{}: was only being created", path);
            counters.truncatedBytes.add(size);
            nextSegment = number;
            return;
        }
        LOG.warn("{}: the header is damaged, none of it can be read", path);
        counters.damagedBytes.add(size);
        suspectAll();
        segments.add(Segment.found(storage, number, path, 0, clocks.nanos(), size));
    }

    private boolean isBlank(int size) {
        for (int i = 0; i < Math.min(size, RecordFormat.SEGMENT_HEADER); i++) {
            if (buffer.get(i) != 0) {
                return size < RecordFormat.SEGMENT_HEADER;
            }
        }
        return true;
    }

    private void scanRecords(Segment segment, int size, boolean newest) {
        int at = RecordFormat.SEGMENT_HEADER;
        boolean sealed = false;
        while (at < size) {
            int length = soundLength(segment, at, size);
            if (length > 0) {
                sealed = buffer.get(at + RecordFormat.TYPE_AT) == RecordFormat.SEAL;
                apply(segment, at, length);
                at += length;
                continue;
            }
            int next = search(segment, at + 1, size);
            if (next < 0 && newest) {
                LOG.info("{}: cut a torn tail of {} bytes off", segment.path, size - at);
                counters.truncatedBytes.add(size - at);
                tornTail = new TornTail(segment, at);
                return;
            }
            next = next < 0 ? size : next;
            LOG.warn("{}: {} bytes from {} on are damaged", segment.path, next - at, at);
            counters.damagedBytes.add(next - at);
            suspectAll();
            at = next;
            sealed = false;
        }
        if (!sealed && newest) {
            tornTail = new TornTail(segment, size);
        } else if (!sealed) {
            // Cut short by somebody else, or by a power cut: what followed is not known.
            suspectAll();
        }
    }

    private int soundLength(Segment segment, int at, int end) {
        int length = format.soundLength(buffer, at, end, segment.salt);
        return length > 0 && RecordFormat.isWellFormed(buffer, at, length) ? length : 0;
    }

    /// The place of the next sound record, or -1 when there is none; the end of the segment when
    /// looking for it takes too long.
    private int search(Segment segment, int from, int end) {
        long summed = 0;
        for (int at = from; at < end; at++) {
            int length = RecordFormat.plausibleLength(buffer, at, end);
            if (length == 0 || RecordFormat.streamOf(buffer, at) >>> 48 != 0) {
                continue;
            }
            summed += length;
            if (summed > SEARCH_BYTES) {
                return end;
            }
            if (soundLength(segment, at, end) > 0) {
                return at;
            }
        }
        return -1;
    }

    private void apply(Segment segment, int at, int length) {
        byte type = buffer.get(at + RecordFormat.TYPE_AT);
        if (type == RecordFormat.SEAL) {
            return;
        }
        long number = RecordFormat.streamOf(buffer, at);
        Trail trail = trails.get(number);
        if (type == RecordFormat.BEGIN) {
            applyBegin(segment, at, number, trail);
        } else if (trail == null) {
            // Its introduction was damaged, so that nobody can ask for it.
            return;
        } else if (type == RecordFormat.GIVE_UP) {
            trail.givenUp = true;
            trail.stream.spoil(State.LOST, buffer.getLong(at + RecordFormat.BODY_AT));
        } else {
            applyEvents(segment, at, length, trail);
        }
    }

    private void applyBegin(Segment segment, int at, long number, @Nullable Trail known) {
        Trail trail = known;
        int body = at + RecordFormat.BODY_AT;
        if (trail == null) {
            int idLength = buffer.getInt(body + 16);
            int metaLength = buffer.getInt(body + 20);
            int id = at + RecordFormat.BEGIN_HEADER;
            trail =
                    new Trail(
                            new LoggedStream(
                                    shard,
                                    number,
                                    RecordFormat.text(buffer, id, idLength),
                                    RecordFormat.bytes(buffer, id + idLength, metaLength),
                                    buffer.getLong(body),
                                    DiskLog.Listener.NONE));
            trail.stream.onDisk = true;
            trails.put(number, trail);
            streams.add(trail.stream);
            nextNumber = Math.max(nextNumber, number + 1);
        }
        trail.promisedSeq = Math.max(trail.promisedSeq, buffer.getLong(body + 8) - 1);
        trail.stream.introducedIn = segment.number;
        segment.streams.add(trail.stream);
    }

    private void applyEvents(Segment segment, int at, int length, Trail trail) {
        LoggedStream stream = trail.stream;
        long firstSeq = RecordFormat.firstSeq(buffer, at);
        int count = RecordFormat.eventCount(buffer, at);
        long lastSeq = firstSeq + count - 1;
        if (count > 0) {
            stream.places.add(segment, at, firstSeq, count, length);
        }
        if (lastSeq > stream.lastSeq()) {
            int lengths = RecordFormat.lengthsAt(buffer, at);
            stream.extend(lastSeq, at + length - lengths - 4L * count);
        }
        if (buffer.get(at + RecordFormat.TYPE_AT) == RecordFormat.END) {
            trail.ended = true;
            trail.endSeq = Math.max(trail.endSeq, lastSeq);
            stream.rememberEnd(RecordFormat.endedMillis(buffer, at));
        }
    }

    private void suspectAll() {
        for (Trail trail : trails.values()) {
            if (!trail.ended && !trail.givenUp) {
                trail.suspect = true;
                trail.suspectSeq = trail.stream.lastSeq();
            }
        }
    }

    private void judge() {
        for (Trail trail : trails.values()) {
            LoggedStream stream = trail.stream;
            if (!trail.givenUp) {
                if (!isWhole(trail)) {
                    counters.damagedStreams.increment();
                    stream.spoil(State.DAMAGED, clocks.wallMillis());
                } else if (trail.ended) {
                    stream.finish(stream.endedMillis());
                }
            }
            if (stream.state() == State.DAMAGED) {
                stream.endedNanos = clocks.nanos();
            } else {
                stream.endedNanos = clocks.nanos() - ageNanos(stream.endedMillis());
            }
            if (stream.isReadable()) {
                stream.places.trim();
            } else {
                stream.places.clear();
            }
        }
    }

    private static boolean isWhole(Trail trail) {
        LoggedStream stream = trail.stream;
        long lastSeq = stream.lastSeq();
        boolean endMissing = trail.suspect && trail.suspectSeq == lastSeq;
        boolean endFits = trail.ended ? trail.endSeq == lastSeq : !endMissing;
        return endFits && trail.promisedSeq <= lastSeq && stream.places.cover(lastSeq, null);
    }

    private long ageNanos(long wallMillis) {
        // A wall clock that was set back makes nothing younger than just now.
        return Math.max(0, clocks.wallMillis() - wallMillis) * 1_000_000;
    }

    /// Leaves the newest segment in order, so that the next start finds no fault with it.
    private void cutTornTail() {
        TornTail tail = tornTail;
        if (tail == null) {
            return;
        }
        try (var file = storage.repair(tail.segment.path)) {
            file.truncate(tail.soundBytes);
            ByteBuffer seal = ByteBuffer.allocate(RecordFormat.RECORD_HEADER + 8);
            format.putNote(seal, tail.segment.salt, RecordFormat.SEAL, 0, clocks.wallMillis());
            seal.flip();
            Storage.writeFully(file, seal, tail.soundBytes);
            file.force();
            counters.fsyncs.increment();
        } catch (IOException trouble) {
            LOG.warn("{}: cannot be repaired ({})", tail.segment.path, trouble.toString());
        }
    }
}
