package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.simulator.answer.ErrorCode;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.GoAway;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Interim;
import dev.firsttoken.simulator.answer.Step.MoreHeaders;
import dev.firsttoken.simulator.answer.Step.OpenHead;
import dev.firsttoken.simulator.answer.Step.Raw;
import dev.firsttoken.simulator.answer.Step.Wait;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: requests one after the other, each answered before the next.
///
/// It reads all the time, also while it answers, because that is how a client that leaves is
/// noticed. What it writes are bytes, framed beforehand; no HTTP encoder is involved.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Line {

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
    private static final int MAX_PIPELINED = 100;
    private static final int DRIPS = 20;

    private final Service service;
    private final ArrayDeque<Request> pipelined = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;

    private @Nullable HttpRequest incoming;
    private final ByteArrayOutputStream incomingBody = new ByteArrayOutputStream();

    private @Nullable Request current;
    private @Nullable Playback playback;
    private Framing framing = Framing.CHUNKED;

    private record Request(Exchange exchange, boolean isHttp10, boolean keepAlive) {}

    Http1Connection(Service service) {
        this.service = service;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        try {
            if (message instanceof HttpRequest request) {
                if (request.decoderResult().isFailure()) {
                    ctx.close();
                    return;
                }
                incoming = request;
                incomingBody.reset();
                if (HttpUtil.is100ContinueExpected(request)) {
                    ctx.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), ctx.voidPromise());
                }
            }
            if (message instanceof HttpContent content) {
                ByteBuf bytes = content.content();
                if (content.decoderResult().isFailure()
                        || incomingBody.size() + bytes.readableBytes() > Service.MAX_BODY_BYTES) {
                    ctx.close();
                    return;
                }
                bytes.readBytes(incomingBody, bytes.readableBytes());
                if (content instanceof LastHttpContent) {
                    received();
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void received() {
        HttpRequest request = incoming;
        if (request == null) {
            return;
        }
        incoming = null;
        List<Header> headers = new ArrayList<>();
        request.headers()
                .forEach(header ->
                        headers.add(
                                new Header(
                                        header.getKey().toLowerCase(Locale.ROOT),
                                        header.getValue())));
        boolean isHttp10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        Exchange exchange =
                service.received(
                        request.protocolVersion().text(),
                        request.method().name(),
                        request.uri(),
                        headers,
                        incomingBody.toByteArray());
        pipelined.add(new Request(exchange, isHttp10, HttpUtil.isKeepAlive(request)));
        if (pipelined.size() > MAX_PIPELINED) {
            context().close();
        } else if (current == null) {
            serveNext();
        }
    }

    private void serveNext() {
        Request request = pipelined.poll();
        current = request;
        if (request == null) {
            playback = null;
            return;
        }
        Playback answer = service.answer(request.exchange(), this);
        playback = answer;
        answer.play();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Playback answer = playback;
        if (answer != null) {
            answer.resume();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Playback answer = playback;
        if (answer != null) {
            answer.clientLeft();
        }
        Request unanswered = current;
        if (unanswered != null) {
            unanswered.exchange().end(Exchange.How.CLIENT_LEFT);
        }
        for (Request request : pipelined) {
            request.exchange().end(Exchange.How.CLIENT_LEFT);
        }
        pipelined.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset by the client arrives here; closing tells the rest of us that it left.
        ctx.close();
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void head(Head head) {
        write(Unpooled.wrappedBuffer(encode(head)));
    }

    @Override
    public List<Step> drip(Head head) {
        byte[] bytes = encode(head);
        int drops = Math.min(DRIPS, bytes.length);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < drops; i++) {
            steps.add(new Wait(head.spread().toNanos() / drops));
            int from = i * bytes.length / drops;
            steps.add(new Raw(Piece.of(bytes, from, (i + 1) * bytes.length / drops)));
        }
        return steps;
    }

    private byte[] encode(Head head) {
        Request request = current;
        framing = head.framing();
        if (request != null && request.isHttp10() && framing == Framing.CHUNKED) {
            framing = Framing.CLOSE_DELIMITED;
        }
        StringBuilder text = begin(head.status(), head.headers());
        switch (framing) {
            case CHUNKED -> text.append("transfer-encoding: chunked\r\n");
            case CONTENT_LENGTH ->
                    text.append("content-length: ").append(head.contentLength()).append("\r\n");
            case CLOSE_DELIMITED, NONE -> {}
        }
        if (isLast()) {
            text.append("connection: close\r\n");
        } else if (request != null && request.isHttp10()) {
            text.append("connection: keep-alive\r\n");
        }
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private static StringBuilder begin(int status, List<Header> headers) {
        StringBuilder text = new StringBuilder(256).append("HTTP/1.1 ");
        text.append(HttpResponseStatus.valueOf(status)).append("\r\n");
        append(headers, text);
        return text;
    }

    private static void append(List<Header> headers, StringBuilder text) {
        for (Header header : headers) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
    }

    @Override
    public void interim(Interim interim) {
        write(begin(interim.status(), interim.headers()).append("\r\n"));
    }

    @Override
    public void openHead(OpenHead head) {
        write(begin(head.status(), head.headers()));
    }

    @Override
    public void moreHeaders(MoreHeaders more) {
        StringBuilder text = new StringBuilder(256);
        append(more.headers(), text);
        write(text);
    }

    private void write(StringBuilder text) {
        write(Unpooled.wrappedBuffer(text.toString().getBytes(ISO_8859_1)));
    }

    @Override
    public void goAway(GoAway goAway) {
        throw new IllegalStateException(goAway + ": on HTTP/1.1 (expected: HTTP/2)");
    }

    private boolean isLast() {
        Request request = current;
        return request == null || !request.keepAlive() || framing == Framing.CLOSE_DELIMITED;
    }

    @Override
    public void body(Piece piece) {
        write(framing == Framing.CHUNKED ? Unpooled.wrappedBuffer(piece.chunk()) : bare(piece));
    }

    @Override
    public void raw(Piece piece) {
        write(bare(piece));
    }

    private static ByteBuf bare(Piece piece) {
        return Unpooled.wrappedBuffer(piece.chunk(), piece.offset(), piece.length());
    }

    @Override
    public void end() {
        if (framing == Framing.CHUNKED) {
            write(Unpooled.wrappedBuffer(LAST_CHUNK));
        }
    }

    private void write(ByteBuf bytes) {
        ChannelHandlerContext ctx = context();
        ctx.writeAndFlush(bytes, ctx.voidPromise());
    }

    @Override
    public ChannelFuture flushed() {
        return context().writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void cut() {
        flushed().addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void later(Runnable task) {
        context().executor().execute(task);
    }

    @Override
    public void reset(ErrorCode code) {
        // A close that lingers for 0 seconds is a reset.
        context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context().close();
    }

    @Override
    public void finished() {
        if (isLast()) {
            context().close();
        } else {
            serveNext();
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not on a channel yet");
        }
        return ctx;
    }
}
