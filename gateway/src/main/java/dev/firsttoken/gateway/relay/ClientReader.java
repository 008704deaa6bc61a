package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.dialect.StreamForm;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.log.LogCursor;
import dev.firsttoken.gateway.log.StreamLog;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Map;

/// A client as a reader of a stream's log. Owned by the stream's event loop.
final class ClientReader {

    private static final byte[] ID = "id: ".getBytes(US_ASCII);

    /// Behind by more than this, the reader makes the provider wait; behind by less than the other,
    /// it lets it go on. The kernel's buffers are what evens out a connection's pace: what waits
    /// here waits because these are full, and is memory of ours for each client that has stopped
    /// reading.
    private static final int FAR_BEHIND_BYTES = 8 * 1024;

    private static final int NEAR_BYTES = 2 * 1024;

    /// One write hands over at most about this much, which is less than may wait for a client.
    private static final int PIECE_BYTES = 6 * 1024;

    private final ClientExchange client;
    private final StreamLog log;
    private final LogCursor cursor;
    private final Runnable onWritable;
    private final byte[] heartbeat;
    private final boolean withIds;
    private final Pace pace;
    private final Utf8Buffer idLine = new Utf8Buffer(16);
    private Runnable whenDone = () -> {};
    private boolean started;
    private long blockedBytes;
    private long stuckSinceNanos;
    private boolean stuck;

    /// @param after the event behind which to start
    /// @param withIds whether each event is preceded by its number as an `id` field, where it can
    ///   be
    /// @param pace how often events may be written
    ClientReader(
            ClientExchange client,
            StreamLog log,
            StreamForm form,
            long after,
            boolean withIds,
            Pace pace,
            Runnable onWritable) {
        this.client = client;
        this.log = log;
        this.cursor = log.readAfter(after, onWritable);
        this.heartbeat = form.heartbeat();
        this.withIds = withIds && form.isEvents();
        this.pace = pace;
        this.onWritable = onWritable;
    }

    boolean isStarted() {
        return started;
    }

    /// Sends status and headers, once.
    void start(Map<String, String> headers) {
        if (!started) {
            started = true;
            client.onWritable(onWritable);
            client.commit(200, headers);
        }
    }

    /// Sends what the log holds, as far as the client takes it.
    ///
    /// @param deliver whether events may be shown already; without it only the head goes out
    /// @return whether any event was sent
    boolean read(boolean deliver) {
        if (deliver && hasToWait()) {
            return false;
        }
        boolean any = false;
        int piece = 0;
        while (deliver && client.isWritable() && cursor.next()) {
            if (withIds) {
                idLine.clear().put(ID).number(cursor.lastRead()).put((byte) '\n');
                client.write(idLine.array(), 0, idLine.length());
            }
            client.write(cursor.bytes(), cursor.from(), cursor.to());
            piece += cursor.to() - cursor.from();
            any = true;
            if (piece >= PIECE_BYTES) {
                client.flush();
                piece = 0;
            }
        }
        if (any) {
            pace.wrote();
        }
        // What ends the response takes the last piece along.
        if (!hasEverything() && (piece > 0 || !any)) {
            client.flush();
        }
        return any;
    }

    /// Whether what has come waits for more. A whole piece does not, and neither does the end.
    private boolean hasToWait() {
        return cursor.behind() > 0
                && cursor.behindBytes() < PIECE_BYTES
                && !log.isFinished()
                && !pace.allows();
    }

    /// Ends the response: nothing follows.
    void end() {
        client.end();
    }

    /// Breaks the response off.
    void abort() {
        client.abort();
    }

    /// Somebody who waits for the reader to be done.
    void whenDone(Runnable action) {
        whenDone = action;
    }

    /// Gives up its place in the log.
    void close() {
        cursor.close();
        pace.close();
        whenDone.run();
    }

    /// Sends a sign of life, unless the client has not even taken what came before.
    boolean heartbeat() {
        if (!started || !client.isWritable() || cursor.behind() > 0 && cursor.lastRead() > 0) {
            return false;
        }
        client.write(heartbeat, 0, heartbeat.length);
        client.flush();
        return true;
    }

    boolean isFarBehind() {
        return cursor.behindBytes() > FAR_BEHIND_BYTES;
    }

    boolean isNear() {
        return cursor.behindBytes() < NEAR_BYTES;
    }

    /// Whether what it reads next is gone.
    boolean isBroken() {
        return cursor.isBroken();
    }

    boolean hasEverything() {
        return log.isFinished() && cursor.behind() == 0;
    }

    /// Whether bytes have waited for the client for as long as given, and none of them has left.
    boolean isStuck(long nowNanos, long patienceNanos) {
        long blocked = client.bytesBeforeWritable();
        boolean noneLeft = blocked > 0 && blocked == blockedBytes;
        blockedBytes = blocked;
        if (!noneLeft) {
            stuck = false;
            return false;
        }
        if (!stuck) {
            stuck = true;
            stuckSinceNanos = nowNanos;
        }
        return nowNanos - stuckSinceNanos >= patienceNanos;
    }
}
