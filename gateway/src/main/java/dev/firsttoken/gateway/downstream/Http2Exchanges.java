package dev.firsttoken.gateway.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
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
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/// The one request of one HTTP/2 stream.
final class Http2Exchanges extends RequestAssembler {

    Http2Exchanges(DownstreamServer server, ServerSettings settings) {
        super(server, settings);
    }

    @Override
    ChannelExchange exchange(ChannelHandlerContext ctx, ClientRequest request, HttpRequest head) {
        return new Exchange(request, ctx.channel());
    }

    @Override
    void unexpected(ChannelHandlerContext ctx) {
        // More data than was declared: the codec resets the stream by itself.
    }

    @Override
    void sendContinue(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    private static final class Exchange extends ChannelExchange {
        Exchange(ClientRequest request, Channel channel) {
            super(request, channel);
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
            channel().writeAndFlush(new DefaultHttpContent(body), channel().voidPromise());
        }

        @Override
        void sendEnd(@Nullable ByteBuf rest) {
            channel()
                    .writeAndFlush(
                            rest == null
                                    ? LastHttpContent.EMPTY_LAST_CONTENT
                                    : new DefaultLastHttpContent(rest));
        }

        @Override
        void finished() {
            // The stream closes itself once both sides have ended.
        }

        @Override
        void breakOff() {
            channel().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        }
    }
}
