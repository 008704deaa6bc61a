package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.Handover.Item;
import dev.firsttoken.gateway.log.disk.Handover.Kind;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts records of many streams into one group, and a group into the segment at work with one
/// write; only then do the streams learn of it.
///
/// Owned by the shard's writer, except for [#active], [#busyNanos] and [#force].
final class GroupWriter {

    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private static final int GROUP_BYTES = 1 << 20;
    private static final int GATHERED_BYTES = 256 << 10;
    private static final long NOT_BUSY = Long.MIN_VALUE;

    /// A record in the group that is about to be written; a quiet one brings no news to a stream.
    private record Placed(
            LoggedStream stream,
            byte type,
            int offset,
            int length,
            long firstSeq,
            int count,
            int eventBytes,
            long endedMillis,
            boolean quiet) {}

    private final Path folder;
    private final DiskLogSettings settings;
    private final Storage storage;
    private final Clocks clocks;
    private final DiskLogCounters counters;
    private final Shard shard;
    private final Syncer syncer;
    private final Retention retention;
    private final RecordFormat format = new RecordFormat();
    private final SecureRandom salts = new SecureRandom();

    /// Since when the writer has been in one operation on the disk, on the monotonic clock.
    private volatile long busySince = NOT_BUSY;

    private volatile @Nullable Segment active;
    private long nextSegment = 1;
    private final ByteBuffer ordinaryGroup = ByteBuffer.allocateDirect(GROUP_BYTES);
    private ByteBuffer group = ordinaryGroup;
    private final List<Placed> placed = new ArrayList<>();

    GroupWriter(
            Path folder,
            DiskLogSettings settings,
            Storage storage,
            Clocks clocks,
            DiskLogCounters counters,
            Shard shard,
            Syncer syncer,
            Retention retention) {
        this.folder = folder;
        this.settings = settings;
        this.storage = storage;
        this.clocks = clocks;
        this.counters = counters;
        this.shard = shard;
        this.syncer = syncer;
        this.retention = retention;
    }

    /// The number that the next new segment gets.
    void continueAt(long segmentNumber) {
        nextSegment = segmentNumber;
    }

    /// The segment at work, if there is one.
    @Nullable Segment active() {
        return active;
    }

    /// How long the writer has been in one operation on the disk.
    long busyNanos() {
        long since = busySince;
        return since == NOT_BUSY ? 0 : clocks.nanos() - since;
    }

    /// Introduces a stream that is new.
    void putBegin(LoggedStream stream) throws IOException {
        room(RecordFormat.beginLength(stream.idBytes, stream.meta));
        introduce(stream, 1);
    }

    /// Puts as many events as are waiting into one record.
    ///
    /// @return the first item that is not part of it
    @Nullable Item putEvents(LoggedStream stream, Item first) throws IOException {
        int count = 0;
        int eventBytes = 0;
        boolean ends = false;
        long endedMillis = 0;
        Item after = first;
        boolean ending = false;
        while (after != null && !ends) {
            if (after.kind != Kind.FINISH) {
                boolean full = eventBytes + after.event.length > GATHERED_BYTES;
                if (count > 0 && full && !ending) {
                    break;
                }
                count++;
                eventBytes += after.event.length;
            }
            switch (after.kind) {
                case ENDING_EVENT -> ending = true;
                case LAST_EVENT, FINISH -> {
                    ends = true;
                    endedMillis = after.wallMillis;
                }
                case BEGIN, EVENT, LOSS -> {}
            }
            after = after.nextOfStream;
        }
        int head = ends ? RecordFormat.END_HEADER : RecordFormat.EVENTS_HEADER;
        int length = head + 4 * count + eventBytes;
        room(length + RecordFormat.beginLength(stream.idBytes, stream.meta));
        introduce(stream, first.seq);

        byte type = ends ? RecordFormat.END : RecordFormat.EVENTS;
        int start = RecordFormat.open(group, type, stream.number);
        group.putLong(first.seq).putInt(count);
        if (ends) {
            group.putLong(endedMillis);
        }
        Item item = first;
        for (int i = 0; i < count && item != null; i++, item = item.nextOfStream) {
            group.putInt(item.event.length);
        }
        item = first;
        for (int i = 0; i < count && item != null; i++, item = item.nextOfStream) {
            group.put(item.event);
        }
        place(stream, type, start, first.seq, count, eventBytes, endedMillis, false);
        return after;
    }

    private void introduce(LoggedStream stream, long nextSeq) throws IOException {
        Segment segment = activeSegment();
        if (stream.introducedIn == segment.number) {
            return;
        }
        stream.introducedBefore = stream.introducedIn;
        stream.introducedIn = segment.number;
        int start = group.position();
        format.putBegin(
                group,
                segment.salt,
                stream.number,
                stream.createdMillis,
                nextSeq,
                stream.idBytes,
                stream.meta);
        placed.add(
                new Placed(
                        stream,
                        RecordFormat.BEGIN,
                        offsetOf(start, segment),
                        group.position() - start,
                        nextSeq,
                        0,
                        0,
                        0,
                        true));
    }

    private void place(
            LoggedStream stream,
            byte type,
            int start,
            long firstSeq,
            int count,
            int eventBytes,
            long endedMillis,
            boolean quiet)
            throws IOException {
        Segment segment = activeSegment();
        format.close(group, start, segment.salt);
        placed.add(
                new Placed(
                        stream,
                        type,
                        offsetOf(start, segment),
                        group.position() - start,
                        firstSeq,
                        count,
                        eventBytes,
                        endedMillis,
                        quiet));
    }

    private int offsetOf(int start, Segment segment) {
        return Math.toIntExact(segment.size() + start);
    }

    /// Sees to it that so many bytes fit into the group and into the segment.
    private void room(int bytes) throws IOException {
        Segment segment = active;
        if (group.remaining() < bytes) {
            flush();
        }
        if (segment != null
                && segment.size() + group.position() + bytes > settings.segmentBytes()
                && segment.size() + group.position() > RecordFormat.SEGMENT_HEADER) {
            flush();
            retire(true);
        }
        if (group.remaining() < bytes) {
            group = ByteBuffer.allocate(bytes);
        }
        activeSegment();
    }

    private Segment activeSegment() throws IOException {
        Segment segment = active;
        if (segment != null && segment.isSpoiled()) {
            dropGroup();
            retire(false);
            throw new IOException(segment.path + " cannot be written to any more");
        }
        if (segment == null) {
            retention.makeRoom(shard);
            working();
            try {
                segment =
                        Segment.create(
                                storage, folder, nextSegment, salts.nextInt(), clocks, format);
            } finally {
                resting();
            }
            nextSegment++;
            retention.add(segment);
            active = segment;
        }
        return segment;
    }

    /// Writes the group, and with level DISK syncs it, before anybody is told.
    void flush() throws IOException {
        if (group.position() == 0) {
            return;
        }
        Segment segment = activeSegment();
        group.flip();
        int length = group.remaining();
        working();
        try {
            segment.write(group);
            retention.grow(length);
            counters.writes.increment();
            counters.appendedBytes.add(length);
            counters.records.add(placed.size());
            for (Placed record : placed) {
                segment.touch(record.stream);
            }
            if (settings.level() == Level.DISK) {
                force(segment);
            }
        } catch (IOException | RuntimeException trouble) {
            dropGroup();
            if (segment.isSpoiled()) {
                retire(false);
            }
            throw trouble;
        } finally {
            resting();
        }
        publish(segment);
        placed.clear();
        clearGroup();
        shard.written();
    }

    void dropGroup() {
        for (Placed record : placed) {
            if (record.type == RecordFormat.BEGIN) {
                record.stream.introducedIn = record.stream.introducedBefore;
            }
        }
        placed.clear();
        clearGroup();
    }

    private void clearGroup() {
        group = ordinaryGroup;
        group.clear();
    }

    private void publish(Segment segment) {
        for (int i = 0; i < placed.size(); i++) {
            Placed record = placed.get(i);
            LoggedStream stream = record.stream;
            switch (record.type) {
                case RecordFormat.BEGIN -> {
                    segment.streams.add(stream);
                    stream.onDisk = true;
                }
                case RecordFormat.EVENTS, RecordFormat.END -> publishEvents(segment, record);
                default -> {}
            }
            boolean lastOfStream = i + 1 == placed.size() || placed.get(i + 1).stream != stream;
            if (lastOfStream && !record.quiet) {
                acknowledge(stream);
            }
        }
    }

    private void acknowledge(LoggedStream stream) {
        if (stream.isReadable()) {
            try {
                stream.listener.acknowledged(stream.lastSeq());
            } catch (RuntimeException failure) {
                LOG.warn("the listener of stream {} failed", stream.id, failure);
            }
        }
    }

    private void publishEvents(Segment segment, Placed record) {
        LoggedStream stream = record.stream;
        if (record.count > 0) {
            stream.places.add(segment, record.offset, record.firstSeq, record.count, record.length);
        }
        if (record.quiet) {
            return;
        }
        stream.extend(record.firstSeq + record.count - 1, record.eventBytes);
        if (record.type == RecordFormat.END && stream.finish(record.endedMillis)) {
            stream.endedNanos = clocks.nanos();
            stream.places.trim();
            retention.ended(stream);
        }
    }

    void putLoss(LoggedStream stream) throws IOException {
        room(
                RecordFormat.RECORD_HEADER
                        + 8
                        + RecordFormat.beginLength(stream.idBytes, stream.meta));
        introduce(stream, stream.lastSeq() + 1);
        int start = RecordFormat.open(group, RecordFormat.GIVE_UP, stream.number);
        group.putLong(stream.endedMillis());
        place(stream, RecordFormat.GIVE_UP, start, 0, 0, 0, 0, true);
    }

    void copy(RecordReader reader, Segment segment, LoggedStream stream) throws IOException {
        if (!stream.isReadable()) {
            putLoss(stream);
            return;
        }
        room(RecordFormat.beginLength(stream.idBytes, stream.meta));
        introduce(stream, stream.lastSeq() + 1);
        try {
            for (Places.Run run : stream.places.in(segment)) {
                Places.Run.Walk walk = run.walk();
                while (walk.next()) {
                    ByteBuffer record = reader.record(stream, run, walk);
                    int length = record.remaining();
                    room(length + RecordFormat.beginLength(stream.idBytes, stream.meta));
                    introduce(stream, walk.firstSeq());
                    int start = group.position();
                    byte type = record.get(record.position() + RecordFormat.TYPE_AT);
                    int count = RecordFormat.eventCount(record, record.position());
                    group.put(record);
                    place(stream, type, start, walk.firstSeq(), count, 0, 0, true);
                }
            }
        } catch (Unreadable damage) {
            shard.damaged(stream);
            return;
        }
        if (stream.state() == State.FINISHED) {
            room(RecordFormat.END_HEADER + RecordFormat.beginLength(stream.idBytes, stream.meta));
            introduce(stream, stream.lastSeq() + 1);
            int start = RecordFormat.open(group, RecordFormat.END, stream.number);
            group.putLong(stream.lastSeq() + 1).putInt(0).putLong(stream.endedMillis());
            place(
                    stream,
                    RecordFormat.END,
                    start,
                    stream.lastSeq() + 1,
                    0,
                    0,
                    stream.endedMillis(),
                    true);
        }
    }

    /// Ends the segment at work, in order if that is possible; the syncer closes it.
    void retire(boolean inOrder) {
        Segment segment = active;
        if (segment == null) {
            return;
        }
        if (inOrder && !segment.isSpoiled()) {
            working();
            try {
                group.clear();
                format.putNote(group, segment.salt, RecordFormat.SEAL, 0, clocks.wallMillis());
                group.flip();
                int length = group.remaining();
                segment.write(group);
                retention.grow(length);
                if (settings.level() == Level.DISK) {
                    force(segment);
                }
            } catch (IOException trouble) {
                shard.troubled("seal", trouble);
            } finally {
                clearGroup();
                resting();
            }
        }
        if (segment.isUnsyncable()) {
            segment.takeUnsynced().forEach(shard::lose);
        }
        active = null;
        syncer.retire(segment);
    }

    /// Syncs a segment; if that fails, every stream that may have been hit is lost.
    void force(Segment segment) throws IOException {
        List<LoggedStream> covered = segment.takeUnsynced();
        try {
            segment.force();
            counters.fsyncs.increment();
        } catch (IOException failure) {
            counters.failedFsyncs.increment();
            covered.forEach(shard::lose);
            throw failure;
        }
    }

    void working() {
        busySince = clocks.nanos();
    }

    void resting() {
        busySince = NOT_BUSY;
    }
}
