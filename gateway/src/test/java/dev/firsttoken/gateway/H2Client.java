package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client that speaks it from the first byte, without TLS or upgrade.
final class H2Client implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final Channel connection;

    H2Client(int port) throws InterruptedException {
        connection =
                new Bootstrap()
                        .group(loops)
                        .channel(NioSocketChannel.class)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        Http2FrameCodecBuilder.forClient()
                                                                .gracefulShutdownTimeoutMillis(0)
                                                                .build(),
                                                        new Http2MultiplexHandler(
                                                                new ChannelInboundHandlerAdapter()));
                                    }
                                })
                        .connect("127.0.0.1", port)
                        .sync()
                        .channel();
    }

    Stream post(String path, String json) throws Exception {
        Stream stream = open("POST", path, false);
        stream.send(json, true);
        return stream;
    }

    /// Sends a request's head.
    ///
    /// @param whole whether there is nothing more to the request
    Stream open(String method, String path, boolean whole) throws Exception {
        var stream = new Stream();
        Http2StreamChannel channel =
                new Http2StreamChannelBootstrap(connection).handler(stream).open().get();
        stream.channel = channel;
        Http2Headers headers =
                new DefaultHttp2Headers()
                        .method(method)
                        .scheme("http")
                        .authority("test")
                        .path(path);
        if (!whole) {
            headers.set("content-type", "application/json");
        }
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(headers, whole)).sync();
        return stream;
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /// One request's answer, as it comes in.
    static final class Stream extends ChannelInboundHandlerAdapter {

        final CompletableFuture<Http2Headers> head = new CompletableFuture<>();

        /// `END_STREAM`, `RST_STREAM` with its code, or that the connection has closed.
        final CompletableFuture<String> end = new CompletableFuture<>();

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable Channel channel;

        private Channel channel() {
            Channel opened = channel;
            if (opened == null) {
                throw new IllegalStateException("not open yet");
            }
            return opened;
        }

        void send(String text, boolean last) {
            channel()
                    .writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, UTF_8), last));
        }

        int status() throws Exception {
            return Integer.parseInt(head.get(5, TimeUnit.SECONDS).status().toString());
        }

        /// The whole body, once it has ended as it should.
        String whole() throws Exception {
            String how = end.get(5, TimeUnit.SECONDS);
            if (!how.equals("END_STREAM")) {
                throw new AssertionError(how + " after " + body());
            }
            return body();
        }

        String body() {
            return body.toString(UTF_8);
        }

        void reset() {
            channel().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }

        /// Takes nothing more, or goes on.
        void reading(boolean reading) {
            channel().config().setAutoRead(reading);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (message instanceof Http2HeadersFrame frame) {
                head.complete(frame.headers());
                if (frame.isEndStream()) {
                    end.complete("END_STREAM");
                }
            } else if (message instanceof Http2DataFrame frame) {
                frame.content().readBytes(body, frame.content().readableBytes());
                if (frame.isEndStream()) {
                    end.complete("END_STREAM");
                }
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                end.complete("RST_STREAM " + reset.errorCode());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end.complete("connection closed");
        }
    }
}
