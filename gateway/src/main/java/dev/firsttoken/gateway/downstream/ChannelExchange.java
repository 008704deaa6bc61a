package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An exchange on a channel: what HTTP/1.1 and HTTP/2 have in common.
abstract class ChannelExchange implements ClientExchange {

    /// The slowest that a client may take the rest of a response after which nothing follows.
    private static final int REST_BYTES_PER_SECOND = 16 * 1024;

    private final ClientRequest request;
    private final Channel channel;
    private final ServerSettings settings;
    private final boolean toHead;
    private boolean gone;
    private boolean ended;
    private @Nullable Runnable onGone;
    private @Nullable Runnable onWritable;

    /// What was written since the last flush.
    @Nullable ByteBuf pending;

    ChannelExchange(ClientRequest request, Channel channel, ServerSettings settings) {
        this.request = request;
        this.channel = channel;
        this.settings = settings;
        this.toHead = request.method().equals("HEAD");
    }

    /// Adds what the protocol wants in a response's head.
    abstract void prepareHead(HttpResponse response);

    /// A buffer for body bytes, with room for what [#send] puts around them.
    abstract ByteBuf newBody(Channel on, int bytes);

    /// Writes and flushes a piece of the body.
    abstract void send(ByteBuf body);

    /// Writes what is left of the body, if anything, and its end.
    abstract ChannelFuture sendEnd(@Nullable ByteBuf rest);

    /// The response is complete.
    ///
    /// @param sent when its last byte has left
    abstract void finished(ChannelFuture sent);

    abstract void breakOff();

    /// The client does not take the rest of a response that is complete.
    abstract void giveUp();

    /// Whether the response has no body, because the request was a HEAD.
    final boolean answersHead() {
        return toHead;
    }

    final Channel channel() {
        return channel;
    }

    @Override
    public ClientRequest request() {
        return request;
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] body) {
        if (!eventLoop().inEventLoop()) {
            eventLoop().execute(() -> respond(status, headers, body));
            return;
        }
        if (gone || ended) {
            return;
        }
        ended = true;
        // Both tell the length of what they do not hold (RFC 9110, section 8.6).
        boolean bodiless = toHead || status == 304;
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        headers.forEach(response.headers()::set);
        CrossOrigin.mark(response.headers(), request, settings.origins());
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        prepareHead(response);
        ChannelFuture sent = channel.writeAndFlush(response);
        limitSending(sent, body.length);
        finished(sent);
    }

    /// A relayed stream watches its client by itself; nobody watches what is left of a response
    /// that is complete.
    private void limitSending(ChannelFuture sent, long bytes) {
        if (sent.isDone()) {
            return;
        }
        long nanos =
                settings.writeStall().toNanos()
                        + bytes * TimeUnit.SECONDS.toNanos(1) / REST_BYTES_PER_SECOND;
        Future<?> timer = eventLoop().schedule(this::giveUp, nanos, TimeUnit.NANOSECONDS);
        sent.addListener(_ -> timer.cancel(false));
    }

    @Override
    public void onGone(Runnable action) {
        if (!eventLoop().inEventLoop()) {
            eventLoop().execute(() -> onGone(action));
        } else if (gone) {
            action.run();
        } else {
            onGone = action;
        }
    }

    @Override
    public void commit(int status, Map<String, String> headers) {
        if (gone) {
            return;
        }
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        headers.forEach(response.headers()::set);
        CrossOrigin.mark(response.headers(), request, settings.origins());
        prepareHead(response);
        channel.write(response, channel.voidPromise());
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        // An empty chunk would be the end of a chunked body.
        if (gone || ended || from == to || toHead) {
            return;
        }
        ByteBuf body = pending;
        if (body == null) {
            body = newBody(channel, to - from);
            pending = body;
        }
        body.writeBytes(bytes, from, to - from);
    }

    @Override
    public void flush() {
        ByteBuf body = pending;
        if (body == null) {
            if (!gone && !ended) {
                channel.flush();
            }
            return;
        }
        pending = null;
        if (gone) {
            body.release();
        } else {
            send(body);
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void onWritable(Runnable action) {
        onWritable = action;
    }

    @Override
    public long bytesBeforeWritable() {
        return channel.bytesBeforeWritable();
    }

    @Override
    public void end() {
        ByteBuf rest = pending;
        pending = null;
        if (gone || ended) {
            if (rest != null) {
                rest.release();
            }
            return;
        }
        ended = true;
        ChannelFuture sent = sendEnd(rest);
        limitSending(sent, channel.bytesBeforeWritable());
        finished(sent);
    }

    @Override
    public void abort() {
        if (!gone && !ended) {
            breakOff();
        }
    }

    /// The channel has closed.
    final void closed() {
        gone = true;
        if (pending != null) {
            pending.release();
            pending = null;
        }
        Runnable action = onGone;
        onGone = null;
        if (action != null && !ended) {
            action.run();
        }
    }

    final void writabilityChanged() {
        if (onWritable != null && !ended && channel.isWritable()) {
            onWritable.run();
        }
    }
}
