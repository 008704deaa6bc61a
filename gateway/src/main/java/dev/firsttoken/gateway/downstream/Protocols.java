package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds out which HTTP a new connection speaks and builds its pipeline.
final class Protocols {

    private Protocols() {}

    private static void http1(
            ChannelPipeline pipeline, DownstreamServer server, ServerSettings settings) {
        var codec = new Http1Codec(settings);
        pipeline.addLast(codec).addLast(new Http1Exchanges(server, settings, codec));
    }

    private static void http2(
            ChannelPipeline pipeline, DownstreamServer server, ServerSettings settings) {
        Http2FrameCodec codec = GuardedHttp2Codec.of(settings, server.counts());
        var budget = new FrameBudget(codec, settings.http().http2Frames());
        var streams =
                new Http2MultiplexHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline()
                                        .addLast(new TrailerCheck())
                                        .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                                        .addLast(new Http2Exchanges(server, settings, budget));
                            }
                        });
        pipeline.addLast(budget)
                .addLast(codec)
                .addLast(streams)
                .addLast(new EndOfPipeline(codec, settings.idle()));
    }

    /// With TLS the client says what it speaks.
    static final class ByAlpn extends ApplicationProtocolNegotiationHandler {
        private final DownstreamServer server;
        private final ServerSettings settings;

        ByAlpn(DownstreamServer server, ServerSettings settings) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.server = server;
            this.settings = settings;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
                http2(ctx.pipeline(), server, settings);
            } else {
                http1(ctx.pipeline(), server, settings);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /// In clear text the first bytes tell: HTTP/2 begins with a preface that no HTTP/1.1 request
    /// can begin with (RFC 9113, 3.4).
    static final class ByPreface extends ByteToMessageDecoder {
        private static final byte[] PREFACE = {'P', 'R', 'I', ' '};

        private final DownstreamServer server;
        private final ServerSettings settings;
        private @Nullable Future<?> deadline;

        ByPreface(DownstreamServer server, ServerSettings settings) {
            this.server = server;
            this.settings = settings;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            deadline =
                    ctx.executor()
                            .schedule(
                                    () -> ctx.close(),
                                    settings.head().toNanos(),
                                    TimeUnit.NANOSECONDS);
        }

        @Override
        protected void handlerRemoved0(ChannelHandlerContext ctx) {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            int seen = Math.min(in.readableBytes(), PREFACE.length);
            boolean http2 = true;
            for (int i = 0; i < seen; i++) {
                http2 &= in.getByte(in.readerIndex() + i) == PREFACE[i];
            }
            if (http2 && seen < PREFACE.length) {
                return;
            }
            if (http2) {
                http2(ctx.pipeline(), server, settings);
            } else {
                http1(ctx.pipeline(), server, settings);
            }
            // What was read so far goes on to the codec that now follows.
            ctx.pipeline().remove(this);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event == DownstreamServer.Stopping.NOW) {
                ctx.close();
            }
            super.userEventTriggered(ctx, event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /// Headers behind a body are its last word and name no request (RFC 9113, 8.1).
    private static final class TrailerCheck extends ChannelInboundHandlerAdapter {
        private boolean headSeen;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame frame) {
                if (headSeen && (!frame.isEndStream() || hasPseudoHeader(frame))) {
                    ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR));
                    return;
                }
                headSeen = true;
            }
            ctx.fireChannelRead(message);
        }

        private static boolean hasPseudoHeader(Http2HeadersFrame frame) {
            for (CharSequence name : frame.headers().names()) {
                if (name.length() > 0 && name.charAt(0) == ':') {
                    return true;
                }
            }
            return false;
        }
    }

    /// Connection-level frames that nobody needs, and events that nobody else handled.
    private static final class EndOfPipeline extends ChannelInboundHandlerAdapter {
        private final Http2FrameCodec codec;
        private final Duration idle;
        private int lastStreamSeen = -1;
        private @Nullable Future<?> timer;

        EndOfPipeline(Http2FrameCodec codec, Duration idle) {
            this.codec = codec;
            this.idle = idle;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            timer =
                    ctx.executor()
                            .scheduleWithFixedDelay(
                                    () -> closeIfIdle(ctx),
                                    idle.toNanos(),
                                    idle.toNanos(),
                                    TimeUnit.NANOSECONDS);
        }

        /// No stream is open, and none was opened since this was last looked at.
        private void closeIfIdle(ChannelHandlerContext ctx) {
            int lastStream = codec.connection().remote().lastStreamCreated();
            if (codec.connection().numActiveStreams() == 0 && lastStream == lastStreamSeen) {
                ctx.channel().close();
            }
            lastStreamSeen = lastStream;
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (timer != null) {
                timer.cancel(false);
            }
            ctx.fireChannelInactive();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == DownstreamServer.Stopping.NOW) {
                // The codec makes a GOAWAY of it and waits for the streams that run.
                ctx.channel().close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The codec ends a connection by itself, and says why.
            if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
                ctx.close();
            }
        }
    }
}
