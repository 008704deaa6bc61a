package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.Handover.Item;
import dev.firsttoken.gateway.log.disk.Handover.Kind;
import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The writing end of one stream in a [DiskLog].
///
/// Nothing here waits, for the disk or for anybody. What cannot be kept makes the stream *lost*:
/// from then on everything is refused, and so is reading it, because a log with a hole is worse
/// than none.
///
/// Owned by the stream's event loop; [#isLost] and [#acknowledged] may be asked by any thread.
public final class DiskStream {

    private final LoggedStream stream;
    private long handedSeq;
    private boolean finished;

    /// Handed over along with the last event.
    private @Nullable Item beginningOfEnd;

    DiskStream(LoggedStream stream) {
        this.stream = stream;
        this.handedSeq = stream.lastSeq();
    }

    public String id() {
        return stream.id;
    }

    /// Adds an event; its bytes are copied.
    ///
    /// @param seq its number: 1 for the first, and no gaps
    /// @return false when the stream is lost
    public boolean append(long seq, byte[] bytes, int from, int to) {
        return hand(Kind.EVENT, seq, bytes, from, to);
    }

    /// Keeps an event for [#finish], which adds it in the same record: an end of several events is
    /// there after a crash as a whole, or not at all.
    ///
    /// @return false when the stream is lost
    public boolean prepareEnd(long seq, byte[] bytes, int from, int to) {
        return hand(Kind.ENDING_EVENT, seq, bytes, from, to);
    }

    /// Adds the last event and finishes the stream in one record, so that after a crash either both
    /// happened or neither.
    ///
    /// @return false when the stream is lost
    public boolean finish(long seq, byte[] bytes, int from, int to) {
        return hand(Kind.LAST_EVENT, seq, bytes, from, to);
    }

    /// Says that the last event was the last one.
    ///
    /// @return false when the stream is lost
    public boolean finish() {
        if (finished) {
            return stream.isReadable();
        }
        finished = true;
        return stream.state() == State.UNFINISHED
                && handOver(Kind.FINISH, handedSeq + 1, DiskLog.NO_BYTES);
    }

    private boolean hand(Kind kind, long seq, byte[] bytes, int from, int to) {
        if (finished) {
            throw new IllegalStateException("event " + seq + " after the stream was finished");
        }
        if (seq != handedSeq + 1) {
            throw new IllegalArgumentException(
                    "seq: " + seq + " (expected: " + (handedSeq + 1) + ")");
        }
        handedSeq = seq;
        finished = kind == Kind.LAST_EVENT;
        if (stream.state() != State.UNFINISHED) {
            return false;
        }
        if (to - from > RecordFormat.LARGEST_EVENT) {
            stream.shard.lose(stream);
            return false;
        }
        return handOver(kind, seq, Arrays.copyOfRange(bytes, from, to));
    }

    private boolean handOver(Kind kind, long seq, byte[] event) {
        Item item = stream.shard.item(stream, kind, seq, event);
        if (beginningOfEnd != null) {
            item = beginningOfEnd.followedBy(item);
            // An item leads to all that were handed over with it, whosever they are.
            beginningOfEnd = null;
        }
        if (kind == Kind.ENDING_EVENT) {
            beginningOfEnd = item;
            return true;
        }
        return stream.shard.hand(item);
    }

    /// Makes the stream unreadable on purpose, for instance because another attempt starts over.
    /// Not counted as lost.
    public void giveUp() {
        finished = true;
        stream.shard.giveUp(stream);
    }

    /// The number of the last event that survives what the log's level promises, 0 for none.
    public long acknowledged() {
        return stream.lastSeq();
    }

    /// Whether the stream is no longer kept. Asking is also how somebody who waits for an
    /// acknowledgement finds out that the disk takes too long, and gives the stream up.
    public boolean isLost() {
        if (stream.isReadable()
                && stream.state() == State.UNFINISHED
                && stream.lastSeq() < handedSeq
                && stream.shard.isSlow()
                && !stream.wasLeftBehind()) {
            stream.shard.lose(stream);
        }
        return !stream.isReadable();
    }
}
