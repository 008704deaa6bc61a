package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The segments of a shard, oldest first, and for how long their streams are kept.
///
/// Owned by the writer, and before it starts by the recovery.
final class Retention {

    private final DiskLogSettings settings;
    private final Clocks clocks;
    private final DiskLogCounters counters;
    private final ConcurrentHashMap<String, LoggedStream> streams;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Deque<LoggedStream> ended = new ArrayDeque<>();
    private final Deque<LoggedStream> expired = new ArrayDeque<>();
    private long segmentBytes;
    private volatile int segmentCount;

    Retention(
            DiskLogSettings settings,
            Clocks clocks,
            DiskLogCounters counters,
            ConcurrentHashMap<String, LoggedStream> streams) {
        this.settings = settings;
        this.clocks = clocks;
        this.counters = counters;
        this.streams = streams;
    }

    /// Takes over what the recovery found.
    void adopt(Recovery found) {
        found.segments().forEach(this::add);
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

    /// May be asked by any thread.
    int segmentCount() {
        return segmentCount;
    }

    @Nullable Segment oldest() {
        return segments.peekFirst();
    }

    void add(Segment segment) {
        segments.add(segment);
        segmentCount = segments.size();
        grow(segment.size());
    }

    /// The newest segment has become larger.
    void grow(long bytes) {
        segmentBytes += bytes;
        counters.bytesOnDisk.addAndGet(bytes);
    }

    /// A stream has come to its end, whichever.
    void ended(LoggedStream stream) {
        ended.add(stream);
    }

    void expire(long now) {
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

    /// The streams that would miss this segment: their events, or the word that they are not kept.
    List<LoggedStream> leftoversIn(Segment segment) {
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

    /// Drops the oldest segments, whoever may still want them, until another one fits.
    void makeRoom(Shard shard) throws IOException {
        long limit = settings.maxBytes() / settings.shards() - settings.segmentBytes();
        while (segmentBytes > limit && !segments.isEmpty() && oldest() != shard.active()) {
            Segment oldest = segments.getFirst();
            for (LoggedStream stream : leftoversIn(oldest)) {
                if (stream.state() == State.UNFINISHED) {
                    shard.lose(stream);
                } else {
                    stream.expire();
                }
            }
            drop(oldest);
        }
    }

    void drop(Segment segment) throws IOException {
        // First the places, so that no reader is sent to a file that is gone.
        for (LoggedStream stream : segment.streams) {
            stream.places.forget(segment);
        }
        segment.delete();
        if (segments.remove(segment)) {
            segmentCount = segments.size();
            grow(-segment.size());
            counters.droppedSegments.increment();
        }
    }
}
