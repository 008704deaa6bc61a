package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Reads responses on one channel, an HTTP/1.1 connection or an HTTP/2 stream, for one call at a
/// time.
///
/// Whatever comes while there is no call makes the channel unfit for another one: its bytes would
/// become somebody else's answer.
abstract class ResponseHandler extends ChannelInboundHandlerAdapter {

    /// More interim (1xx) responses than this before the real one are an attack or a defect.
    private static final int MAX_INTERIM_RESPONSES = 8;

    private @Nullable UpstreamCall call;
    private boolean interim;
    private int interimSeen;
    private boolean keepAlive;

    /// Takes a call whose request is about to be written.
    final void begin(UpstreamCall next) {
        call = next;
        interim = false;
        interimSeen = 0;
        keepAlive = false;
    }

    final @Nullable UpstreamCall call() {
        return call;
    }

    /// The response is complete; the channel can serve another call if `reusable`.
    abstract void ended(ChannelHandlerContext ctx, boolean reusable);

    /// The channel broke under a call. It may be tried again if it has not responded.
    abstract void broken(UpstreamCall broken, Failure failure);

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        UpstreamCall current = call;
        if (current == null || !(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
            if (message instanceof HttpObject) {
                ctx.close();
            }
            return;
        }
        try {
            if (object.decoderResult().isFailure()) {
                fail(ctx, Failure.Kind.INVALID, "the provider's response is not HTTP");
                return;
            }
            if (object instanceof HttpResponse response) {
                head(ctx, current, response);
            }
            if (object instanceof HttpContent content && call != null) {
                body(ctx, current, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext ctx, UpstreamCall current, HttpResponse response) {
        interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (interim) {
            if (++interimSeen > MAX_INTERIM_RESPONSES) {
                fail(ctx, Failure.Kind.INVALID, "the provider sends interim responses without end");
            }
            return;
        }
        // Without a length the end of the body is the end of the connection.
        keepAlive =
                HttpUtil.isKeepAlive(response)
                        && (HttpUtil.isTransferEncodingChunked(response)
                                || HttpUtil.isContentLengthSet(response));
        current.head(response.status().code(), response.headers());
    }

    private void body(ChannelHandlerContext ctx, UpstreamCall current, HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim) {
            return;
        }
        ByteBuf bytes = content.content();
        if (bytes.isReadable()) {
            if (current.isOver()) {
                // Bytes after the dialect's own end: nobody's, so the channel ends with them.
                keepAlive = false;
            }
            current.body(bytes);
        }
        if (last) {
            call = null;
            ended(ctx, keepAlive);
            current.readComplete();
            current.end();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.readComplete();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(
                ctx,
                Failure.Kind.TRUNCATED,
                call != null && call.hasResponded()
                        ? "the provider closed the connection in the middle of its answer"
                        : "the provider closed the connection before answering");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(
                ctx,
                Failure.Kind.TRUNCATED,
                call != null && call.hasResponded()
                        ? "the connection to the provider broke in the middle of its answer"
                        : "the connection to the provider broke before it answered");
    }

    private void fail(ChannelHandlerContext ctx, Failure.Kind kind, String detail) {
        UpstreamCall current = call;
        call = null;
        ctx.close();
        if (current != null) {
            current.readComplete();
            broken(current, Failure.of(kind, detail));
        }
    }
}
