package dev.firsttoken.gateway.log.disk;

import java.io.IOException;

/// Says that events of a stream cannot be read, and why.
///
/// Trouble with the disk itself is a plain [IOException] instead: another try may succeed.
public final class Unreadable extends IOException {

    private static final long serialVersionUID = 1;

    /// Why not.
    public enum Reason {
        /// No such stream.
        UNKNOWN,
        /// The reader claims to have read more than was written.
        BEYOND_END,
        LOST,
        DAMAGED,
        EXPIRED
    }

    private final Reason reason;

    Unreadable(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static Unreadable because(StoredStream.State state, String id) {
        return switch (state) {
            case LOST -> new Unreadable(Reason.LOST, "stream " + id + " was not kept");
            case DAMAGED -> new Unreadable(Reason.DAMAGED, "stream " + id + " is damaged on disk");
            case EXPIRED -> new Unreadable(Reason.EXPIRED, "stream " + id + " is no longer kept");
            case UNFINISHED, FINISHED ->
                    throw new IllegalArgumentException(
                            state + " (expected: one that forbids reading)");
        };
    }

    public Reason reason() {
        return reason;
    }
}
