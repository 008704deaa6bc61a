package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/// Frames of one HTTP/2 connection that bring neither a request nor a piece of a body, counted
/// before the codec sees them: PING, SETTINGS, PRIORITY, RST_STREAM, WINDOW_UPDATE, CONTINUATION,
/// nearly empty DATA, and whatever else there may be.
///
/// A client starts with an allowance, gets a tenth of it each second, and earns more by asking and
/// by being answered. Whoever overdraws it loses the connection with ENHANCE_YOUR_CALM (RFC 9113,
/// 10.5). Owned by the connection's event loop.
final class FrameBudget extends ChannelInboundHandlerAdapter {

    private static final int PREFACE_BYTES = 24;
    private static final int HEADER_BYTES = 9;

    /// DATA below this brings less than it costs.
    private static final int SMALL_DATA_BYTES = 64;

    private static final int PER_REQUEST = 8;

    /// A client gives back the window of a DATA frame with up to two frames, and a piece that we
    /// send may leave as several DATA frames.
    private static final int PER_PIECE = 4;

    private static final int PIECE_BYTES = 4096;

    private final Http2FrameCodec codec;
    private final int allowance;
    private long left;
    private long refilledNanos = System.nanoTime();
    private int skip = PREFACE_BYTES;
    private int seen;
    private int length;
    private int type;
    private int flags;
    private boolean spent;

    FrameBudget(Http2FrameCodec codec, int allowance) {
        this.codec = codec;
        this.allowance = allowance;
        this.left = allowance;
    }

    /// The client was sent a piece of a response.
    void earn(int bytes) {
        left = Math.min(allowance, left + PER_PIECE + bytes / PIECE_BYTES);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (spent || message instanceof ByteBuf bytes && !isCovered(bytes)) {
            ReferenceCountUtil.release(message);
            if (!spent) {
                spent = true;
                codec.onError(
                        ctx.pipeline().context(codec),
                        false,
                        Http2Exception.connectionError(
                                Http2Error.ENHANCE_YOUR_CALM,
                                "more than %d frames that bring nothing",
                                allowance));
            }
            return;
        }
        ctx.fireChannelRead(message);
    }

    /// Follows the frames in some bytes, and takes each from the budget.
    private boolean isCovered(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int to = bytes.writerIndex();
        while (at < to) {
            if (skip > 0) {
                int step = Math.min(skip, to - at);
                skip -= step;
                at += step;
                continue;
            }
            int b = bytes.getUnsignedByte(at++);
            switch (seen++) {
                case 0 -> length = b << 16;
                case 1 -> length |= b << 8;
                case 2 -> length |= b;
                case 3 -> type = b;
                case 4 -> flags = b;
                // The stream's number, which does not matter.
                default -> {}
            }
            if (seen == HEADER_BYTES) {
                seen = 0;
                skip = length;
                if (!isCovered()) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isCovered() {
        boolean last = (flags & Http2Flags.END_STREAM) != 0;
        if (type == Http2FrameTypes.HEADERS) {
            left = Math.min(allowance, left + PER_REQUEST);
            return true;
        }
        if (type == Http2FrameTypes.DATA && (last || length >= SMALL_DATA_BYTES)) {
            return true;
        }
        if (--left >= 0) {
            return true;
        }
        long now = System.nanoTime();
        long since = now - refilledNanos;
        long refill = Math.min(allowance, since / (TimeUnit.SECONDS.toNanos(10) / allowance + 1));
        refilledNanos = now;
        left = refill - 1;
        return left >= 0;
    }
}
