package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to a provider: carries many calls at once, each on a stream of its own.
///
/// Frames go to their calls as the codec decodes them, without a channel for each stream in
/// between: the events of all streams that one read brings cost little more than those of one.
final class Http2Connection {

    /// How many calls share a connection at most, whatever the provider allows: what is lost with a
    /// connection stays bounded.
    private static final int MAX_STREAMS = 250;

    /// What RFC 9113, 6.5.2 recommends as the least a peer should allow; used until it says more.
    private static final int STREAMS_BEFORE_SETTINGS = 100;

    /// What a provider may send ahead in an answer that is streamed, and so the most that waits
    /// here for a client that has stopped reading. Over a round trip of 100 ms it lets 640 KB/s
    /// through.
    private static final int STREAM_WINDOW_BYTES = 64 << 10;

    /// The same for an answer that comes in one piece, for which no client's pace matters.
    private static final int WHOLE_WINDOW_BYTES = 1 << 20;

    /// All streams share it, so those whose clients have stopped must not be able to fill it.
    private static final int CONNECTION_WINDOW_BYTES = MAX_STREAMS * STREAM_WINDOW_BYTES;

    private final OriginConnections pool;
    private final Channel channel;
    private final Http2Codec codec;
    private final int maxHeaders;
    private final IntObjectMap<Stream> streams = new IntObjectHashMap<>();

    /// Whose bytes came with this read.
    private final List<Stream> heard = new ArrayList<>();

    private int maxStreams = STREAMS_BEFORE_SETTINGS;
    private boolean goingAway;
    private boolean broke;
    private long idleSinceNanos = System.nanoTime();

    private Http2Connection(OriginConnections pool, Channel channel, UpstreamSettings settings) {
        this.pool = pool;
        this.channel = channel;
        this.maxHeaders = settings.maxHeaders();
        this.codec =
                Http2Codec.of(
                        this,
                        new Frames(),
                        Http2Settings.defaultSettings()
                                .pushEnabled(false)
                                .initialWindowSize(STREAM_WINDOW_BYTES)
                                .maxHeaderListSize(settings.maxHeadBytes()));
    }

    /// Turns a connected channel into an HTTP/2 connection.
    static Http2Connection on(Channel channel, OriginConnections pool, UpstreamSettings settings) {
        var connection = new Http2Connection(pool, channel, settings);
        channel.pipeline().addLast(connection.codec);
        connection.widen(connection.codec.connection().connectionStream(), CONNECTION_WINDOW_BYTES);
        return connection;
    }

    private Http2LocalFlowController flow() {
        Endpoint<Http2LocalFlowController> local = codec.connection().local();
        return local.flowController();
    }

    private void widen(Http2Stream stream, int bytes) {
        try {
            flow().incrementWindowSize(stream, bytes - flow().initialWindowSize(stream));
        } catch (Http2Exception e) {
            throw new IllegalStateException("a window of " + bytes + " bytes", e);
        }
    }

    boolean hasRoom() {
        return channel.isActive()
                && !goingAway
                && streams.size() < Math.min(maxStreams, MAX_STREAMS);
    }

    boolean isIdleSince(long nanos) {
        return streams.isEmpty() && idleSinceNanos - nanos < 0;
    }

    void close() {
        channel.close();
    }

    void send(UpstreamCall call, FullHttpRequest request, boolean secure) {
        if (call.isOver()) {
            request.release();
            return;
        }
        var stream = new Stream(codec.nextStream());
        streams.put(stream.id, stream);
        request.headers()
                .set(
                        HttpConversionUtil.ExtensionHeaderNames.SCHEME.text(),
                        secure ? HttpScheme.HTTPS.name() : HttpScheme.HTTP.name());
        Http2Stream opened =
                codec.write(
                        stream.id,
                        HttpConversionUtil.toHttp2Headers(request, true),
                        request.content());
        if (opened == null) {
            streams.remove(stream.id);
            goAway();
            // It was not sent.
            call.guard(() -> pool.startFresh(call));
            return;
        }
        if (!call.request().isStream()) {
            widen(opened, WHOLE_WINDOW_BYTES);
        }
        stream.begin(call);
        call.connected(stream);
        channel.flush();
    }

    /// Takes no more calls, and closes after the last one.
    private void goAway() {
        goingAway = true;
        pool.lost(this);
        closeUnlessUsed();
    }

    private void closeUnlessUsed() {
        if (goingAway && streams.isEmpty()) {
            channel.close();
        }
    }

    /// One read has been decoded.
    void readComplete() {
        for (int i = 0; i < heard.size(); i++) {
            Stream stream = heard.get(i);
            stream.heard = false;
            stream.readComplete();
        }
        heard.clear();
    }

    /// The connection fails, and its streams are about to be closed.
    void breaks() {
        broke = true;
    }

    /// A stream of the provider's making is not as it should be, and is about to be reset.
    void wrong(int id, String detail) {
        Stream stream = streams.get(id);
        if (stream != null) {
            stream.wrong = detail;
        }
    }

    /// The connection is gone, and so are its streams.
    void gone() {
        goAway();
    }

    /// One call's stream.
    private final class Stream extends Carrier {
        private final int id;
        private boolean interim;
        private boolean heard;
        private boolean reading = true;

        /// Bytes that the provider will be allowed to send when reading goes on.
        private int unacknowledgedBytes;

        /// The provider has said that it did not look at the request.
        private boolean unprocessed;

        /// The code it reset the stream with, if it did.
        private @Nullable String resetWith;

        /// What is not HTTP about it, if something is not.
        private @Nullable String wrong;

        Stream(int id) {
            this.id = id;
        }

        @Override
        void close() {
            if (streams.get(id) == this) {
                codec.reset(id);
            }
        }

        @Override
        void reading(boolean on) {
            reading = on;
            if (on && unacknowledgedBytes > 0 && streams.get(id) == this) {
                codec.acknowledge(id, unacknowledgedBytes);
                unacknowledgedBytes = 0;
            }
        }

        /// Some of its bytes, or its end, are there.
        private void hears() {
            UpstreamCall current = call();
            if (current != null) {
                current.responds();
            }
            if (!heard) {
                heard = true;
                Http2Connection.this.heard.add(this);
            }
        }

        private void head(Http2Headers headers) {
            CharSequence status = headers.status();
            if (status == null) {
                // Trailers.
                return;
            }
            int code = Http2Codec.status(status);
            interim = code / 100 == 1;
            if (code == 0) {
                fail(Failure.Kind.INVALID, "the provider's response is not HTTP");
            } else if (headers.size() > maxHeaders) {
                fail(
                        Failure.Kind.INVALID,
                        "the provider's response has more than " + maxHeaders + " headers");
            } else if (!interim) {
                responseHead(code, Http2Codec.converted(headers));
            } else if (isOneInterimTooMany()) {
                fail(Failure.Kind.INVALID, "the provider sends interim responses without end");
            }
        }

        /// @return how many bytes the provider may send in their place
        private int body(ByteBuf data, int padding) {
            int bytes = data.readableBytes() + padding;
            if (!interim) {
                responseBody(data);
            }
            if (reading) {
                return bytes;
            }
            unacknowledgedBytes += bytes;
            return 0;
        }

        private void end() {
            if (!interim) {
                responseEnd(true);
            }
        }

        private void isReset(long errorCode) {
            Http2Error code = Http2Error.valueOf(errorCode);
            resetWith = code == null ? Long.toString(errorCode) : code.name();
            // RFC 9113, 8.7. Whoever refuses one stream refuses the next one too.
            if (code == Http2Error.REFUSED_STREAM) {
                unprocessed = true;
                goAway();
            }
        }

        private void closed() {
            UpstreamCall current = call();
            if (current == null) {
                return;
            }
            if (wrong != null) {
                fail(Failure.Kind.INVALID, wrong);
            } else if (resetWith != null) {
                fail(
                        Failure.Kind.TRUNCATED,
                        "the provider reset the stream ("
                                + resetWith
                                + (current.hasResponded()
                                        ? ") in the middle of its answer"
                                        : ") before it answered"));
            } else if (broke) {
                connectionBroke();
            } else {
                closedByProvider();
            }
        }

        @Override
        void ended(boolean reusable) {
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

    /// What the codec tells of the connection.
    private final class Frames extends Http2EventAdapter {

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            Long max = settings.maxConcurrentStreams();
            if (max != null) {
                maxStreams = (int) Math.min(max, Integer.MAX_VALUE);
            }
            pool.gainedRoom(Http2Connection.this);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, id, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int padding,
                boolean endOfStream) {
            Stream stream = streams.get(id);
            if (stream != null) {
                stream.hears();
                stream.head(headers);
                if (endOfStream) {
                    stream.end();
                }
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean endOfStream) {
            Stream stream = streams.get(id);
            if (stream == null) {
                return data.readableBytes() + padding;
            }
            stream.hears();
            int acknowledged = stream.body(data, padding);
            if (endOfStream) {
                stream.end();
            }
            return acknowledged;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long errorCode) {
            Stream stream = streams.get(id);
            if (stream != null) {
                stream.isReset(errorCode);
            }
        }

        @Override
        public void onGoAwayReceived(int lastStream, long errorCode, ByteBuf debugData) {
            for (Stream stream : streams.values()) {
                // RFC 9113, 6.8: nobody has looked at these, and they are closed next.
                stream.unprocessed |= stream.id > lastStream;
            }
            goAway();
        }

        @Override
        public void onStreamClosed(Http2Stream closed) {
            Stream stream = streams.remove(closed.id());
            if (stream == null) {
                return;
            }
            if (streams.isEmpty()) {
                idleSinceNanos = System.nanoTime();
            }
            stream.closed();
            closeUnlessUsed();
        }
    }
}
