package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 stream: one request and its answer.
final class Http2Stream extends ChannelInboundHandlerAdapter implements Line {

    // Frame types, RFC 9113 section 6.
    private static final int HEADERS = 1;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;

    private static final int FULL_CONNECTION_MILLIS = 1;

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
                        reset(ErrorCode.INTERNAL_ERROR);
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
        resume();
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
        Channel stream = context().channel();
        if (!stream.parent().isWritable() && stream.isActive()) {
            // Only data counts against the stream itself. Nobody says when the connection has
            // drained what is not data.
            context()
                    .executor()
                    .schedule(this::resume, FULL_CONNECTION_MILLIS, TimeUnit.MILLISECONDS);
            return false;
        }
        return stream.isWritable();
    }

    private void resume() {
        Playback answer = playback;
        if (answer != null) {
            answer.resume();
        }
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
    public void raw(Piece piece) {
        throw new IllegalStateException("bytes outside a stream: on HTTP/2 (expected: HTTP/1.1)");
    }

    @Override
    public void interim(Interim interim) {
        DefaultHttp2Headers fields = new DefaultHttp2Headers();
        fields.status(Integer.toString(interim.status()));
        for (Header header : interim.headers()) {
            fields.add(header.name(), header.value());
        }
        context().writeAndFlush(new DefaultHttp2HeadersFrame(fields));
    }

    @Override
    public void openHead(OpenHead head) {
        ByteBuf block = Unpooled.buffer();
        literal(":status", Integer.toString(head.status()), block);
        head.headers().forEach(header -> literal(header.name(), header.value(), block));
        writeFrame(HEADERS, id(), block);
    }

    @Override
    public void moreHeaders(MoreHeaders more) {
        ByteBuf block = Unpooled.buffer();
        more.headers().forEach(header -> literal(header.name(), header.value(), block));
        writeFrame(CONTINUATION, id(), block);
    }

    @Override
    public void goAway(GoAway goAway) {
        ByteBuf body = Unpooled.buffer(8);
        // Ours are the client's streams, which have odd numbers.
        body.writeInt(goAway.covered() ? id() : Math.max(0, id() - 2));
        body.writeInt(goAway.code().number());
        writeFrame(GOAWAY, 0, body);
    }

    private int id() {
        return ((Http2StreamChannel) context().channel()).stream().id();
    }

    /// A header that neither side's table remembers, RFC 7541 section 6.2.2.
    private static void literal(String name, String value, ByteBuf block) {
        block.writeByte(0);
        string(name, block);
        string(value, block);
    }

    private static void string(String text, ByteBuf block) {
        int length = text.length();
        if (length < 127) {
            block.writeByte(length);
        } else {
            block.writeByte(127);
            for (length -= 127; length >= 128; length >>>= 7) {
                block.writeByte((length & 127) | 128);
            }
            block.writeByte(length);
        }
        block.writeCharSequence(text, ISO_8859_1);
    }

    /// A frame without flags that goes past the codec, which would never send it like that.
    private void writeFrame(int type, int stream, ByteBuf body) {
        ByteBuf frame = Unpooled.buffer(9 + body.readableBytes());
        frame.writeMedium(body.readableBytes());
        frame.writeByte(type);
        frame.writeByte(0);
        frame.writeInt(stream);
        frame.writeBytes(body);
        codec().writeAndFlush(frame);
    }

    private ChannelHandlerContext codec() {
        return context().channel().parent().pipeline().context(Http2FrameCodec.class);
    }

    @Override
    public void later(Runnable task) {
        context().executor().execute(task);
    }

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
        ChannelHandlerContext codec = codec();
        codec.flush();
        codec.close();
    }

    @Override
    public void reset(ErrorCode code) {
        context().writeAndFlush(new DefaultHttp2ResetFrame(code.number()));
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
