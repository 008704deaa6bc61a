package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request to a provider and its response. Used on its event loop only.
///
/// Whatever happens, a defect of ours included, its listener is told of one end, unless it has
/// cancelled.
public final class UpstreamCall {

    private static final Logger log = LoggerFactory.getLogger(UpstreamCall.class);

    /// How long a response may take to end after its dialect's own end.
    private static final int LEAVE_MILLIS = 1000;

    private final EventLoop loop;
    private UpstreamRequest request;
    private final UpstreamListener listener;
    private final Duration connect;
    private final long maxBodyBytes;
    private long connectByNanos;
    private long sentNanos;
    private long bodyBytes;
    private @Nullable Carrier carrier;
    private @Nullable Runnable stopWaiting;
    private boolean connected;
    private boolean responded;
    private boolean retried;
    private boolean over;
    private boolean paused;
    private boolean responseEnded;

    UpstreamCall(
            EventLoop loop,
            UpstreamRequest request,
            Duration connect,
            long maxBodyBytes,
            UpstreamListener listener) {
        this.loop = loop;
        this.request = request;
        this.connect = connect;
        this.maxBodyBytes = maxBodyBytes;
        this.listener = listener;
        this.connectByNanos = System.nanoTime() + connect.toNanos();
    }

    /// Ends the call without another word to its listener; the provider sees its connection or
    /// stream closed.
    public void cancel() {
        if (!over) {
            over = true;
            letGo();
        }
    }

    private void letGo() {
        if (carrier != null) {
            carrier.close();
        } else if (stopWaiting != null) {
            stopWaiting.run();
        }
    }

    /// Ends the call for its listener, because the dialect has said that all is said. The
    /// connection may be used again if the response ends within a moment; otherwise it is closed.
    public void leave() {
        if (over) {
            return;
        }
        resume();
        over = true;
        loop.schedule(
                () -> {
                    if (!responseEnded && carrier != null) {
                        carrier.close();
                    }
                },
                LEAVE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /// Stops reading, and with it, in time, the provider.
    public void pause() {
        setReading(false);
    }

    public void resume() {
        setReading(true);
    }

    private void setReading(boolean reading) {
        paused = !reading;
        if (carrier != null && !over) {
            carrier.reading(reading);
        }
    }

    EventLoop loop() {
        return loop;
    }

    UpstreamRequest request() {
        return request;
    }

    /// The request as it shall be sent, once it is signed.
    void signed(UpstreamRequest as) {
        request = as;
    }

    long connectByNanos() {
        return connectByNanos;
    }

    boolean isOver() {
        return over;
    }

    /// Whether a byte of the response has been seen: from then on the request must not be repeated.
    boolean hasResponded() {
        return responded;
    }

    /// How long ago the request left, in nanoseconds.
    long nanosSinceSent() {
        return System.nanoTime() - sentNanos;
    }

    Duration connectDeadline() {
        return connect;
    }

    /// Whether the request may be sent once more, provided that nobody has worked on it.
    boolean mayRetry() {
        return !over && !responded && !retried;
    }

    /// The request is about to be sent once more. It has its whole connect deadline again.
    void retries() {
        retried = true;
        carrier = null;
        connectByNanos = System.nanoTime() + connect.toNanos();
    }

    /// Nothing carries the call yet.
    ///
    /// @param action what to do if nobody needs one any more
    void waits(Runnable action) {
        stopWaiting = action;
    }

    /// The request is about to be written; this will carry its response.
    void connected(Carrier to) {
        carrier = to;
        sentNanos = System.nanoTime();
        if (paused) {
            to.reading(false);
        }
        if (!connected) {
            connected = true;
            guard(listener::connected);
        }
    }

    /// The first bytes of a response are there.
    void responds() {
        responded = true;
    }

    void head(int status, HttpHeaders headers) {
        responded = true;
        if (!over) {
            guard(() -> listener.head(status, headers));
        }
    }

    void body(ByteBuf bytes) {
        if (over) {
            return;
        }
        long room = maxBodyBytes - bodyBytes;
        boolean fits = bytes.readableBytes() <= room;
        if (!fits) {
            // What still fits is the listener's.
            bytes.writerIndex(bytes.readerIndex() + (int) room);
        }
        bodyBytes += bytes.readableBytes();
        // Not by guard(): this is done per event and should make no object.
        try {
            listener.body(bytes);
        } catch (RuntimeException | Error e) {
            defect(e);
        }
        if (!fits && !over) {
            letGo();
            readComplete();
            failed(
                    Failure.of(
                            Failure.Kind.INVALID,
                            "the answer is longer than " + maxBodyBytes + " bytes"));
        }
    }

    void readComplete() {
        if (over) {
            return;
        }
        try {
            listener.readComplete();
        } catch (RuntimeException | Error e) {
            defect(e);
        }
    }

    void end() {
        responseEnded = true;
        if (!over) {
            over = true;
            guard(listener::end);
        }
    }

    void failed(Failure failure) {
        if (!over) {
            over = true;
            guard(() -> listener.failed(failure));
        }
    }

    /// Does a step of this call. If the step has a defect, the call ends with it instead of leaving
    /// somebody to wait for what never comes.
    void guard(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            defect(e);
        }
    }

    private void defect(Throwable cause) {
        log.error("a call to a provider failed because of a defect in the server", cause);
        over = true;
        letGo();
        // Later, when whoever is in the middle of a step has got out of it.
        loop.execute(() ->
                listener.failed(
                        Failure.of(
                                Failure.Kind.INTERNAL,
                                "the server failed because of a defect of its own")));
    }
}
