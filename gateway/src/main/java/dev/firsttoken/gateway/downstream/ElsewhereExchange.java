package dev.firsttoken.gateway.downstream;

import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.Map;

/// A client whose connection lives on another event loop than the stream it reads.
///
/// To the stream's loop it looks like any other exchange. What is written is carried over in
/// pieces, and no more of them are under way than the client takes.
public final class ElsewhereExchange implements ClientExchange {

    /// What may be under way to the other loop.
    private static final int WINDOW_BYTES = 64 * 1024;

    private final ClientExchange there;
    private final EventLoop here;
    private byte[] pending = new byte[512];
    private int pendingLength;
    private long underWay;
    private Runnable onWritable = () -> {};

    private ElsewhereExchange(ClientExchange there, EventLoop here) {
        this.there = there;
        this.here = here;
    }

    /// The exchange itself when it lives on this loop, otherwise its stand-in.
    public static ClientExchange on(EventLoop loop, ClientExchange client) {
        return client.eventLoop().equals(loop) ? client : new ElsewhereExchange(client, loop);
    }

    private void run(Runnable action) {
        there.eventLoop().execute(action);
    }

    @Override
    public ClientRequest request() {
        return there.request();
    }

    @Override
    public EventLoop eventLoop() {
        return here;
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] body) {
        there.respond(status, headers, body);
    }

    @Override
    public void onGone(Runnable action) {
        there.onGone(() -> here.execute(action));
    }

    @Override
    public void commit(int status, Map<String, String> headers) {
        run(() -> {
            there.onWritable(() -> here.execute(this::arrived));
            there.commit(status, headers);
        });
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        int count = to - from;
        if (pending.length - pendingLength < count) {
            pending = Arrays.copyOf(pending, Math.max(pendingLength + count, pending.length * 2));
        }
        System.arraycopy(bytes, from, pending, pendingLength, count);
        pendingLength += count;
    }

    @Override
    public void flush() {
        byte[] piece = Arrays.copyOf(pending, pendingLength);
        pendingLength = 0;
        underWay += piece.length;
        run(() -> {
            there.write(piece, 0, piece.length);
            there.flush();
            if (there.isWritable()) {
                here.execute(this::arrived);
            }
        });
    }

    /// Everything that was under way has been taken.
    private void arrived() {
        boolean wasFull = !isWritable();
        underWay = 0;
        if (wasFull) {
            onWritable.run();
        }
    }

    @Override
    public boolean isWritable() {
        return underWay + pendingLength < WINDOW_BYTES;
    }

    @Override
    public void onWritable(Runnable action) {
        onWritable = action;
    }

    @Override
    public long bytesBeforeWritable() {
        return isWritable() ? 0 : underWay;
    }

    @Override
    public void end() {
        byte[] rest = Arrays.copyOf(pending, pendingLength);
        pendingLength = 0;
        run(() -> {
            there.write(rest, 0, rest.length);
            there.end();
        });
    }

    @Override
    public void abort() {
        run(there::abort);
    }
}
