package dev.firsttoken.simulator;

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
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// An HTTP/2 client that speaks it from the first byte, without TLS or upgrade.
final class H2Client implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel connection;

    /// The last stream id of the GOAWAY, once there is one.
    final CompletableFuture<Integer> goAway = new CompletableFuture<>();

    H2Client(URI baseUrl) throws InterruptedException {
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
                                                                new ChannelInboundHandlerAdapter()),
                                                        new Farewell());
                                    }
                                })
                        .connect(baseUrl.getHost(), baseUrl.getPort())
                        .sync()
                        .channel();
    }

    Stream chat(String model) throws Exception {
        Stream stream = new Stream();
        Http2StreamChannel channel =
                new Http2StreamChannelBootstrap(connection).handler(stream).open().get();
        stream.channel = channel;
        channel.write(
                new DefaultHttp2HeadersFrame(
                        new DefaultHttp2Headers()
                                .method("POST")
                                .scheme("http")
                                .authority("sim")
                                .path("/v1/chat/completions")));
        String body =
                "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        .formatted(model);
        channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, UTF_8), true));
        return stream;
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Farewell extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2GoAwayFrame frame) {
                goAway.complete(frame.lastStreamId());
            }
            ReferenceCountUtil.release(message);
        }
    }

    /// One request's answer, as it comes in.
    static final class Stream extends ChannelInboundHandlerAdapter {

        final CompletableFuture<String> status = new CompletableFuture<>();
        final CompletableFuture<String> end = new CompletableFuture<>();
        final CountDownLatch data = new CountDownLatch(1);
        final List<String> statuses = new CopyOnWriteArrayList<>();
        final List<Integer> frameSizes = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private Http2StreamChannel channel;

        int id() {
            return channel.stream().id();
        }

        String body() {
            return body.toString(UTF_8);
        }

        void reset() {
            channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (message instanceof Http2HeadersFrame frame) {
                statuses.add(frame.headers().status().toString());
                status.complete(frame.headers().status().toString());
            } else if (message instanceof Http2DataFrame frame) {
                int size = frame.content().readableBytes();
                frameSizes.add(size);
                frame.content().readBytes(body, size);
                data.countDown();
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
