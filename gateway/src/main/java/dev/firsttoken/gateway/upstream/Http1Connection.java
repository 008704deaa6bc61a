package dev.firsttoken.gateway.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.upstream.Http1ResponseReader.BadResponseException;
import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/// One HTTP/1.1 connection to a provider: serves one call after another, and waits in its pool in
/// between.
final class Http1Connection extends Carrier implements Http1ResponseReader.Sink {

    /// A provider closes an idle connection just as we use it again: we notice within a round trip
    /// or so. What takes longer may be work on the request.
    private static final Duration STALE = Duration.ofSeconds(1);

    private final OriginConnections pool;
    private final Channel channel;
    private final Http1ResponseReader reader;
    private boolean reused;
    private long idleSinceNanos = System.nanoTime();

    private Http1Connection(OriginConnections pool, Channel channel, UpstreamSettings settings) {
        this.pool = pool;
        this.channel = channel;
        this.reader = new Http1ResponseReader(settings.maxHeadBytes(), settings.maxHeaders());
    }

    /// Turns a connected channel into an HTTP/1.1 connection.
    static Http1Connection on(Channel channel, OriginConnections pool, UpstreamSettings settings) {
        var connection = new Http1Connection(pool, channel, settings);
        channel.pipeline().addLast(connection.new Bytes());
        return connection;
    }

    void send(UpstreamCall call, FullHttpRequest request) {
        begin(call);
        call.connected(this);
        channel.writeAndFlush(encoded(request), channel.voidPromise());
        request.release();
    }

    /// Uses a connection that has been idle.
    void sendAgain(UpstreamCall call, FullHttpRequest request) {
        reused = true;
        send(call, request);
    }

    private ByteBuf encoded(FullHttpRequest request) {
        ByteBuf out = channel.alloc().directBuffer(512 + request.content().readableBytes());
        write(request.method().name(), out);
        out.writeByte(' ');
        write(request.uri(), out);
        write(" HTTP/1.1\r\n", out);
        request.headers()
                .forEach(header -> {
                    write(header.getKey(), out);
                    write(": ", out);
                    write(header.getValue(), out);
                    write("\r\n", out);
                });
        write("\r\n", out);
        return out.writeBytes(request.content());
    }

    private static void write(String text, ByteBuf out) {
        out.writeCharSequence(text, US_ASCII);
    }

    boolean isUsable() {
        return channel.isActive();
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    @Override
    void close() {
        channel.close();
    }

    @Override
    void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    @Override
    public void interim(int status) throws BadResponseException {
        if (isOneInterimTooMany()) {
            throw new BadResponseException("it sends interim responses without end");
        }
    }

    @Override
    public void head(int status, HttpHeaders headers) {
        if (call() == null) {
            // More than was asked for: it would become somebody else's answer.
            channel.close();
        }
        responseHead(status, headers);
    }

    @Override
    public void body(ByteBuf bytes) {
        responseBody(bytes);
    }

    @Override
    public void end(boolean reusable) {
        responseEnd(reusable);
    }

    @Override
    void ended(boolean reusable) {
        if (reusable && channel.isActive()) {
            reading(true);
            idleSinceNanos = System.nanoTime();
            pool.putIdle(this);
        } else {
            channel.close();
        }
    }

    @Override
    void broken(UpstreamCall call, Failure failure) {
        // Nothing was processed then, so a fresh connection gets the same request (RFC 9110, 9.2.2;
        // RFC 9112, 9.3.1).
        long justNow = Math.min(STALE.toNanos(), call.connectDeadline().toNanos());
        if (reused && call.mayRetry() && call.nanosSinceSent() < justNow) {
            pool.retry(call);
        } else {
            call.failed(failure);
        }
    }

    /// Where the connection's bytes come in.
    private final class Bytes extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                UpstreamCall current = call();
                if (current == null) {
                    close();
                } else {
                    current.responds();
                    reader.read((ByteBuf) message, Http1Connection.this);
                    if (call() == null && reader.isInsideResponse()) {
                        close();
                    }
                }
            } catch (BadResponseException e) {
                fail(
                        Failure.Kind.INVALID,
                        "the provider's response is not HTTP: " + e.getMessage());
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            readComplete();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (call() == null || !reader.closed(Http1Connection.this)) {
                closedByProvider();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            connectionBroke();
        }
    }
}
