package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request to a provider and its response. Used on its event loop only.
public final class UpstreamCall {

    /// How long a response may take to end after its dialect's own end.
    private static final int LEAVE_MILLIS = 1000;

    private final EventLoop loop;
    private final UpstreamRequest request;
    private final UpstreamListener listener;
    private final long connectByNanos;
    private @Nullable Channel channel;
    private @Nullable Runnable stopWaiting;
    private boolean connected;
    private boolean responded;
    private boolean over;
    private boolean paused;
    private boolean responseEnded;

    UpstreamCall(
            EventLoop loop, UpstreamRequest request, Duration connect, UpstreamListener listener) {
        this.loop = loop;
        this.request = request;
        this.listener = listener;
        this.connectByNanos = System.nanoTime() + connect.toNanos();
    }

    /// Ends the call without another word to its listener; the provider sees its connection or
    /// stream closed.
    public void cancel() {
        if (!over) {
            over = true;
            if (channel != null) {
                channel.close();
            } else if (stopWaiting != null) {
                stopWaiting.run();
            }
        }
    }

    /// Ends the call for its listener, because the dialect has said that all is said. The
    /// connection may be used again if the response ends within a moment; otherwise it is closed.
    public void leave() {
        if (over) {
            return;
        }
        over = true;
        loop.schedule(
                () -> {
                    if (!responseEnded && channel != null) {
                        channel.close();
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
        if (channel != null && !over) {
            channel.config().setAutoRead(reading);
        }
    }

    EventLoop loop() {
        return loop;
    }

    UpstreamRequest request() {
        return request;
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

    /// The call has no channel yet.
    ///
    /// @param action what to do if nobody needs one any more
    void waits(Runnable action) {
        stopWaiting = action;
    }

    /// The request is about to be written to this channel.
    void connected(Channel to) {
        channel = to;
        if (paused) {
            to.config().setAutoRead(false);
        }
        if (!connected) {
            connected = true;
            listener.connected();
        }
    }

    void head(int status, HttpHeaders headers) {
        responded = true;
        if (!over) {
            listener.head(status, headers);
        }
    }

    void body(ByteBuf bytes) {
        if (!over) {
            listener.body(bytes);
        }
    }

    void readComplete() {
        if (!over) {
            listener.readComplete();
        }
    }

    void end() {
        responseEnded = true;
        if (!over) {
            over = true;
            listener.end();
        }
    }

    void failed(Failure failure) {
        if (!over) {
            over = true;
            listener.failed(failure);
        }
    }
}
