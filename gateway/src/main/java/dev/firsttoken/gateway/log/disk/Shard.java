package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.Handover.Item;
import dev.firsttoken.gateway.log.disk.Handover.Kind;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the streams that fall to it, one after the other, into segments of its own.
///
/// Its thread, the *writer*, takes what event loops handed over and has the [GroupWriter] put it
/// together; now and then it asks [Retention] what may go. The [Syncer] has a thread of its own.
///
/// Trouble costs the streams it touches and nobody else: they are *lost*, a note of that is written
/// as soon as that is possible, and the next group is tried afresh.
final class Shard {

    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    private static final long RETRY_NANOS = 100_000_000;
    private static final long TEND_NANOS = 250_000_000;

    private final Path folder;
    private final DiskLogSettings settings;
    private final Clocks clocks;
    private final DiskLogCounters counters;
    private final AtomicLong nextNumber = new AtomicLong(1);

    final Handover handover;

    private final Thread writer;
    private final Syncer syncer;
    private volatile boolean closing;

    private volatile boolean failing;

    // All that follows belongs to the writer, and before it starts to the recovery.

    private final Retention retention;

    private final GroupWriter group;
    private final List<LoggedStream> touched = new ArrayList<>();

    /// How many of the touched streams are in the group or past it, and how many are written.
    private int encoded;

    private int done;

    private final List<LoggedStream> unnoted = new ArrayList<>();
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
        this.clocks = clocks;
        this.counters = counters;
        this.handover =
                new Handover(settings.queueBytes() / settings.shards(), counters.queuedBytes);
        String name = "disk-log-" + folder.getFileName();
        this.writer = Thread.ofPlatform().daemon().name(name + "-writer").unstarted(this::write);
        this.syncer = new Syncer(this, name + "-syncer", settings.fsyncEvery());
        this.retention = new Retention(settings, clocks, counters, streams);
        this.group =
                new GroupWriter(
                        folder, settings, storage, clocks, counters, this, syncer, retention);
        this.retryAt = clocks.nanos();
        this.tendedAt = clocks.nanos() - TEND_NANOS;
    }

    // ---- For event loops ----

    LoggedStream begin(String id, byte[] meta, DiskLog.Listener listener) {
        return new LoggedStream(
                this, nextNumber.getAndIncrement(), id, meta, clocks.wallMillis(), listener);
    }

    /// The segment at work, if there is one.
    @Nullable Segment active() {
        return group.active();
    }

    boolean isClosing() {
        return closing;
    }

    boolean isWriting() {
        return writer.isAlive();
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
        return group.busyNanos();
    }

    int segmentCount() {
        return retention.segmentCount();
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
        group.continueAt(found.nextSegment());
        nextNumber.set(found.nextNumber());
        retention.adopt(found);
    }

    void start() {
        writer.start();
        syncer.thread().start();
    }

    void close() {
        closing = true;
        handover.wake();
    }

    /// @return whether everything came to its end in time
    boolean awaitEnd(long deadlineNanos) throws InterruptedException {
        for (Thread thread : List.of(writer, syncer.thread())) {
            long left = deadlineNanos - System.nanoTime();
            thread.join(Duration.ofNanos(Math.max(1, left)));
        }
        return !writer.isAlive() && !syncer.thread().isAlive();
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
        group.retire(true);
    }

    private void commit(Item first) {
        try {
            for (Item item = first; item != null; item = item.next()) {
                LoggedStream stream = item.stream;
                if (item.kind == Kind.LOSS) {
                    stream.endedNanos = clocks.nanos();
                    retention.ended(stream);
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
        Segment segment = group.active();
        if (segment != null && segment.isSpoiled()) {
            group.retire(false);
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
            group.flush();
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
                group.putBegin(stream);
                item = item.nextOfStream;
            } else {
                item = group.putEvents(stream, item);
            }
        }
    }

    /// Writes down which streams were lost, so that a later start does not take them for whole.
    private void noteLosses() {
        if (unnoted.isEmpty() || clocks.nanos() - retryAt < 0) {
            return;
        }
        try {
            for (LoggedStream stream : unnoted) {
                group.putLoss(stream);
            }
            group.flush();
            for (LoggedStream stream : unnoted) {
                stream.places.clear();
            }
            unnoted.clear();
        } catch (IOException | RuntimeException trouble) {
            troubled("write", trouble);
        }
    }

    /// Everything in the group is written, and its streams know.
    void written() {
        done = encoded;
        if (failing) {
            failing = false;
            LOG.info("{}: the disk takes records again", folder);
        }
    }

    void force(Segment segment) throws IOException {
        group.force(segment);
    }

    void troubled(String doing, Exception trouble) {
        group.dropGroup();
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

    // ---- Retention, on the writer ----

    /// Lets go of what was kept long enough.
    private void tend() {
        long now = clocks.nanos();
        tendedAt = now;
        try {
            retention.expire(now);
            noteLosses();
            Segment current = group.active();
            if (current != null && current.isSpoiled()) {
                group.retire(false);
            } else if (current != null
                    && now - current.createdNanos > settings.keepFor().toNanos()) {
                group.retire(true);
            }
            group.working();
            dropAged(now);
        } catch (IOException | RuntimeException trouble) {
            troubled("drop old segments", trouble);
        } finally {
            group.resting();
        }
    }

    private void dropAged(long now) throws IOException {
        Segment carried = leaving;
        if (carried != null) {
            if (!syncer.hasDone(leavingAfterRound)) {
                return;
            }
            leaving = null;
            retention.drop(carried);
        }
        for (Segment oldest = retention.oldest();
                oldest != null && oldest != group.active();
                oldest = retention.oldest()) {
            List<LoggedStream> leftovers = retention.leftoversIn(oldest);
            if (!leftovers.isEmpty()) {
                carryOver(oldest, leftovers, now);
                return;
            }
            retention.drop(oldest);
        }
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
                group.copy(reader, segment, stream);
            }
        }
        group.flush();
        counters.recopiedBytes.add(bytes);
        leaving = segment;
        leavingAfterRound = syncer.nextRound();
    }

    /// Says that a stream was found damaged on disk. Readers may find that out, too.
    void damaged(LoggedStream stream) {
        if (stream.spoil(State.DAMAGED, clocks.wallMillis())) {
            counters.damagedStreams.increment();
            handover.offer(new Item(stream, Kind.LOSS, 0, 0, DiskLog.NO_BYTES));
        }
    }
}
