package dev.firsttoken.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// The codec of one connection to a provider: Netty's, with what goes wrong told to the connection.
final class Http2Codec extends Http2ConnectionHandler {

    private final Http2Connection owner;
    private @Nullable ChannelHandlerContext context;

    private Http2Codec(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2Connection owner) {
        super(decoder, encoder, settings);
        this.owner = owner;
    }

    /// @param frames told of every frame, and of what becomes of streams
    static Http2Codec of(Http2Connection owner, Http2EventAdapter frames, Http2Settings settings) {
        Http2Codec codec = new Builder(owner, frames, settings).build();
        codec.connection().addListener(frames);
        return codec;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the codec is in no pipeline");
        }
        return context;
    }

    int nextStream() {
        return connection().local().incrementAndGetNextStreamId();
    }

    /// Writes a request, without flushing it.
    ///
    /// @param body released in any case
    /// @return its stream, or null if none could be opened
    @Nullable Http2Stream write(int id, Http2Headers headers, ByteBuf body) {
        ChannelHandlerContext ctx = context();
        boolean empty = !body.isReadable();
        encoder().writeHeaders(ctx, id, headers, 0, empty, ctx.newPromise());
        Http2Stream opened = connection().stream(id);
        if (opened == null || empty) {
            body.release();
        } else {
            encoder().writeData(ctx, id, body, 0, true, ctx.newPromise());
        }
        return opened;
    }

    /// Tells the provider that nobody wants to hear more.
    void reset(int id) {
        ChannelHandlerContext ctx = context();
        resetStream(ctx, id, Http2Error.CANCEL.code(), ctx.newPromise());
        ctx.flush();
    }

    /// Lets the provider send as many bytes more.
    void acknowledge(int id, int bytes) {
        ChannelHandlerContext ctx = context();
        Http2Stream stream = connection().stream(id);
        try {
            if (stream != null
                    && connection().local().flowController().consumeBytes(stream, bytes)) {
                ctx.flush();
            }
        } catch (Http2Exception e) {
            onError(ctx, true, e);
        }
    }

    /// @return 0 for what is no status
    static int status(CharSequence text) {
        int status = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (text.length() != 3 || digit < '0' || digit > '9') {
                return 0;
            }
            status = status * 10 + (digit - '0');
        }
        return status < 100 ? 0 : status;
    }

    /// The same without pseudo headers. The codec has looked at names and values.
    static HttpHeaders converted(Http2Headers headers) {
        HttpHeaders all =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        headers.forEach(header -> {
            if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(header.getKey())) {
                all.add(header.getKey(), header.getValue().toString());
            }
        });
        return all;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        owner.readComplete();
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        owner.gone();
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException error) {
        if (!outbound) {
            owner.wrong(
                    error.streamId(),
                    error instanceof Http2Exception.HeaderListSizeException
                            ? "the provider's response has a head that is too long"
                            : "the provider's response is not HTTP");
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception error) {
        owner.breaks();
        super.onConnectionError(ctx, outbound, cause, error);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // What is wrong with frames does not get here: the connection broke, or we have a defect.
        onConnectionError(ctx, false, cause, null);
    }

    private static final class Builder
            extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
        private final Http2Connection owner;

        Builder(Http2Connection owner, Http2EventAdapter frames, Http2Settings settings) {
            this.owner = owner;
            server(false);
            frameListener(frames);
            initialSettings(settings);
            // When many clients leave at once, that is no attack of ours on the provider.
            encoderEnforceMaxRstFramesPerWindow(0, 1);
        }

        @Override
        protected Http2Codec build() {
            return super.build();
        }

        @Override
        protected Http2Codec build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings) {
            return new Http2Codec(decoder, encoder, settings, owner);
        }
    }
}
