package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts requests together from their pieces, within limits, and starts a virtual thread for each.
///
/// Reading goes on while a response runs: that is how a client that leaves is noticed. What it
/// sends meanwhile is dropped, and the connection ends with the response.
abstract class RequestAssembler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(RequestAssembler.class);
    private static final byte[] NOTHING = new byte[0];

    private final DownstreamServer server;
    private final ServerSettings settings;
    private @Nullable HttpRequest head;
    private byte[] body = NOTHING;
    private int bodyLength;

    /// What the body may take, from its announcement to the end of the exchange.
    private long reserved;

    private @Nullable ChannelExchange exchange;
    private @Nullable Future<?> deadline;
    private boolean refused;

    RequestAssembler(DownstreamServer server, ServerSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    abstract ChannelExchange exchange(
            ChannelHandlerContext ctx, ClientRequest request, HttpRequest head);

    /// A request or other bytes came while a response was still running.
    abstract void unexpected(ChannelHandlerContext ctx);

    /// Tells the client to go on and send the body it has announced.
    abstract void sendContinue(ChannelHandlerContext ctx);

    final DownstreamServer server() {
        return server;
    }

    final ServerSettings settings() {
        return settings;
    }

    final void startDeadline(ChannelHandlerContext ctx, Duration after, Runnable action) {
        stopDeadline();
        deadline = ctx.executor().schedule(action, after.toNanos(), TimeUnit.NANOSECONDS);
    }

    final void stopDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!(message instanceof HttpObject object)) {
                return;
            }
            if (exchange != null) {
                if (!(object instanceof LastHttpContent last && !last.content().isReadable())) {
                    unexpected(ctx);
                }
                return;
            }
            if (object.decoderResult().isFailure()) {
                refuse(ctx, decodingFailure(object.decoderResult().cause()));
                return;
            }
            if (object instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (object instanceof HttpContent content && head != null && exchange == null) {
                append(ctx, content, head);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static Failure decodingFailure(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                    new Failure(
                            Failure.Kind.INVALID_REQUEST,
                            414,
                            "the request line is too long",
                            null);
            case TooLongHttpHeaderException _ ->
                    new Failure(
                            Failure.Kind.TOO_LARGE,
                            431,
                            "the request's headers are too large",
                            null);
            case TooLongFrameException _ ->
                    new Failure(
                            Failure.Kind.TOO_LARGE, 431, "the request's head is too large", null);
            default -> Failure.of(Failure.Kind.INVALID_REQUEST, "the request is not valid HTTP");
        };
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        head = request;
        long declared = HttpUtil.getContentLength(request, -1L);
        if (declared > settings.maxBodyBytes()) {
            refuse(ctx, tooLarge());
            return;
        }
        if (declared > 0 && !reserve(declared)) {
            refuse(ctx, noMemory());
            return;
        }
        body = declared > 0 ? new byte[(int) Math.min(declared, 64 * 1024)] : NOTHING;
        bodyLength = 0;
        startDeadline(ctx, settings.body(), () -> refuse(ctx, tooSlow()));
        if (HttpUtil.is100ContinueExpected(request)) {
            request.headers().remove(HttpHeaderNames.EXPECT);
            sendContinue(ctx);
        }
    }

    private void append(ChannelHandlerContext ctx, HttpContent content, HttpRequest request) {
        ByteBuf bytes = content.content();
        int count = bytes.readableBytes();
        if (bodyLength + count > settings.maxBodyBytes()) {
            refuse(ctx, tooLarge());
            return;
        }
        if (bodyLength + count > reserved && !reserve(bodyLength + count - reserved)) {
            refuse(ctx, noMemory());
            return;
        }
        if (body.length - bodyLength < count) {
            body = Arrays.copyOf(body, Math.max(bodyLength + count, body.length * 2));
        }
        bytes.readBytes(body, bodyLength, count);
        bodyLength += count;
        if (content instanceof LastHttpContent) {
            stopDeadline();
            byte[] whole = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
            start(ctx, request, whole);
        }
    }

    private void start(ChannelHandlerContext ctx, HttpRequest request, byte[] whole) {
        ChannelExchange started = newExchange(ctx, request, whole);
        Thread.ofVirtual().start(() -> handle(started));
    }

    private ChannelExchange newExchange(
            ChannelHandlerContext ctx, HttpRequest request, byte[] whole) {
        String target = request.uri();
        int question = target.indexOf('?');
        var received =
                new ClientRequest(
                        request.method().name(),
                        question < 0 ? target : target.substring(0, question),
                        question < 0 ? "" : target.substring(question + 1),
                        request.headers(),
                        whole,
                        System.nanoTime(),
                        this instanceof Http1Exchanges,
                        peer(ctx.channel()));
        ChannelExchange made = exchange(ctx, received, request);
        exchange = made;
        head = null;
        body = NOTHING;
        bodyLength = 0;
        return made;
    }

    private static @Nullable InetAddress peer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress()
                : null;
    }

    private void handle(ChannelExchange started) {
        try {
            server.handler().handle(started);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            started.eventLoop().execute(started::abort);
        } catch (RuntimeException | Error e) {
            log.error("a request failed because of a defect in the server", e);
            started.eventLoop().execute(started::abort);
        }
    }

    /// Answers a request that will never be complete, as the last response of the connection.
    private void refuse(ChannelHandlerContext ctx, Failure failure) {
        if (exchange != null) {
            return;
        }
        stopDeadline();
        refused = true;
        HttpRequest request = head != null ? head : Requests.unreadable();
        request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ChannelExchange refused = newExchange(ctx, request, NOTHING);
        refused.respond(
                failure.status(),
                failure.retryAfter() == null
                        ? Map.of("content-type", "application/json")
                        : Map.of(
                                "content-type",
                                "application/json",
                                "retry-after",
                                Long.toString(failure.retryAfter().toSeconds())),
                server.refusal().body(failure));
    }

    private static Failure noMemory() {
        return new Failure(
                Failure.Kind.OVERLOADED,
                Failure.Kind.OVERLOADED.status(),
                "the server has no memory left for another request",
                Duration.ofSeconds(1));
    }

    private Failure tooLarge() {
        return Failure.of(
                Failure.Kind.TOO_LARGE,
                "the body is larger than " + settings.maxBodyBytes() + " bytes");
    }

    private Failure tooSlow() {
        long millis = settings.body().toMillis();
        return Failure.of(
                Failure.Kind.REQUEST_TIMEOUT,
                "the body did not arrive within "
                        + (millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms"));
    }

    private boolean reserve(long bytes) {
        boolean room = server.memory().reserve(bytes);
        reserved += room ? bytes : 0;
        return room;
    }

    private void release() {
        server.memory().release(reserved);
        reserved = 0;
    }

    /// Whether the last request was answered before it was complete, so that more of it may come.
    final boolean wasRefused() {
        return refused;
    }

    /// Whether no request has begun.
    final boolean isWaiting() {
        return exchange == null && head == null;
    }

    /// The exchange is over and the next request may come.
    final void ready() {
        exchange = null;
        release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopDeadline();
        release();
        if (exchange != null) {
            exchange.closed();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.writabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
