package dev.firsttoken.gateway.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.log.LogCursor;
import dev.firsttoken.gateway.log.StreamLog;
import java.util.Map;

/// A client as a reader of a stream's log. Owned by the stream's event loop.
final class ClientReader {

    /// A comment without a blank line after it: legal, and no SDK's decoder can take it for an
    /// event. Source: WHATWG HTML, 9.2.6; openai-python dispatches on a blank line.
    private static final byte[] HEARTBEAT = ":\n".getBytes(US_ASCII);

    /// Behind by more than this, the reader makes the provider wait; behind by less than the other,
    /// it lets it go on.
    private static final int FAR_BEHIND_BYTES = 256 * 1024;

    private static final int NEAR_BYTES = 64 * 1024;

    /// One write hands over at most about this much.
    private static final int PIECE_BYTES = 32 * 1024;

    private final ClientExchange client;
    private final StreamLog log;
    private final LogCursor cursor;
    private final Runnable onWritable;
    private boolean started;
    private long readBytes;
    private long blockedBytes;

    ClientReader(ClientExchange client, StreamLog log, Runnable onWritable) {
        this.client = client;
        this.log = log;
        this.cursor = log.read();
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
        boolean any = false;
        int piece = 0;
        while (deliver && client.isWritable() && cursor.next()) {
            int length = cursor.to() - cursor.from();
            client.write(cursor.bytes(), cursor.from(), cursor.to());
            readBytes += length;
            piece += length;
            any = true;
            if (piece >= PIECE_BYTES) {
                client.flush();
                piece = 0;
            }
        }
        // What ends the response takes the last piece along.
        if (!hasEverything() && (piece > 0 || !any && !deliver)) {
            client.flush();
        }
        return any;
    }

    /// Sends a sign of life, unless the client has not even taken what came before.
    boolean heartbeat() {
        if (!client.isWritable() || cursor.behind() > 0 && readBytes > 0) {
            return false;
        }
        client.write(HEARTBEAT, 0, HEARTBEAT.length);
        client.flush();
        return true;
    }

    boolean isFarBehind() {
        return log.totalBytes() - readBytes > FAR_BEHIND_BYTES;
    }

    boolean isNear() {
        return log.totalBytes() - readBytes < NEAR_BYTES;
    }

    boolean hasEverything() {
        return log.isFinished() && cursor.behind() == 0;
    }

    /// Whether bytes wait for the client and none have left since this was last asked.
    boolean isStuck() {
        long blocked = client.bytesBeforeWritable();
        boolean stuck = blocked > 0 && blocked == blockedBytes;
        blockedBytes = blocked;
        return stuck;
    }
}
