package dev.firsttoken.gateway.downstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The requests of one HTTP/1.1 connection, one after another.
final class Http1Exchanges extends RequestAssembler {

    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final int CRLF = '\r' << 8 | '\n';

    /// A chunk's size line in front of it: eight digits and a line end.
    private static final int CHUNK_HEAD_BYTES = 10;

    private static final int CHUNK_TAIL_BYTES = 2;

    /// How long a client that was refused may go on sending, into nothing.
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final Http1Codec codec;
    private boolean closeAfterResponse;
    private boolean dropped;

    Http1Exchanges(DownstreamServer server, ServerSettings settings, Http1Codec codec) {
        super(server, settings);
        this.codec = codec;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        startDeadline(ctx, settings().head(), ctx::close);
        codec.onHeadBegun(() -> {
            if (!isServing()) {
                startHeadDeadline(ctx);
            }
        });
    }

    private void startHeadDeadline(ChannelHandlerContext ctx) {
        startDeadline(
                ctx,
                settings().head(),
                () -> {
                    server().counts().slowHeads.increment();
                    refuse(
                            ctx,
                            Failure.of(
                                    Failure.Kind.REQUEST_TIMEOUT,
                                    "the head did not arrive within " + shown(settings().head())));
                });
    }

    private void awaitRequest(ChannelHandlerContext ctx) {
        if (codec.isInsideHead()) {
            startHeadDeadline(ctx);
        } else {
            startDeadline(ctx, settings().idle(), ctx::close);
        }
    }

    @Override
    ChannelExchange exchange(ChannelHandlerContext ctx, ClientRequest request, HttpRequest head) {
        boolean keepAlive = HttpUtil.isKeepAlive(head);
        boolean chunked = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
        return new Exchange(request, ctx, keepAlive && chunked, chunked);
    }

    @Override
    boolean isHttp1() {
        return true;
    }

    @Override
    void closeAfterResponse() {
        closeAfterResponse = true;
        dropped = true;
    }

    @Override
    void sendContinue(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == DownstreamServer.Stopping.NOW && isWaiting()) {
            closeAfterWrites(ctx.channel());
        }
        ctx.fireUserEventTriggered(event);
    }

    /// A client may still be reading what it was sent.
    private static void closeAfterWrites(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /// Closing while the client still sends would reset the connection, and with it the response
    /// that says why (RFC 9112, 9.6). So the client is told that nothing follows, and what it sends
    /// is read into nothing for a while.
    private void linger(ChannelHandlerContext ctx, ChannelFuture sent) {
        if (ctx.channel() instanceof SocketChannel socket && !isEncrypted(ctx)) {
            sent.addListener(_ -> socket.shutdownOutput());
        }
        startDeadline(ctx, LINGER, ctx::close);
    }

    private static boolean isEncrypted(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(SslHandler.class) != null;
    }

    private final class Exchange extends ChannelExchange {
        private final ChannelHandlerContext ctx;
        private final ChannelHandlerContext beyondCodec;
        private final boolean keepAlive;
        private final boolean chunked;

        Exchange(
                ClientRequest request,
                ChannelHandlerContext ctx,
                boolean keepAlive,
                boolean chunked) {
            super(request, ctx.channel(), settings());
            this.ctx = ctx;
            this.beyondCodec = ctx.pipeline().context(codec);
            this.keepAlive = keepAlive;
            this.chunked = chunked;
        }

        private boolean staysOpen() {
            return keepAlive && !closeAfterResponse && !server().isDraining();
        }

        @Override
        void prepareHead(HttpResponse response) {
            closeAfterResponse |= server().memory().isNearlyFull();
            codec.nextAnswersHead(answersHead());
            response.headers()
                    .set(
                            HttpHeaderNames.CONNECTION,
                            staysOpen() ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
            if (!response.headers().contains(HttpHeaderNames.CONTENT_LENGTH) && chunked) {
                response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }

        @Override
        ByteBuf newBody(Channel on, int bytes) {
            ByteBuf body = on.alloc().directBuffer(CHUNK_HEAD_BYTES + bytes + CHUNK_TAIL_BYTES);
            return body.setIndex(CHUNK_HEAD_BYTES, CHUNK_HEAD_BYTES);
        }

        /// Writes the body as one chunk in one buffer, past the codec: a chunk that goes through it
        /// leaves as three buffers.
        @Override
        void send(ByteBuf body) {
            beyondCodec.write(framed(body), channel().voidPromise());
            beyondCodec.flush();
        }

        private ByteBuf framed(ByteBuf body) {
            if (!chunked) {
                return body;
            }
            int size = body.readableBytes();
            body.writeShort(CRLF);
            int at = CHUNK_HEAD_BYTES - 2;
            body.setShort(at, CRLF);
            do {
                body.setByte(--at, HEX[size & 15]);
                size >>>= 4;
            } while (size != 0);
            return body.readerIndex(at);
        }

        @Override
        ChannelFuture sendEnd(@Nullable ByteBuf rest) {
            if (rest != null) {
                beyondCodec.write(framed(rest), channel().voidPromise());
            }
            return channel().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }

        @Override
        void finished(ChannelFuture sent) {
            if (wasRefused() || dropped) {
                linger(ctx, sent);
            } else if (!staysOpen()) {
                closeAfterWrites(channel());
            } else if (!next(ctx)) {
                awaitRequest(ctx);
            }
        }

        @Override
        void giveUp() {
            server().counts().stuckResponses.increment();
            channel().close();
        }

        @Override
        void breakOff() {
            channel().close();
        }
    }
}
