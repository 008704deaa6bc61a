package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A provider that speaks HTTP/2 with prior knowledge and does what it is told with each request,
/// down to the frame: for what no provider should do, and the simulator does not.
final class H2Provider implements AutoCloseable {

    /// What is done with a request once it is complete.
    @FunctionalInterface
    interface Reaction {
        void to(Request request);
    }

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Channel listener;

    H2Provider(Reaction reaction) throws InterruptedException {
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        connections.incrementAndGet();
                                        channel.pipeline()
                                                .addLast(
                                                        Http2FrameCodecBuilder.forServer()
                                                                .gracefulShutdownTimeoutMillis(0)
                                                                .encoderIgnoreMaxHeaderListSize(
                                                                        true)
                                                                .build(),
                                                        new Http2MultiplexHandler(
                                                                new ChannelInitializer<>() {
                                                                    @Override
                                                                    protected void initChannel(
                                                                            Channel stream) {
                                                                        stream.pipeline()
                                                                                .addLast(
                                                                                        new Stream(
                                                                                                reaction));
                                                                    }
                                                                }));
                                    }
                                })
                        .bind("127.0.0.1", 0)
                        .sync()
                        .channel();
    }

    int requests() {
        return requests.get();
    }

    int connections() {
        return connections.get();
    }

    URI baseUrl() {
        return URI.create(
                "http://127.0.0.1:"
                        + ((InetSocketAddress) listener.localAddress()).getPort()
                        + "/v1");
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Stream extends ChannelInboundHandlerAdapter {
        private final Reaction reaction;

        Stream(Reaction reaction) {
            this.reaction = reaction;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            boolean whole = message instanceof Http2DataFrame data && data.isEndStream();
            ReferenceCountUtil.release(message);
            if (whole) {
                reaction.to(new Request(requests.incrementAndGet(), ctx));
            }
        }
    }

    /// One request.
    ///
    /// @param number counted over all connections, from 1
    record Request(int number, ChannelHandlerContext ctx) {

        /// Answers with a head.
        ///
        /// @param headers names and values by turns
        Request head(String... headers) {
            Http2Headers head =
                    new DefaultHttp2Headers()
                            .status("200")
                            .set("content-type", "text/event-stream");
            for (int i = 0; i < headers.length; i += 2) {
                head.add(headers[i], headers[i + 1]);
            }
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(head, false));
            return this;
        }

        Request body(String text, boolean last) {
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, UTF_8), last));
            return this;
        }

        /// A whole answer of one delta.
        void answer() {
            head().body(
                            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
                            true);
        }

        void reset(Http2Error code) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(code));
        }

        /// Resets the stream once these bytes have left: a reset takes what still waits with it.
        void bodyThenReset(String text, Http2Error code) {
            ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, UTF_8), false))
                    .addListener(_ -> reset(code));
        }

        /// Ends the connection.
        ///
        /// @param lastStream the last stream that may have been worked on
        void goAway(int lastStream) {
            Channel connection = ctx.channel().parent();
            // By hand, since the codec would not say anything that is not so (RFC 9113, 6.8).
            ByteBuf frame = Unpooled.buffer(17);
            frame.writeMedium(8).writeByte(7).writeByte(0).writeInt(0);
            frame.writeInt(lastStream).writeInt(0);
            connection
                    .pipeline()
                    .context(Http2FrameCodec.class)
                    .writeAndFlush(frame)
                    .addListener(_ -> connection.close());
        }

        int stream() {
            return ((Http2StreamChannel) ctx.channel()).stream().id();
        }
    }
}
