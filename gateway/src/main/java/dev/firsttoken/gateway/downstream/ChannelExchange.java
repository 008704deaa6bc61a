package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An exchange on a channel: what HTTP/1.1 and HTTP/2 have in common.
abstract class ChannelExchange implements ClientExchange {

    private final ClientRequest request;
    private final Channel channel;
    private boolean gone;
    private boolean ended;
    private @Nullable Runnable onGone;
    private @Nullable Runnable onWritable;

    /// What was written since the last flush.
    @Nullable ByteBuf pending;

    ChannelExchange(ClientRequest request, Channel channel) {
        this.request = request;
        this.channel = channel;
    }

    /// Adds what the protocol wants in a response's head.
    abstract void prepareHead(HttpResponse response);

    /// A buffer for body bytes, with room for what [#send] puts around them.
    abstract ByteBuf newBody(Channel on, int bytes);

    /// Writes and flushes a piece of the body.
    abstract void send(ByteBuf body);

    /// Writes what is left of the body, if anything, and its end.
    abstract void sendEnd(@Nullable ByteBuf rest);

    /// The response is complete.
    abstract void finished();

    abstract void breakOff();

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
        boolean bodiless = status == 304 || request.method().equals("HEAD");
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        headers.forEach(response.headers()::set);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        prepareHead(response);
        channel.writeAndFlush(response);
        finished();
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
        prepareHead(response);
        channel.write(response, channel.voidPromise());
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        // An empty chunk would be the end of a chunked body.
        if (gone || ended || from == to) {
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
        sendEnd(rest);
        finished();
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
