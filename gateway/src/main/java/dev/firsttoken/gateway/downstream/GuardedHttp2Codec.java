package dev.firsttoken.gateway.downstream;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Netty's HTTP/2 codec with its own defences on, and one more: a client that makes *us* reset
/// streams is treated as one that resets them itself (CVE-2025-8671).
///
/// Netty has such a limit too, but counts resets of ours that are no fault of the client, such as
/// those for a provider that breaks off; with many streams on one connection that would end all of
/// them.
final class GuardedHttp2Codec extends Http2FrameCodec {

    /// Over how long resets are counted.
    private static final Duration WINDOW = Duration.ofSeconds(30);

    /// How long a client has to take the GOAWAY that says why.
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final int SMALL_CONTINUATIONS = 10;
    private static final int EMPTY_DATA_FRAMES = 2;
    private static final int QUEUED_CONTROL_FRAMES = 1000;

    private final EdgeCounts counts;
    private boolean broken;

    private GuardedHttp2Codec(
            Http2ConnectionEncoder encoder,
            Http2ConnectionDecoder decoder,
            Http2Settings initialSettings,
            EdgeCounts counts) {
        super(encoder, decoder, initialSettings, false, true);
        this.counts = counts;
        // How long a stop may take is decided elsewhere.
        gracefulShutdownTimeoutMillis(-1);
    }

    static Http2FrameCodec of(ServerSettings settings, EdgeCounts counts) {
        return new Builder(settings, counts).build();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception error) {
        if (!broken) {
            broken = true;
            counts.http2Error(error == null ? Http2Error.INTERNAL_ERROR : error.error());
            ctx.executor()
                    .schedule(
                            () -> {
                                ctx.close();
                            },
                            LAST_WORDS.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        super.onConnectionError(ctx, outbound, cause, error);
    }

    private static final class Builder extends Http2FrameCodecBuilder {
        private final int resets;
        private final EdgeCounts counts;

        Builder(ServerSettings settings, EdgeCounts counts) {
            this.resets = settings.http().http2Resets();
            this.counts = counts;
            server(true);
            initialSettings(
                    Http2Settings.defaultSettings()
                            .maxConcurrentStreams(settings.http().http2Streams())
                            .maxHeaderListSize(settings.maxHeadBytes()));
            validateRequiredPseudoHeaders(true);
            decoderEnforceMaxRstFramesPerWindow(resets, (int) WINDOW.toSeconds());
            decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATIONS);
            decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES);
            encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES);
            encoderEnforceMaxRstFramesPerWindow(0, 0);
        }

        @Override
        protected Http2FrameCodec build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings initialSettings) {
            var limited = new ResetLimit(encoder, resets);
            var codec = new GuardedHttp2Codec(limited, decoder, initialSettings, counts);
            limited.codec = codec;
            return codec;
        }
    }

    /// Counts the resets that we send because of what the client did.
    private static final class ResetLimit extends DecoratingHttp2ConnectionEncoder {
        private final int limit;
        private @Nullable GuardedHttp2Codec codec;
        private long windowStartNanos = System.nanoTime();
        private int inWindow;

        ResetLimit(Http2ConnectionEncoder encoder, int limit) {
            super(encoder);
            this.limit = limit;
        }

        @Override
        public ChannelFuture writeRstStream(
                ChannelHandlerContext ctx, int streamId, long code, ChannelPromise promise) {
            markAsUsed(streamId);
            ChannelFuture written = super.writeRstStream(ctx, streamId, code, promise);
            if (isTheClientsFault(code) && isOneTooMany() && codec != null) {
                codec.onError(
                        ctx,
                        true,
                        Http2Exception.connectionError(
                                Http2Error.ENHANCE_YOUR_CALM,
                                "more than %d streams had to be reset",
                                limit));
            }
            return written;
        }

        /// Netty forgets a stream whose head it refuses, and ends the whole connection for what is
        /// still under way on it, as if it had never begun. So it is begun, and over at once.
        private void markAsUsed(int streamId) {
            Http2Connection.Endpoint<?> client = connection().remote();
            if (!client.isValidStreamId(streamId) || client.mayHaveCreatedStream(streamId)) {
                return;
            }
            int limit = client.maxActiveStreams();
            client.maxActiveStreams(Integer.MAX_VALUE);
            try {
                client.createStream(streamId, true).close();
            } catch (Http2Exception _) {
                // Too late for another stream: the connection is ending.
            } finally {
                client.maxActiveStreams(limit);
            }
        }

        private boolean isOneTooMany() {
            long now = System.nanoTime();
            if (now - windowStartNanos >= WINDOW.toNanos()) {
                windowStartNanos = now;
                inWindow = 0;
            }
            inWindow++;
            return inWindow == limit + 1;
        }

        private static boolean isTheClientsFault(long code) {
            return code != Http2Error.NO_ERROR.code()
                    && code != Http2Error.CANCEL.code()
                    && code != Http2Error.INTERNAL_ERROR.code();
        }
    }
}
