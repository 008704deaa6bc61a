package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;

/// One HTTP/1.1 connection to a provider: serves one call after another, and waits in its pool in
/// between.
final class Http1Connection extends ResponseHandler {

    private final OriginConnections pool;
    private final Channel channel;
    private boolean reused;
    private long idleSinceNanos;

    Http1Connection(OriginConnections pool, Channel channel) {
        this.pool = pool;
        this.channel = channel;
    }

    void send(UpstreamCall call, FullHttpRequest request) {
        begin(call);
        call.connected(channel);
        channel.writeAndFlush(request, channel.voidPromise());
    }

    /// Uses a connection that has been idle.
    void sendAgain(UpstreamCall call, FullHttpRequest request) {
        reused = true;
        send(call, request);
    }

    boolean isUsable() {
        return channel.isActive();
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void close() {
        channel.close();
    }

    @Override
    void ended(ChannelHandlerContext ctx, boolean reusable) {
        if (reusable && ctx.channel().isActive()) {
            ctx.channel().config().setAutoRead(true);
            idleSinceNanos = System.nanoTime();
            pool.putIdle(this);
        } else {
            ctx.close();
        }
    }

    @Override
    void broken(UpstreamCall call, Failure failure) {
        // A provider may close an idle connection just as we use it again. Nothing was processed
        // then, so a fresh connection gets the same request (RFC 9110, 9.2.2; RFC 9112, 9.3.1).
        if (reused && !call.hasResponded() && !call.isOver()) {
            pool.startFresh(call);
        } else {
            call.failed(failure);
        }
    }
}
