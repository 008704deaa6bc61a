package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Netty's decoder, with the lines of each head held against [HeadLines] before it reads them.
///
/// Netty forgives some of what RFC 9112 lets a server forgive: folded lines, runs of blanks in the
/// request line. Whoever forgives reads a request differently from whoever does not, and in such a
/// difference hides a second request.
final class RequestDecoder extends HttpRequestDecoder {

    /// Empty lines before a request that are skipped (RFC 9112, 2.2).
    private static final int EMPTY_LINES = 2;

    private final HeadLines lines;
    private final Runnable onHeadBegun;
    private boolean inHead = true;
    private boolean begun;
    private boolean broken;
    private int emptyLines;

    /// Half of an empty line has come, which the decoder would take for a whole one.
    private boolean halfEmptyLine;

    /// @param onHeadBegun called when the first byte of a head has arrived
    RequestDecoder(HttpDecoderConfig config, int maxHeaders, Runnable onHeadBegun) {
        super(config);
        this.lines = new HeadLines(maxHeaders);
        this.onHeadBegun = onHeadBegun;
    }

    /// Whether a part of a head has arrived, and not yet the whole.
    boolean isInsideHead() {
        return inHead && begun;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
            throws Exception {
        if (broken) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (inHead) {
            BadRequestException wrong = check(buffer);
            if (wrong != null) {
                broken = true;
                buffer.skipBytes(buffer.readableBytes());
                HttpRequest unreadable =
                        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
                unreadable.setDecoderResult(DecoderResult.failure(wrong));
                out.add(unreadable);
                return;
            }
            if (halfEmptyLine) {
                return;
            }
        }
        int before = out.size();
        super.decode(ctx, buffer, out);
        for (int i = before; i < out.size(); i++) {
            Object message = out.get(i);
            if (message instanceof HttpRequest) {
                inHead = false;
            }
            if (message instanceof LastHttpContent) {
                inHead = true;
                begun = false;
                emptyLines = 0;
                lines.reset();
            }
        }
    }

    /// Looks at the whole lines of a head that the decoder is going to take now. What it has taken
    /// before was looked at before, so that the buffer always begins with a line.
    private @Nullable BadRequestException check(ByteBuf buffer) {
        int from = buffer.readerIndex();
        int to = buffer.writerIndex();
        halfEmptyLine = false;
        while (from < to) {
            int lf = buffer.indexOf(from, to, (byte) '\n');
            if (!begun) {
                if (buffer.getByte(from) == '\r') {
                    if (to == from + 1) {
                        halfEmptyLine = true;
                        return null;
                    }
                    if (lf != from + 1) {
                        return BadRequestException.invalid(
                                "a carriage return comes before the request");
                    }
                    if (++emptyLines > EMPTY_LINES) {
                        return BadRequestException.invalid("too many empty lines before a request");
                    }
                    from = lf + 1;
                    buffer.readerIndex(from);
                    continue;
                }
                begun = true;
                onHeadBegun.run();
            }
            if (lf < 0) {
                return null;
            }
            if (lf == from || buffer.getByte(lf - 1) != '\r') {
                return BadRequestException.invalid(
                        "a line of the head ends without a carriage return (RFC 9112, 2.2)");
            }
            BadRequestException wrong = lines.check(buffer, from, lf - 1);
            if (wrong != null || lines.isComplete()) {
                return wrong;
            }
            from = lf + 1;
        }
        return null;
    }
}
