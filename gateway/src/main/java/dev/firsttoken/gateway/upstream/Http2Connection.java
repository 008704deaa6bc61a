package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to a provider: carries many calls at once, each on a stream of its own.
final class Http2Connection extends ChannelInboundHandlerAdapter {

    /// How many calls share a connection at most, whatever the provider allows: what is lost with a
    /// connection stays bounded.
    private static final int MAX_STREAMS = 250;

    /// What RFC 9113, 6.5.2 recommends as the least a peer should allow; used until it says more.
    private static final int STREAMS_BEFORE_SETTINGS = 100;

    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    private static final int CONNECTION_WINDOW_BYTES = 16 << 20;

    private final OriginConnections pool;
    private final Channel channel;
    private final int maxHeaders;
    private int streams;
    private int maxStreams = STREAMS_BEFORE_SETTINGS;
    private boolean goingAway;
    private long idleSinceNanos = System.nanoTime();

    private Http2Connection(OriginConnections pool, Channel channel, int maxHeaders) {
        this.pool = pool;
        this.channel = channel;
        this.maxHeaders = maxHeaders;
    }

    /// Turns a connected channel into an HTTP/2 connection.
    static Http2Connection on(Channel channel, OriginConnections pool, UpstreamSettings settings) {
        var connection = new Http2Connection(pool, channel, settings.maxHeaders());
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forClient()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .initialWindowSize(STREAM_WINDOW_BYTES)
                                        .maxHeaderListSize(settings.maxHeadBytes()))
                        .build();
        channel.pipeline()
                .addLast(codec)
                .addLast(new Http2MultiplexHandler(new RefusePushedStreams()))
                .addLast(connection);
        connection.widenWindow(codec);
        return connection;
    }

    /// The default of 64 KiB is shared by all streams of a connection, so one slow reader would
    /// stop the others.
    private void widenWindow(Http2FrameCodec codec) {
        Endpoint<Http2LocalFlowController> local = codec.connection().local();
        try {
            local.flowController()
                    .incrementWindowSize(
                            codec.connection().connectionStream(),
                            CONNECTION_WINDOW_BYTES - local.flowController().initialWindowSize());
        } catch (Http2Exception e) {
            throw new IllegalStateException("a window of " + CONNECTION_WINDOW_BYTES + " bytes", e);
        }
    }

    boolean hasRoom() {
        return channel.isActive() && !goingAway && streams < Math.min(maxStreams, MAX_STREAMS);
    }

    boolean isIdleSince(long nanos) {
        return streams == 0 && idleSinceNanos - nanos < 0;
    }

    void close() {
        channel.close();
    }

    void send(UpstreamCall call, FullHttpRequest request, boolean secure) {
        streams++;
        request.headers()
                .set(
                        HttpConversionUtil.ExtensionHeaderNames.SCHEME.text(),
                        secure ? HttpScheme.HTTPS.name() : HttpScheme.HTTP.name());
        var handler = new Stream();
        new Http2StreamChannelBootstrap(channel)
                .handler(
                        new ChannelInitializer<Http2StreamChannel>() {
                            @Override
                            protected void initChannel(Http2StreamChannel stream) {
                                stream.pipeline()
                                        .addLast(new Http2StreamFrameToHttpObjectCodec(false))
                                        .addLast(handler);
                            }
                        })
                .open()
                .addListener(opened -> {
                    if (!opened.isSuccess()) {
                        streamClosed();
                        request.release();
                        goingAway = true;
                        // It was not sent.
                        call.guard(() -> pool.startFresh(call));
                        return;
                    }
                    var stream = (Http2StreamChannel) opened.getNow();
                    if (call.isOver()) {
                        request.release();
                        stream.close();
                        return;
                    }
                    handler.begin(call);
                    call.connected(stream);
                    stream.writeAndFlush(request);
                });
    }

    private void streamClosed() {
        streams--;
        if (streams == 0) {
            idleSinceNanos = System.nanoTime();
            if (goingAway) {
                channel.close();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        switch (frame) {
            case Http2SettingsFrame settings -> {
                Long max = settings.settings().maxConcurrentStreams();
                if (max != null) {
                    maxStreams = (int) Math.min(max, Integer.MAX_VALUE);
                }
                pool.gainedRoom(this);
            }
            case Http2GoAwayFrame _ -> {
                goAway();
                if (streams == 0) {
                    ctx.close();
                }
            }
            default -> {
                // Acknowledgements and pings are the codec's business.
            }
        }
        ReferenceCountUtil.release(frame);
    }

    /// Takes no more calls, and closes after the last one.
    private void goAway() {
        goingAway = true;
        pool.lost(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        goAway();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    /// One call's stream.
    private final class Stream extends ResponseHandler {
        private boolean interim;

        /// The provider has said that it did not look at the request.
        private boolean unprocessed;

        /// The code it reset the stream with, if it did.
        private @Nullable String resetWith;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                UpstreamCall current = call();
                if (current != null) {
                    current.responds();
                }
                if (message instanceof HttpObject object) {
                    read(ctx, object);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void read(ChannelHandlerContext ctx, HttpObject object) {
            if (object.decoderResult().isFailure()) {
                fail(ctx, Failure.Kind.INVALID, "the provider's response is not HTTP");
                return;
            }
            if (object instanceof HttpResponse response) {
                interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
                if (response.headers().size() > maxHeaders) {
                    fail(
                            ctx,
                            Failure.Kind.INVALID,
                            "the provider's response has more than " + maxHeaders + " headers");
                } else if (!interim) {
                    responseHead(response.status().code(), response.headers());
                } else if (isOneInterimTooMany()) {
                    fail(
                            ctx,
                            Failure.Kind.INVALID,
                            "the provider sends interim responses without end");
                }
            }
            if (object instanceof HttpContent content && !interim) {
                responseBody(content.content());
                if (content instanceof LastHttpContent) {
                    responseEnd(ctx, true);
                }
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            switch (event) {
                case Http2ResetFrame reset -> {
                    Http2Error code = Http2Error.valueOf(reset.errorCode());
                    resetWith = code == null ? Long.toString(reset.errorCode()) : code.name();
                    // RFC 9113, 8.7. Whoever refuses one stream refuses the next one too.
                    if (code == Http2Error.REFUSED_STREAM) {
                        unprocessed = true;
                        goAway();
                    }
                }
                // Streams that a GOAWAY covers do not get here (RFC 9113, 6.8).
                case Http2GoAwayFrame _ -> unprocessed = true;
                default -> {
                    // Nothing that concerns an answer.
                }
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            streamClosed();
            UpstreamCall current = call();
            if (resetWith == null || current == null) {
                super.channelInactive(ctx);
                return;
            }
            fail(
                    ctx,
                    Failure.Kind.TRUNCATED,
                    "the provider reset the stream ("
                            + resetWith
                            + (current.hasResponded()
                                    ? ") in the middle of its answer"
                                    : ") before it answered"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof Http2Exception.HeaderListSizeException) {
                fail(
                        ctx,
                        Failure.Kind.INVALID,
                        "the provider's response has a head that is too long");
            } else {
                super.exceptionCaught(ctx, cause);
            }
        }

        @Override
        void ended(ChannelHandlerContext ctx, boolean reusable) {
            // The stream closes itself once both sides have ended.
        }

        @Override
        void broken(UpstreamCall call, Failure failure) {
            if (unprocessed && call.mayRetry()) {
                pool.retry(call);
            } else {
                call.failed(failure);
            }
        }
    }

    /// We ask for no pushes; a stream that comes all the same is closed.
    @Sharable
    private static final class RefusePushedStreams extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.close();
        }
    }
}
