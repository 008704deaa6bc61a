package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/// The one request of one HTTP/2 stream.
final class Http2Exchanges extends RequestAssembler {

    private final FrameBudget budget;

    /// @param budget what the client may still send on this stream's connection
    Http2Exchanges(DownstreamServer server, ServerSettings settings, FrameBudget budget) {
        super(server, settings);
        this.budget = budget;
    }

    @Override
    ChannelExchange exchange(ChannelHandlerContext ctx, ClientRequest request, HttpRequest head) {
        return new Exchange(request, ctx.channel());
    }

    @Override
    boolean isHttp1() {
        return false;
    }

    @Override
    void closeAfterResponse() {
        // A stream has one request; what comes behind it is refused by the codec.
    }

    @Override
    void sendContinue(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception) {
            // The codec answers that by itself, with a reset that names it.
            return;
        }
        Http2Exception wrong = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (wrong != null) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(wrong.error()));
        } else {
            ctx.close();
        }
    }

    private final class Exchange extends ChannelExchange {
        Exchange(ClientRequest request, Channel channel) {
            super(request, channel, settings());
        }

        @Override
        void prepareHead(HttpResponse response) {
            // HTTP/2 has no connection headers (RFC 9113, 8.2.2).
        }

        @Override
        ByteBuf newBody(Channel on, int bytes) {
            return on.alloc().directBuffer(bytes);
        }

        @Override
        void send(ByteBuf body) {
            budget.earn(body.readableBytes());
            channel().writeAndFlush(new DefaultHttpContent(body), channel().voidPromise());
        }

        @Override
        ChannelFuture sendEnd(@Nullable ByteBuf rest) {
            return channel()
                    .writeAndFlush(
                            rest == null
                                    ? LastHttpContent.EMPTY_LAST_CONTENT
                                    : new DefaultLastHttpContent(rest));
        }

        @Override
        void finished(ChannelFuture sent) {
            // A stream closes itself once both sides have ended. A client that was refused may
            // still be sending, and is asked to stop without an error (RFC 9113, 8.1).
            if (wasRefused()) {
                sent.addListener(_ -> reset(Http2Error.NO_ERROR));
            }
        }

        @Override
        void breakOff() {
            reset(Http2Error.INTERNAL_ERROR);
        }

        @Override
        void giveUp() {
            server().counts().stuckResponses.increment();
            reset(Http2Error.CANCEL);
        }

        private void reset(Http2Error error) {
            channel().writeAndFlush(new DefaultHttp2ResetFrame(error));
        }
    }
}
