package dev.firsttoken.gateway.log.disk;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the log knows of one stream at one moment.
///
/// A stream that can be read can be read from its first event, which has number 1.
///
/// @param meta what the stream was begun with; not to be changed
/// @param lastSeq the number of the last event that can be read, 0 when there is none
/// @param bytes of all those events together
/// @param endedAt when it was finished or lost, null while it goes on
public record StoredStream(
        String id,
        byte[] meta,
        State state,
        long lastSeq,
        long bytes,
        Instant createdAt,
        @Nullable Instant endedAt) {

    /// Whether a stream can be read, and why not.
    public enum State {
        /// Still running, or left behind by a server that died: readable up to its last event.
        UNFINISHED,
        /// Complete and readable.
        FINISHED,
        /// Given up by its writer, or by us because the disk was full, failing or too slow.
        LOST,
        /// Part of it was damaged on disk.
        DAMAGED,
        /// Kept long enough.
        EXPIRED
    }

    public boolean isReadable() {
        return state == State.UNFINISHED || state == State.FINISHED;
    }

    public boolean isFinished() {
        return state == State.FINISHED;
    }
}
