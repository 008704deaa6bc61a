package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;

import org.jspecify.annotations.Nullable;

/// One client, which has one stream after another, on one connection for as long as that lasts.
///
/// Sharable only in the sense that it moves on to a new channel when the old one is gone; what the
/// old one still has to say is ignored. Owned by the event loop.
@Sharable
class Connection extends ChannelInboundHandlerAdapter {

    private final ClientLoop loop;
    private final Crew crew;
    private final EventScan events;
    private final ResponseScan response = new ResponseScan();

    private @Nullable Channel channel;
    private boolean streaming;
    private boolean answered;
    private boolean gone;
    private long dueAtNanos;
    private long lastContentAtNanos;

    Connection(ClientLoop loop, Crew crew, Api api) {
        this.loop = loop;
        this.crew = crew;
        this.events = new EventScan(api, false);
    }

    /// Whether a request has been sent whose answer has not ended.
    boolean isStreaming() {
        return streaming;
    }

    /// Whether a request can be sent.
    boolean isIdle() {
        return channel != null && !streaming && !gone;
    }

    /// Content events of the stream that is under way, or of the last one.
    int contentEvents() {
        return events.contentEvents();
    }

    /// Comment lines of the stream that is under way, or of the last one.
    int comments() {
        return events.comments();
    }

    /// Whether any byte of the answer has come.
    boolean isAnswered() {
        return answered;
    }

    /// Goes away without a word, or with a reset.
    void leave(boolean reset) {
        gone = true;
        streaming = false;
        if (channel != null) {
            if (reset) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close();
        }
    }

    boolean isGone() {
        return gone;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (gone) {
            context.close();
            return;
        }
        channel = context.channel();
        crew.connected(this);
    }

    /// Sends a request and follows its answer.
    ///
    /// @param dueAtNanos from when on somebody has been waiting for it
    void ask(byte[] request, @Nullable Answer expected, long dueAtNanos) {
        Channel idle = channel;
        if (idle == null || streaming) {
            throw new IllegalStateException("asks while it cannot");
        }
        events.reset(expected);
        response.reset();
        streaming = true;
        answered = false;
        lastContentAtNanos = 0;
        this.dueAtNanos = dueAtNanos;
        idle.writeAndFlush(Unpooled.wrappedBuffer(request), idle.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var buffer = (ByteBuf) message;
        long now = System.nanoTime();
        int length = buffer.readableBytes();
        byte[] bytes = loop.scratch(length);
        buffer.readBytes(bytes, 0, length);
        buffer.release();
        if (!streaming || !context.channel().equals(channel)) {
            return;
        }
        answered = true;
        int before = events.contentEvents();
        int used;
        try {
            used = response.feed(bytes, 0, length, events);
        } catch (IllegalStateException notHttp) {
            end(context, "protocol: " + notHttp.getMessage());
            return;
        }
        int fresh = events.contentEvents() - before;
        if (fresh > 0) {
            long since = before == 0 ? dueAtNanos : lastContentAtNanos;
            lastContentAtNanos = now;
            crew.arrived(this, fresh, now - since, before == 0);
        }
        if (streaming && response.ended()) {
            end(context, used < length ? "bytes after the end of the response" : verdict());
        }
    }

    private @Nullable String verdict() {
        return response.status() == 200 ? events.verdict() : "status " + response.status();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (gone || !context.channel().equals(channel)) {
            return;
        }
        if (streaming) {
            response.endOfInput();
            end(context, response.ended() ? verdict() : "connection closed before the end");
        } else {
            channel = null;
            crew.lost(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (streaming && context.channel().equals(channel)) {
            end(context, "connection: " + cause.getMessage());
        } else {
            context.close();
        }
    }

    /// The stream has ended and is judged. Only after a good one may another follow here.
    private void end(ChannelHandlerContext context, @Nullable String fault) {
        streaming = false;
        if (fault != null || !response.keepAlive() || !context.channel().isActive()) {
            channel = null;
            context.close();
        }
        crew.ended(this, fault);
    }
}
