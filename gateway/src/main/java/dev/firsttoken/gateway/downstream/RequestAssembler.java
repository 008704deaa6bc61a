package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts requests together from their pieces, within limits, and starts a virtual thread for each.
///
/// Reading goes on while a response runs: that is how a client that leaves is noticed. Requests
/// that come meanwhile wait for their turn, a few of them.
abstract class RequestAssembler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(RequestAssembler.class);
    private static final byte[] NOTHING = new byte[0];

    /// Up to this length a body is simply read before anybody judges the request.
    private static final int SMALL_BODY_BYTES = 64 * 1024;

    /// A request that waits for its turn.
    ///
    /// @param reserved what its body has reserved
    /// @param failure why it is refused instead of served, if it is
    private record Waiting(
            ClientRequest request, HttpRequest head, long reserved, @Nullable Failure failure) {

        int bytes() {
            return request.body().length;
        }
    }

    private final DownstreamServer server;
    private final ServerSettings settings;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final BodyBuffer body;
    private @Nullable HttpRequest head;
    private int waitingBytes;

    /// What the request that is being served has reserved.
    private long served;

    private @Nullable ChannelExchange exchange;
    private @Nullable Future<?> deadline;
    private boolean deaf;
    private boolean refused;

    RequestAssembler(DownstreamServer server, ServerSettings settings) {
        this.server = server;
        this.settings = settings;
        this.body = new BodyBuffer(server.memory());
    }

    abstract ChannelExchange exchange(
            ChannelHandlerContext ctx, ClientRequest request, HttpRequest head);

    /// Requests come that will not be served: the connection ends with the current response.
    abstract void closeAfterResponse();

    /// Tells the client to go on and send the body it has announced.
    abstract void sendContinue(ChannelHandlerContext ctx);

    abstract boolean isHttp1();

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
            if (deaf || !(message instanceof HttpObject object)) {
                return;
            }
            if (object.decoderResult().isFailure()) {
                if (ctx.channel().isActive()) {
                    refuse(ctx, decodingFailure(object.decoderResult().cause()));
                }
                return;
            }
            if (object instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (object instanceof HttpContent content && head != null && !deaf) {
                append(ctx, content, head);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private Failure decodingFailure(Throwable cause) {
        return switch (cause) {
            case BadRequestException bad -> bad.failure();
            case TooLongHttpLineException _ when head != null ->
                    Failure.of(Failure.Kind.INVALID_REQUEST, "a chunk's extensions are too long");
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
        body.clear();
        Failure wrong = HeadRules.check(request, isHttp1(), settings.http().headers());
        if (wrong != null) {
            refuse(ctx, wrong);
            return;
        }
        long declared = HttpUtil.getContentLength(request, -1L);
        if (declared > settings.maxBodyBytes()) {
            refuse(ctx, tooLarge());
            return;
        }
        boolean asks = HttpUtil.is100ContinueExpected(request);
        if (exchange != null) {
            int limit = settings.http().pipelinedRequests();
            if (waiting.size() >= limit || asks) {
                dropFromHereOn();
            }
            return;
        }
        boolean mayBeLong =
                declared > SMALL_BODY_BYTES
                        || declared < 0 && HttpUtil.isTransferEncodingChunked(request);
        if (asks || mayBeLong) {
            Failure unwanted = server.door().refuse(clientRequest(ctx, request, NOTHING));
            if (unwanted != null) {
                refuse(ctx, unwanted);
                return;
            }
        }
        if (declared > 0 && !body.expect(declared)) {
            refuse(ctx, noMemory());
            return;
        }
        startBodyDeadline(ctx);
        if (asks) {
            request.headers().remove(HttpHeaderNames.EXPECT);
            sendContinue(ctx);
        }
    }

    private void startBodyDeadline(ChannelHandlerContext ctx) {
        long byNanos = System.nanoTime() + settings.body().toNanos();
        watchBody(ctx, byNanos, body.length());
    }

    /// Looks at intervals whether the body still comes, and fast enough.
    private void watchBody(ChannelHandlerContext ctx, long byNanos, int before) {
        Duration interval = settings.http().bodyInterval();
        long left = byNanos - System.nanoTime();
        Duration wait = left < interval.toNanos() ? Duration.ofNanos(Math.max(0, left)) : interval;
        long wanted = settings.http().bodyRateBytes() * wait.toMillis() / 1000;
        startDeadline(
                ctx,
                wait,
                () -> {
                    if (System.nanoTime() - byNanos >= 0) {
                        tooSlow(ctx, "the body did not arrive within " + shown(settings.body()));
                    } else if (body.length() - before < wanted) {
                        tooSlow(
                                ctx,
                                "less than "
                                        + wanted
                                        + " bytes of the body arrived within "
                                        + shown(wait));
                    } else {
                        watchBody(ctx, byNanos, body.length());
                    }
                });
    }

    private void tooSlow(ChannelHandlerContext ctx, String detail) {
        server.counts().slowBodies.increment();
        refuse(ctx, Failure.of(Failure.Kind.REQUEST_TIMEOUT, detail));
    }

    static String shown(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private void append(ChannelHandlerContext ctx, HttpContent content, HttpRequest request) {
        int count = content.content().readableBytes();
        if (body.length() + count > settings.maxBodyBytes()) {
            refuse(ctx, tooLarge());
            return;
        }
        if (exchange != null && waitingBytes + body.length() + count > settings.maxBodyBytes()) {
            dropFromHereOn();
            return;
        }
        if (!body.append(content.content())) {
            refuse(ctx, noMemory());
            return;
        }
        if (content instanceof LastHttpContent) {
            finish(ctx, request, null);
        }
    }

    /// The request that was being put together is as complete as it will be.
    private void finish(ChannelHandlerContext ctx, HttpRequest request, @Nullable Failure failure) {
        head = null;
        long reserved = failure == null ? body.reserved() : 0;
        byte[] whole = failure == null ? body.take() : NOTHING;
        var next = new Waiting(clientRequest(ctx, request, whole), request, reserved, failure);
        if (exchange == null) {
            start(ctx, next);
        } else {
            waiting.add(next);
            waitingBytes += next.bytes();
        }
    }

    private void start(ChannelHandlerContext ctx, Waiting next) {
        stopDeadline();
        served = next.reserved;
        Failure failure = next.failure;
        if (failure != null) {
            refused = true;
            next.head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelExchange started = exchange(ctx, next.request, next.head);
        exchange = started;
        if (failure != null) {
            server.door().answer(started, failure);
        } else {
            Thread.ofVirtual().start(() -> handle(started));
        }
    }

    private ClientRequest clientRequest(
            ChannelHandlerContext ctx, HttpRequest request, byte[] whole) {
        String target = HeadRules.pathAndQuery(request.uri());
        int question = target.indexOf('?');
        return new ClientRequest(
                request.method().name(),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                request.headers(),
                whole,
                System.nanoTime(),
                isHttp1(),
                peer(ctx.channel()));
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
    final void refuse(ChannelHandlerContext ctx, Failure failure) {
        deaf = true;
        body.clear();
        HttpRequest request =
                head != null
                        ? head
                        : new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        finish(ctx, request, failure);
    }

    private void dropFromHereOn() {
        deaf = true;
        head = null;
        body.clear();
        server.counts().droppedPipelined.increment();
        closeAfterResponse();
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

    /// Whether the last request was answered before it was complete, so that more of it may come.
    final boolean wasRefused() {
        return refused;
    }

    /// Whether no request has begun.
    final boolean isWaiting() {
        return exchange == null && head == null;
    }

    final boolean isServing() {
        return exchange != null;
    }

    /// The exchange is over: the next request may start.
    ///
    /// @return whether there is one, or a part of one
    final boolean next(ChannelHandlerContext ctx) {
        exchange = null;
        server.memory().release(served);
        served = 0;
        Waiting next = waiting.poll();
        if (next != null) {
            waitingBytes -= next.bytes();
            start(ctx, next);
        } else if (head != null) {
            startBodyDeadline(ctx);
        }
        return exchange != null || head != null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopDeadline();
        deaf = true;
        head = null;
        body.clear();
        for (Waiting left : waiting) {
            server.memory().release(left.reserved);
        }
        waiting.clear();
        server.memory().release(served);
        served = 0;
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
