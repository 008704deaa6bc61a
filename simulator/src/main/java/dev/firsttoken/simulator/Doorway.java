package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Finds out which protocol a new connection speaks: by its first bytes in clear text, by ALPN with
/// TLS.
final class Doorway {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int MAX_STREAMS = 10_000;
    private static final int WINDOW_BYTES = 1 << 20;

    private final @Nullable SslContext tls;

    Doorway(SimulatorOptions.@Nullable Tls tls) throws SSLException {
        this.tls = tls == null ? null : context(tls);
    }

    private static SslContext context(SimulatorOptions.Tls tls) throws SSLException {
        return SslContextBuilder.forServer(tls.certificate().toFile(), tls.key().toFile())
                .sslProvider(SslProvider.JDK)
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                Protocol.ALPN,
                                SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT,
                                ApplicationProtocolNames.HTTP_2,
                                ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    void enter(Channel channel, Service service) {
        ChannelPipeline pipeline = channel.pipeline();
        SslContext secure = tls;
        if (secure == null) {
            pipeline.addLast(new FirstBytes(service));
        } else {
            pipeline.addLast(secure.newHandler(channel.alloc()));
            pipeline.addLast(new Negotiated(service));
        }
    }

    private static void speakHttp1(ChannelPipeline pipeline, Service service) {
        pipeline.addLast(new HttpRequestDecoder());
        pipeline.addLast(new Http1Connection(service));
    }

    private static void speakHttp2(ChannelPipeline pipeline, Service service) {
        // Many streams share the connection: what they send in one turn of the loop leaves
        // together.
        pipeline.addLast(
                new FlushConsolidationHandler(
                        FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
        pipeline.addLast(
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(MAX_STREAMS)
                                        .initialWindowSize(WINDOW_BYTES))
                        // A head that is too large is what somebody asked for.
                        .encoderIgnoreMaxHeaderListSize(true)
                        .gracefulShutdownTimeoutMillis(0)
                        .build());
        pipeline.addLast(
                new Http2MultiplexHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline().addLast(new Http2Stream(service));
                            }
                        }));
    }

    private static final class FirstBytes extends ByteToMessageDecoder {

        private final Service service;

        FirstBytes(Service service) {
            this.service = service;
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            int count = Math.min(in.readableBytes(), PREFACE.length);
            for (int i = 0; i < count; i++) {
                if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                    speakHttp1(ctx.pipeline(), service);
                    ctx.pipeline().remove(this);
                    return;
                }
            }
            if (count == PREFACE.length) {
                speakHttp2(ctx.pipeline(), service);
                ctx.pipeline().remove(this);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private static final class Negotiated extends ApplicationProtocolNegotiationHandler {

        private final Service service;

        Negotiated(Service service) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.service = service;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                speakHttp2(ctx.pipeline(), service);
            } else {
                speakHttp1(ctx.pipeline(), service);
            }
        }
    }
}
