package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import dev.firsttoken.gateway.log.disk.Handover.Item;
import dev.firsttoken.gateway.log.disk.Handover.Kind;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the streams that fall to it, one after the other, into segments of its own.
///
/// Two platform threads work here. The *writer* takes what event loops handed over, puts the events
/// of each stream together, and gives them to the system in one write; it also begins and drops
/// segments. The *syncer* brings written segments to the disk, because a write should not wait for
/// that. At level [Level#DISK] the writer does so itself before it acknowledges anything.
///
/// Trouble costs the streams it touches and nobody else: they are *lost*, a note of that is written
/// as soon as that is possible, and the next group is tried afresh.
final class Shard {

    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    private static final int GROUP_BYTES = 1 << 20;
    private static final int GATHERED_BYTES = 256 << 10;
    private static final long NOT_BUSY = Long.MIN_VALUE;
    private static final long RETRY_NANOS = 100_000_000;
    private static final long TEND_NANOS = 250_000_000;

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
    private final ConcurrentHashMap<String, LoggedStream> streams;
    private final AtomicLong nextNumber = new AtomicLong(1);
    private final RecordFormat format = new RecordFormat();
    private final SecureRandom salts = new SecureRandom();

    final Handover handover;

    private final Thread writer;
    private final Thread syncer;
    private volatile boolean closing;

    /// Since when the writer has been in one operation on the disk, on the monotonic clock.
    private volatile long busySince = NOT_BUSY;

    private volatile boolean failing;
    private volatile @Nullable Segment active;
    private final Queue<Segment> retired = new ConcurrentLinkedQueue<>();
    private volatile long roundsBegun;
    private volatile long roundsDone;

    // All that follows belongs to the writer, and before it starts to the recovery.

    final Deque<Segment> segments = new ArrayDeque<>();
    private long segmentBytes;
    private volatile int segmentCount;
    private long nextSegment = 1;

    private final ByteBuffer ordinaryGroup = ByteBuffer.allocateDirect(GROUP_BYTES);
    private ByteBuffer group = ordinaryGroup;
    private final List<Placed> placed = new ArrayList<>();
    private final List<LoggedStream> touched = new ArrayList<>();

    /// How many of the touched streams are in the group or past it, and how many are written.
    private int encoded;

    private int done;

    private final List<LoggedStream> unnoted = new ArrayList<>();
    private final Deque<LoggedStream> ended = new ArrayDeque<>();
    private final Deque<LoggedStream> expired = new ArrayDeque<>();
    private long retryAt;
    private long tendedAt;
    private @Nullable Segment leaving;
    private long leavingAfterRound;

    Shard(
            Path folder,
            DiskLogSettings settings,
            Storage storage,
            Clocks clocks,
            DiskLogCounters counters,
            ConcurrentHashMap<String, LoggedStream> streams) {
        this.folder = folder;
        this.settings = settings;
        this.storage = storage;
        this.clocks = clocks;
        this.counters = counters;
        this.streams = streams;
        this.handover =
                new Handover(settings.queueBytes() / settings.shards(), counters.queuedBytes);
        String name = "disk-log-" + folder.getFileName();
        this.writer = Thread.ofPlatform().daemon().name(name + "-writer").unstarted(this::write);
        this.syncer = Thread.ofPlatform().daemon().name(name + "-syncer").unstarted(this::sync);
        this.retryAt = clocks.nanos();
        this.tendedAt = clocks.nanos() - TEND_NANOS;
    }

    // ---- For event loops ----

    LoggedStream begin(String id, byte[] meta, DiskLog.Listener listener) {
        return new LoggedStream(
                this, nextNumber.getAndIncrement(), id, meta, clocks.wallMillis(), listener);
    }

    Item item(LoggedStream stream, Kind kind, long seq, byte[] event) {
        return new Item(stream, kind, seq, clocks.wallMillis(), event);
    }

    /// Hands an item over, or loses its stream.
    boolean hand(Item item) {
        boolean inVain = closing || isSlow() && !item.stream.wasLeftBehind();
        if (inVain || !handover.offer(item)) {
            lose(item.stream);
            return false;
        }
        return true;
    }

    /// Whether the writer has been in one operation for longer than anybody wants to wait.
    boolean isSlow() {
        return busyNanos() > settings.slowAfter().toNanos();
    }

    /// How long the writer has been in one operation on the disk.
    long busyNanos() {
        long since = busySince;
        return since == NOT_BUSY ? 0 : clocks.nanos() - since;
    }

    int segmentCount() {
        return segmentCount;
    }

    boolean isFailing() {
        return failing || isSlow();
    }

    /// Gives a stream up because it cannot be kept whole. Any thread may find that out.
    void lose(LoggedStream stream) {
        if (giveUp(stream)) {
            counters.lostStreams.increment();
            try {
                stream.listener.lost();
            } catch (RuntimeException failure) {
                LOG.warn("the listener of stream {} failed", stream.id, failure);
            }
        }
    }

    boolean giveUp(LoggedStream stream) {
        if (!stream.spoil(State.LOST, clocks.wallMillis())) {
            return false;
        }
        handover.offer(new Item(stream, Kind.LOSS, 0, 0, DiskLog.NO_BYTES));
        return true;
    }

    // ---- The beginning and the end ----

    /// Takes over what the recovery found.
    void adopt(Recovery found) {
        for (Segment segment : found.segments()) {
            segments.add(segment);
            segmentBytes += segment.size();
        }
        segmentCount = segments.size();
        counters.bytesOnDisk.addAndGet(segmentBytes);
        nextSegment = found.nextSegment();
        nextNumber.set(found.nextNumber());
        var over = new ArrayList<LoggedStream>();
        for (LoggedStream stream : found.streams()) {
            streams.put(stream.id, stream);
            if (stream.state() != State.UNFINISHED) {
                over.add(stream);
            }
        }
        long now = clocks.nanos();
        over.sort(Comparator.comparingLong(stream -> stream.endedNanos - now));
        ended.addAll(over);
        expire(now);
    }

    void start() {
        writer.start();
        syncer.start();
    }

    void close() {
        closing = true;
        handover.wake();
    }

    /// @return whether everything came to its end in time
    boolean awaitEnd(long deadlineNanos) throws InterruptedException {
        for (Thread thread : List.of(writer, syncer)) {
            long left = deadlineNanos - System.nanoTime();
            thread.join(Duration.ofNanos(Math.max(1, left)));
        }
        return !writer.isAlive() && !syncer.isAlive();
    }

    // ---- The writer ----

    private void write() {
        long writtenAt = clocks.nanos() - settings.gather().toNanos();
        while (!closing || !handover.isEmpty()) {
            long sinceWrite = clocks.nanos() - writtenAt;
            if (sinceWrite >= 0 && sinceWrite < settings.gather().toNanos() && !closing) {
                LockSupport.parkNanos(this, settings.gather().toNanos() - sinceWrite);
            }
            Item first = handover.take();
            if (first != null) {
                commit(first);
                writtenAt = clocks.nanos();
            } else if (!closing) {
                handover.await(TEND_NANOS);
            }
            if (clocks.nanos() - tendedAt >= TEND_NANOS) {
                tend();
            }
        }
        tend();
        retire(true);
    }

    private void commit(Item first) {
        try {
            for (Item item = first; item != null; item = item.next()) {
                LoggedStream stream = item.stream;
                if (item.kind == Kind.LOSS) {
                    stream.endedNanos = clocks.nanos();
                    ended.add(stream);
                    if (stream.onDisk) {
                        unnoted.add(stream);
                    } else {
                        stream.places.clear();
                    }
                    continue;
                }
                if (!stream.isAwaiting()) {
                    touched.add(stream);
                }
                stream.await(item);
            }
            writeTouched();
            noteLosses();
        } finally {
            handover.release(first);
            touched.clear();
        }
    }

    private void writeTouched() {
        done = 0;
        encoded = 0;
        Segment segment = active;
        if (segment != null && segment.isSpoiled()) {
            retire(false);
        }
        if (clocks.nanos() - retryAt < 0) {
            loseTouched();
            return;
        }
        try {
            for (int i = 0; i < touched.size(); i++) {
                encode(touched.get(i));
                encoded = i + 1;
            }
            flush();
        } catch (IOException | RuntimeException trouble) {
            troubled("write", trouble);
            loseTouched();
        }
    }

    private void loseTouched() {
        for (LoggedStream stream : touched.subList(done, touched.size())) {
            stream.takeWaiting();
            lose(stream);
        }
    }

    private void encode(LoggedStream stream) throws IOException {
        Item item = stream.takeWaiting();
        while (item != null && stream.isReadable()) {
            if (item.kind == Kind.BEGIN) {
                room(RecordFormat.beginLength(stream.idBytes, stream.meta));
                introduce(stream, 1);
                item = item.nextOfStream;
            } else {
                item = encodeEvents(stream, item);
            }
        }
    }

    /// Puts as many events as are waiting into one record.
    ///
    /// @return the first item that is not part of it
    private @Nullable Item encodeEvents(LoggedStream stream, Item first) throws IOException {
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
            makeRoom();
            working();
            try {
                segment =
                        Segment.create(
                                storage, folder, nextSegment, salts.nextInt(), clocks, format);
            } finally {
                resting();
            }
            nextSegment++;
            segments.add(segment);
            grow(segment.size());
            active = segment;
        }
        return segment;
    }

    /// Writes the group, and with level DISK syncs it, before anybody is told.
    private void flush() throws IOException {
        if (group.position() == 0) {
            return;
        }
        Segment segment = activeSegment();
        group.flip();
        int length = group.remaining();
        working();
        try {
            segment.write(group);
            grow(length);
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
        done = encoded;
        if (failing) {
            failing = false;
            LOG.info("{}: the disk takes records again", folder);
        }
    }

    private void dropGroup() {
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
            ended.add(stream);
        }
    }

    /// Writes down which streams were lost, so that a later start does not take them for whole.
    private void noteLosses() {
        if (unnoted.isEmpty() || clocks.nanos() - retryAt < 0) {
            return;
        }
        try {
            for (LoggedStream stream : unnoted) {
                putLoss(stream);
            }
            flush();
            for (LoggedStream stream : unnoted) {
                stream.places.clear();
            }
            unnoted.clear();
        } catch (IOException | RuntimeException trouble) {
            troubled("write", trouble);
        }
    }

    private void putLoss(LoggedStream stream) throws IOException {
        room(
                RecordFormat.RECORD_HEADER
                        + 8
                        + RecordFormat.beginLength(stream.idBytes, stream.meta));
        introduce(stream, stream.lastSeq() + 1);
        int start = RecordFormat.open(group, RecordFormat.GIVE_UP, stream.number);
        group.putLong(stream.endedMillis());
        place(stream, RecordFormat.GIVE_UP, start, 0, 0, 0, 0, true);
    }

    /// Ends the segment at work, in order if that is possible; the syncer closes it.
    private void retire(boolean inOrder) {
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
                grow(length);
                if (settings.level() == Level.DISK) {
                    force(segment);
                }
            } catch (IOException trouble) {
                troubled("seal", trouble);
            } finally {
                clearGroup();
                resting();
            }
        }
        if (segment.isUnsyncable()) {
            segment.takeUnsynced().forEach(this::lose);
        }
        active = null;
        retired.add(segment);
    }

    private void grow(long bytes) {
        segmentCount = segments.size();
        segmentBytes += bytes;
        counters.bytesOnDisk.addAndGet(bytes);
    }

    private void working() {
        busySince = clocks.nanos();
    }

    private void resting() {
        busySince = NOT_BUSY;
    }

    private void troubled(String doing, Exception trouble) {
        dropGroup();
        counters.failedWrites.increment();
        retryAt = clocks.nanos() + RETRY_NANOS;
        if (!failing) {
            failing = true;
            LOG.warn(
                    "{}: cannot {} ({}); streams go on, but those of now cannot be resumed",
                    folder,
                    doing,
                    trouble.toString());
        }
    }

    // ---- The syncer ----

    private void sync() {
        while (writer.isAlive() || active != null || !retired.isEmpty()) {
            long round = roundsBegun + 1;
            roundsBegun = round;
            for (Segment segment = retired.poll(); segment != null; segment = retired.poll()) {
                syncInBackground(segment);
                try {
                    segment.close();
                } catch (IOException e) {
                    LOG.warn("cannot close {}: {}", segment.path, e.toString());
                }
            }
            Segment current = active;
            if (current != null) {
                syncInBackground(current);
            }
            roundsDone = round;
            if (!closing) {
                LockSupport.parkNanos(this, settings.fsyncEvery().toNanos());
            } else if (writer.isAlive()) {
                LockSupport.parkNanos(this, 1_000_000);
            }
        }
    }

    private void syncInBackground(Segment segment) {
        if (segment.isDirty() && !segment.isUnsyncable()) {
            try {
                force(segment);
            } catch (IOException trouble) {
                LOG.warn(
                        "{}: cannot sync ({}); a new segment is begun", folder, trouble.toString());
            }
        }
    }

    /// Syncs a segment; if that fails, every stream that may have been hit is lost.
    private void force(Segment segment) throws IOException {
        List<LoggedStream> covered = segment.takeUnsynced();
        try {
            segment.force();
            counters.fsyncs.increment();
        } catch (IOException failure) {
            counters.failedFsyncs.increment();
            covered.forEach(this::lose);
            throw failure;
        }
    }

    // ---- Retention, on the writer ----

    /// Lets go of what was kept long enough.
    private void tend() {
        long now = clocks.nanos();
        tendedAt = now;
        try {
            expire(now);
            noteLosses();
            Segment current = active;
            if (current != null && current.isSpoiled()) {
                retire(false);
            } else if (current != null
                    && now - current.createdNanos > settings.keepFor().toNanos()) {
                retire(true);
            }
            working();
            dropAged(now);
        } catch (IOException | RuntimeException trouble) {
            troubled("drop old segments", trouble);
        } finally {
            resting();
        }
    }

    private void expire(long now) {
        long keepNanos = settings.keepFor().toNanos();
        while (!ended.isEmpty() && now - ended.getFirst().endedNanos > keepNanos) {
            LoggedStream stream = ended.removeFirst();
            stream.expire();
            expired.add(stream);
        }
        // Remembered for as long again, so that whoever asks is told that it is gone.
        while (!expired.isEmpty() && now - expired.getFirst().endedNanos > 2 * keepNanos) {
            LoggedStream stream = expired.removeFirst();
            streams.remove(stream.id, stream);
        }
    }

    private void dropAged(long now) throws IOException {
        Segment carried = leaving;
        if (carried != null) {
            if (roundsDone < leavingAfterRound) {
                return;
            }
            leaving = null;
            drop(carried);
        }
        while (!segments.isEmpty() && segments.getFirst() != active) {
            Segment oldest = segments.getFirst();
            List<LoggedStream> leftovers = leftoversIn(oldest);
            if (!leftovers.isEmpty()) {
                carryOver(oldest, leftovers, now);
                return;
            }
            drop(oldest);
        }
    }

    /// The streams that would miss this segment: their events, or the word that they are not kept.
    private List<LoggedStream> leftoversIn(Segment segment) {
        var leftovers = new ArrayList<LoggedStream>();
        for (LoggedStream stream : segment.streams) {
            boolean needed =
                    stream.introducedIn == segment.number
                            || stream.isReadable()
                                    && !stream.places.cover(stream.lastSeq(), segment);
            if (needed && stream.state() != State.EXPIRED) {
                leftovers.add(stream);
            }
        }
        return leftovers;
    }

    /// Copies what is left of a segment's streams to the end of the log, if it is little and the
    /// segment is old. The segment goes once the copies are on the disk.
    private void carryOver(Segment segment, List<LoggedStream> leftovers, long now)
            throws IOException {
        if (now - segment.createdNanos <= settings.keepFor().toNanos()
                || clocks.nanos() - retryAt < 0) {
            return;
        }
        long bytes = 0;
        for (LoggedStream stream : leftovers) {
            for (Places.Run run : stream.places.in(segment)) {
                bytes += run.bytes;
            }
        }
        if (bytes > settings.segmentBytes() / 8) {
            return;
        }
        try (var reader = new RecordReader()) {
            for (LoggedStream stream : leftovers) {
                copy(reader, segment, stream);
            }
        }
        flush();
        counters.recopiedBytes.add(bytes);
        leaving = segment;
        leavingAfterRound = roundsBegun + 1;
    }

    private void copy(RecordReader reader, Segment segment, LoggedStream stream)
            throws IOException {
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
            damaged(stream);
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

    /// Says that a stream was found damaged on disk. Readers may find that out, too.
    void damaged(LoggedStream stream) {
        if (stream.spoil(State.DAMAGED, clocks.wallMillis())) {
            counters.damagedStreams.increment();
            handover.offer(new Item(stream, Kind.LOSS, 0, 0, DiskLog.NO_BYTES));
        }
    }

    /// Drops the oldest segments, whoever may still want them, until another one fits.
    private void makeRoom() throws IOException {
        long limit = settings.maxBytes() / settings.shards() - settings.segmentBytes();
        while (segmentBytes > limit && !segments.isEmpty() && segments.getFirst() != active) {
            Segment oldest = segments.getFirst();
            for (LoggedStream stream : leftoversIn(oldest)) {
                if (stream.state() == State.UNFINISHED) {
                    lose(stream);
                } else {
                    stream.expire();
                }
            }
            drop(oldest);
        }
    }

    private void drop(Segment segment) throws IOException {
        // First the places, so that no reader is sent to a file that is gone.
        for (LoggedStream stream : segment.streams) {
            stream.places.forget(segment);
        }
        segment.delete();
        if (segments.remove(segment)) {
            grow(-segment.size());
            counters.droppedSegments.increment();
        }
        if (leaving == segment) {
            leaving = null;
        }
    }
}
