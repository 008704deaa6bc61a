package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
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
    private int interimSeen;
    private boolean strayBytes;

    /// Takes a call whose request is about to be written.
    final void begin(UpstreamCall next) {
        call = next;
        interimSeen = 0;
        strayBytes = false;
    }

    final @Nullable UpstreamCall call() {
        return call;
    }

    /// The response is complete; the channel can serve another call if `reusable`.
    abstract void ended(ChannelHandlerContext ctx, boolean reusable);

    /// The channel broke under a call. It may be tried again if it has not responded.
    abstract void broken(UpstreamCall broken, Failure failure);

    /// @return whether that was one too many
    final boolean isOneInterimTooMany() {
        return ++interimSeen > MAX_INTERIM_RESPONSES;
    }

    final void responseHead(int status, HttpHeaders headers) {
        if (call != null) {
            call.head(status, headers);
        }
    }

    final void responseBody(ByteBuf bytes) {
        UpstreamCall current = call;
        if (current != null && bytes.isReadable()) {
            // Bytes after the dialect's own end are nobody's, so the channel ends with them.
            strayBytes |= current.isOver();
            current.body(bytes);
        }
    }

    final void responseEnd(ChannelHandlerContext ctx, boolean reusable) {
        UpstreamCall current = call;
        if (current != null) {
            call = null;
            // The call may pause the channel until here; from here on it is the next call's.
            current.readComplete();
            ended(ctx, reusable && !strayBytes);
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

    final void fail(ChannelHandlerContext ctx, Failure.Kind kind, String detail) {
        UpstreamCall current = call;
        call = null;
        ctx.close();
        if (current != null) {
            current.readComplete();
            broken(current, Failure.of(kind, detail));
        }
    }
}
