package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.dialect.StreamForm;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.downstream.ElsewhereExchange;
import dev.firsttoken.gateway.log.StreamLog;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/// The clients that read one stream, while it runs and after it has ended.
///
/// All of it belongs to the stream's event loop, except for [#attach].
final class Readers {

    /// How an attempt to read a stream went.
    enum Attached {
        READING,
        /// The event that was named has not happened.
        AHEAD,
        /// What follows it is no longer kept.
        EXPIRED,
        TOO_MANY
    }

    private final EventLoop loop;
    private final StreamLog log;
    private final StreamForm form;
    private final int most;
    private final Duration pace;
    private final List<ClientReader> open = new ArrayList<>(1);
    private Map<String, String> head = Map.of();
    private boolean deliver;
    private boolean reading;
    private boolean readAgain;
    private boolean attached;

    /// The last event that a client can have received.
    private long lastReceivable = Long.MAX_VALUE;

    /// Told when a reader has left before it had everything.
    private Runnable onLeft = () -> {};

    /// Told when a reader that was full takes bytes again.
    private Runnable onWritable = this::read;

    /// Told that events were sent, and when.
    private LongConsumer onSent = nanos -> {};

    /// @param most how many may read at once
    /// @param pace how often each of them is written to at most; zero when that does not matter
    Readers(EventLoop loop, StreamLog log, StreamForm form, int most, Duration pace) {
        this.loop = loop;
        this.log = log;
        this.form = form;
        this.most = most;
        this.pace = pace;
    }

    /// Readers of a stream that has ended and is on disk.
    ///
    /// @param lastReceivable the last event that a client can have received
    static Readers ofStored(
            EventLoop loop,
            StreamLog log,
            StreamForm form,
            int most,
            Map<String, String> head,
            long lastReceivable) {
        var readers = new Readers(loop, log, form, most, Duration.ZERO);
        readers.head = head;
        readers.lastReceivable = lastReceivable;
        readers.deliver = true;
        return readers;
    }

    void onLeft(Runnable action) {
        onLeft = action;
    }

    void onWritable(Runnable action) {
        onWritable = action;
    }

    void onSent(LongConsumer action) {
        onSent = action;
    }

    /// The stream has ended and goes; whoever still reads goes on with the log alone.
    void outlive() {
        onLeft = () -> {};
        onWritable = this::read;
        onSent = _ -> {};
    }

    /// The client whose request made the stream. It is not started: its status is still open.
    ClientReader first(ClientExchange client) {
        return add(client, 0, false);
    }

    /// Lets one more client read, from behind an event; call it from any thread.
    ///
    /// @param whenDone runs when the client has everything or has left
    CompletableFuture<Attached> attach(
            ClientExchange client, long after, boolean withIds, Runnable whenDone) {
        var outcome = new CompletableFuture<Attached>();
        loop.execute(() -> {
            if (after > Math.min(lastReceivable, log.lastShown())) {
                outcome.complete(Attached.AHEAD);
            } else if (!log.canReadAfter(after)) {
                outcome.complete(Attached.EXPIRED);
            } else if (open.size() >= most) {
                outcome.complete(Attached.TOO_MANY);
            } else {
                attached = true;
                outcome.complete(Attached.READING);
                ClientReader reader = add(ElsewhereExchange.on(loop, client), after, withIds);
                reader.whenDone(whenDone);
                reader.start(head);
                read();
            }
        });
        return outcome;
    }

    private ClientReader add(ClientExchange client, long after, boolean withIds) {
        Runnable readOn = () -> onWritable.run();
        var pacing = new Pace(loop, pace, readOn);
        var reader = new ClientReader(client, log, form, after, withIds, pacing, readOn);
        open.add(reader);
        client.onGone(() -> left(reader));
        return reader;
    }

    /// Lets go of a reader that is served in another way.
    void release(ClientReader reader) {
        if (open.remove(reader)) {
            reader.close();
        }
    }

    private void left(ClientReader reader) {
        if (open.remove(reader)) {
            reader.close();
            onLeft.run();
        }
    }

    /// Whether anybody has read the stream by its id.
    boolean wasAttached() {
        return attached;
    }

    /// The headers that readers get.
    void head(Map<String, String> headers) {
        head = headers;
    }

    Map<String, String> head() {
        return head;
    }

    /// From now on events may be shown.
    void deliver() {
        deliver = true;
    }

    /// Passes on what the log holds, to each reader as far as it takes it.
    ///
    /// What it writes may make a client writable at once, which asks for more: that is done when
    /// the first reading is through, and not inside it.
    void read() {
        readAgain = true;
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (readAgain) {
                readAgain = false;
                readOnce();
            }
        } finally {
            reading = false;
        }
    }

    private void readOnce() {
        boolean any = false;
        for (int i = 0; i < open.size(); i++) {
            ClientReader reader = open.get(i);
            if (reader.isStarted()) {
                any |= reader.read(deliver);
                if (reader.hasEverything()) {
                    open.remove(i--);
                    reader.end();
                    reader.close();
                } else if (reader.isBroken()) {
                    open.remove(i--);
                    reader.abort();
                    reader.close();
                }
            }
        }
        if (any) {
            onSent.accept(System.nanoTime());
        }
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    boolean isReading(ClientReader reader) {
        return open.contains(reader);
    }

    /// Whether everybody who reads is so far behind that the provider may wait.
    boolean areFarBehind() {
        for (ClientReader reader : open) {
            if (!reader.isFarBehind()) {
                return false;
            }
        }
        return !open.isEmpty();
    }

    /// Whether the provider may go on: somebody has caught up, or nobody is left to wait for.
    boolean isSomebodyNear() {
        for (ClientReader reader : open) {
            if (reader.isNear()) {
                return true;
            }
        }
        return open.isEmpty();
    }

    /// @return how many were sent a sign of life
    int heartbeat() {
        int sent = 0;
        for (ClientReader reader : open) {
            sent += reader.heartbeat() ? 1 : 0;
        }
        return sent;
    }

    /// Cuts off whoever has taken nothing for as long as given.
    void cutStuck(long nowNanos, long patienceNanos) {
        for (ClientReader reader : List.copyOf(open)) {
            if (reader.isStuck(nowNanos, patienceNanos)) {
                reader.abort();
                left(reader);
            }
        }
    }
}
