package dev.firsttoken.gateway.log.disk;

import dev.firsttoken.gateway.log.disk.StoredStream.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Everything known of one stream, for its writer, its shard and its readers.
///
/// What readers see is volatile or guarded by [Places]; the rest belongs to the shard's thread, and
/// before that to the recovery.
final class LoggedStream {

    final Shard shard;
    final long number;
    final String id;
    final byte[] idBytes;
    final byte[] meta;
    final long createdMillis;
    final DiskLog.Listener listener;
    final Places places = new Places();

    private final AtomicReference<State> state = new AtomicReference<>(State.UNFINISHED);
    private volatile long lastSeq;
    private volatile long bytes;
    private volatile long endedMillis;
    private volatile boolean takenUp;
    private volatile boolean leftBehind;

    /// When the stream came to its end, on the monotonic clock. Owned by the shard's thread.
    long endedNanos;

    /// The segment that introduces the stream last, 0 for none. Owned by the shard's thread.
    long introducedIn;

    long introducedBefore;

    /// Whether any record tells of the stream. Owned by the shard's thread.
    boolean onDisk;

    /// Whose list of what waits for a sync has the stream already. Owned by the shard's thread.
    @Nullable Segment touchedIn;

    long touchedRound;

    private Handover.@Nullable Item oldestWaiting;
    private Handover.@Nullable Item newestWaiting;

    LoggedStream(
            Shard shard,
            long number,
            String id,
            byte[] meta,
            long createdMillis,
            DiskLog.Listener listener) {
        this.shard = shard;
        this.number = number;
        this.id = id;
        this.idBytes = id.getBytes(StandardCharsets.UTF_8);
        this.meta = meta;
        this.createdMillis = createdMillis;
        this.listener = listener;
    }

    State state() {
        return state.get();
    }

    boolean isReadable() {
        return switch (state.get()) {
            case UNFINISHED, FINISHED -> true;
            case LOST, DAMAGED, EXPIRED -> false;
        };
    }

    /// Leaves the states that can be read, once.
    ///
    /// @return whether this call did it
    boolean spoil(State reason, long wallMillis) {
        State old = state.get();
        while (old == State.UNFINISHED || old == State.FINISHED) {
            if (state.compareAndSet(old, reason)) {
                if (old == State.UNFINISHED) {
                    endedMillis = wallMillis;
                }
                return true;
            }
            old = state.get();
        }
        return false;
    }

    void expire() {
        state.set(State.EXPIRED);
        places.clear();
    }

    boolean finish(long wallMillis) {
        endedMillis = wallMillis;
        return state.compareAndSet(State.UNFINISHED, State.FINISHED);
    }

    void rememberEnd(long wallMillis) {
        endedMillis = wallMillis;
    }

    /// Lets readers see more events.
    void extend(long newLastSeq, long moreBytes) {
        long newBytes = bytes + moreBytes;
        bytes = newBytes;
        lastSeq = newLastSeq;
    }

    long lastSeq() {
        return lastSeq;
    }

    long endedMillis() {
        return endedMillis;
    }

    boolean isTakenUp() {
        return takenUp;
    }

    void takeUp() {
        takenUp = true;
    }

    /// It was left behind by another process, so that nobody waits for its events to be
    /// acknowledged.
    void takeUpLeftBehind() {
        takenUp = true;
        leftBehind = true;
    }

    boolean wasLeftBehind() {
        return leftBehind;
    }

    void await(Handover.Item item) {
        if (newestWaiting == null) {
            oldestWaiting = item;
        } else {
            newestWaiting.nextOfStream = item;
        }
        newestWaiting = item;
    }

    boolean isAwaiting() {
        return oldestWaiting != null;
    }

    Handover.@Nullable Item takeWaiting() {
        Handover.Item first = oldestWaiting;
        oldestWaiting = null;
        newestWaiting = null;
        return first;
    }

    StoredStream describe() {
        // The state first: a stream seen as finished then has all of its events.
        State seen = state.get();
        long ended = endedMillis;
        return new StoredStream(
                id,
                meta,
                seen,
                lastSeq,
                bytes,
                Instant.ofEpochMilli(createdMillis),
                seen == State.UNFINISHED || ended == 0 ? null : Instant.ofEpochMilli(ended));
    }
}
