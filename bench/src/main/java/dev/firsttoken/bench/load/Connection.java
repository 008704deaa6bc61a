package dev.firsttoken.bench.load;

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
final class Connection extends ChannelInboundHandlerAdapter {

    private final Load load;
    private final byte[] request;
    private final EventScan events;
    private final ResponseScan response = new ResponseScan();

    private @Nullable Channel channel;
    private boolean streaming;
    private boolean gone;
    private long askedAtNanos;
    private long lastContentAtNanos;

    Connection(Load load, byte[] request, @Nullable Answer expected) {
        this.load = load;
        this.request = request;
        this.events = new EventScan(expected);
    }

    /// Whether a request has been sent whose answer has not ended.
    boolean isStreaming() {
        return streaming;
    }

    boolean hasContent() {
        return events.contentEvents() > 0;
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
        ask(context);
    }

    private void ask(ChannelHandlerContext context) {
        events.reset();
        response.reset();
        streaming = true;
        lastContentAtNanos = 0;
        askedAtNanos = System.nanoTime();
        context.writeAndFlush(Unpooled.wrappedBuffer(request), context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var buffer = (ByteBuf) message;
        long now = System.nanoTime();
        byte[] bytes = load.scratch(buffer.readableBytes());
        int length = buffer.readableBytes();
        buffer.readBytes(bytes, 0, length);
        buffer.release();
        if (!streaming || !context.channel().equals(channel)) {
            return;
        }
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
            load.arrived(
                    fresh, now - (before == 0 ? askedAtNanos : lastContentAtNanos), before == 0);
            lastContentAtNanos = now;
        }
        if (response.ended()) {
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
            load.connectionLost(this);
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

    /// The stream has ended: judged, and followed by the next one, here or on a new connection.
    private void end(ChannelHandlerContext context, @Nullable String fault) {
        streaming = false;
        boolean again = load.ended(fault, events.comments());
        boolean reusable = fault == null && response.keepAlive() && context.channel().isActive();
        if (reusable) {
            if (again) {
                ask(context);
            }
            return;
        }
        channel = null;
        context.close();
        if (again) {
            load.connect(this, fault != null);
        }
    }
}
