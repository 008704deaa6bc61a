package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Wait;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 stream: one request and its answer.
final class Http2Stream extends ChannelInboundHandlerAdapter implements Line {

    private final Service service;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Headers headers;
    private @Nullable Playback playback;
    private @Nullable ChannelFuture ended;

    Http2Stream(Service service) {
        this.service = service;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        try {
            switch (message) {
                case Http2HeadersFrame frame -> {
                    // Later header frames are trailers.
                    if (headers == null) {
                        headers = frame.headers();
                    }
                    if (frame.isEndStream()) {
                        received();
                    }
                }
                case Http2DataFrame frame -> {
                    ByteBuf bytes = frame.content();
                    if (body.size() + bytes.readableBytes() > Service.MAX_BODY_BYTES) {
                        reset();
                        return;
                    }
                    bytes.readBytes(body, bytes.readableBytes());
                    if (frame.isEndStream()) {
                        received();
                    }
                }
                default -> {}
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void received() {
        Http2Headers given = headers;
        if (given == null || playback != null) {
            return;
        }
        List<Header> fields = new ArrayList<>();
        String method = "";
        String path = "";
        for (var field : given) {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            switch (name) {
                case ":method" -> method = value;
                case ":path" -> path = value;
                case ":authority" -> fields.add(new Header("host", value));
                case ":scheme" -> {}
                default -> fields.add(new Header(name, value));
            }
        }
        Exchange exchange = service.received("HTTP/2", method, path, fields, body.toByteArray());
        Playback answer = service.answer(exchange, this);
        playback = answer;
        // Not from inside the read: there, flushes wait for its end and frames melt into one.
        context().executor().execute(answer::play);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Playback answer = playback;
        if (answer != null) {
            answer.resume();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame) {
            clientLeft();
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // A stream closes by itself once both sides have ended it.
        if (ended == null) {
            clientLeft();
        }
    }

    private void clientLeft() {
        Playback answer = playback;
        if (answer != null) {
            answer.clientLeft();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void head(Head head) {
        DefaultHttp2Headers fields = new DefaultHttp2Headers();
        fields.status(Integer.toString(head.status()));
        for (Header header : head.headers()) {
            fields.add(header.name(), header.value());
        }
        if (head.framing() == Framing.CONTENT_LENGTH) {
            fields.addLong("content-length", head.contentLength());
        }
        context().writeAndFlush(new DefaultHttp2HeadersFrame(fields));
    }

    @Override
    public List<Step> drip(Head head) {
        return List.of(new Wait(head.spread().toNanos()), head.withSpread(Duration.ZERO));
    }

    @Override
    public void body(Piece piece) {
        ByteBuf bytes = Unpooled.wrappedBuffer(piece.chunk(), piece.offset(), piece.length());
        context().writeAndFlush(new DefaultHttp2DataFrame(bytes));
    }

    @Override
    public void raw(Piece piece) {}

    @Override
    public void end() {
        ended = context().writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
    }

    @Override
    public ChannelFuture flushed() {
        ChannelFuture last = ended;
        return last == null ? context().newSucceededFuture() : last;
    }

    @Override
    public void cut() {
        // From the codec on, for the codec itself would first wait for all streams to end.
        Channel connection = context().channel().parent();
        ChannelHandlerContext codec = connection.pipeline().context(Http2FrameCodec.class);
        codec.flush();
        codec.close();
    }

    @Override
    public void reset() {
        context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    }

    @Override
    public void finished() {}

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not on a channel yet");
        }
        return ctx;
    }
}
