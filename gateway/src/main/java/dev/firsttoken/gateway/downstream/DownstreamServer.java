package dev.firsttoken.gateway.downstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The listening socket and the connections it has brought.
public final class DownstreamServer {

    /// How much may wait for one client before its reader pauses.
    private static final WriteBufferWaterMark BACKLOG =
            new WriteBufferWaterMark(2 * 1024, 8 * 1024);

    /// How much the kernel takes for one client beyond what is on the wire: what it takes more is
    /// held for a client that has stopped reading, there and in the log. It costs no speed. Source:
    /// tcp(7).
    private static final int KERNEL_BACKLOG = 8 * 1024;

    private static final int ACCEPT_QUEUE = 1024;

    /// How many refused clients are told why at the same time.
    private static final int MAX_TURNED_AWAY = 256;

    private static final byte[] TOO_MANY = busy("the server has as many connections as it can");
    private static final byte[] TOO_MANY_FROM_THERE =
            busy("your address has as many connections as it may");
    private static final Logger log = LoggerFactory.getLogger(DownstreamServer.class);

    private final EventLoops loops;
    private final Supplier<ServerSettings> settings;
    private final Supplier<@Nullable SslContext> tls;
    private final RequestHandler handler;
    private final Door door;
    private final RequestMemory memory;
    private final EdgeCounts counts = new EdgeCounts();
    private final AtomicInteger connections = new AtomicInteger();
    private final ConnectionsByAddress byAddress = new ConnectionsByAddress();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean draining;
    private @Nullable Channel listener;

    /// @param settings read anew for every connection
    /// @param tls the certificate for the next connection, or null to speak clear text
    public DownstreamServer(
            EventLoops loops,
            Supplier<ServerSettings> settings,
            Supplier<@Nullable SslContext> tls,
            RequestHandler handler,
            Door door,
            RequestMemory memory) {
        this.loops = loops;
        this.settings = settings;
        this.tls = tls;
        this.handler = handler;
        this.door = door;
        this.memory = memory;
    }

    /// Starts listening.
    ///
    /// @throws IOException when the address cannot be bound
    public InetSocketAddress bind(String host, int port) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.acceptor(), loops.workers())
                        .channel(EventLoops.serverChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, ACCEPT_QUEUE)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BACKLOG)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, EventLoops.readBuffer())
                        .handler(new FailedAccepts())
                        .childHandler(new Connection())
                        .bind(host, port)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            String reason = cause == null ? "cancelled" : String.valueOf(cause.getMessage());
            throw new IOException("cannot listen on " + host + ":" + port + ": " + reason, cause);
        }
        listener = bound.channel();
        return (InetSocketAddress) bound.channel().localAddress();
    }

    public int openConnections() {
        return connections.get();
    }

    /// What clients were refused and cut off for.
    public EdgeCounts counts() {
        return counts;
    }

    /// What connections are told when the server begins to stop.
    enum Stopping {
        NOW
    }

    /// From now on every response is the last one on its connection, and connections that wait for
    /// a request are closed; over HTTP/2 that is a GOAWAY. New connections are still accepted, so
    /// that somebody can be told why.
    public void drain() {
        draining = true;
        for (Channel channel : open) {
            channel.eventLoop()
                    .execute(() -> channel.pipeline().fireUserEventTriggered(Stopping.NOW));
        }
    }

    /// Closes the listener, and every connection as soon as its client has what it was sent.
    ///
    /// @param patience after which connections are closed whatever they are doing
    public void close(Duration patience) {
        if (listener != null) {
            listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        drain();
        open.newCloseFuture().awaitUninterruptibly(patience.toMillis(), TimeUnit.MILLISECONDS);
        open.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    boolean isDraining() {
        return draining;
    }

    RequestHandler handler() {
        return handler;
    }

    Door door() {
        return door;
    }

    RequestMemory memory() {
        return memory;
    }

    private final class Connection extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            ServerSettings current = settings.get();
            SslContext context = tls.get();
            if (connections.get() >= current.maxConnections()) {
                counts.refusedConnections.increment();
                turnAway(channel, context != null, TOO_MANY);
                return;
            }
            InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
            if (!byAddress.enter(address, current.http().connectionsPerAddress())) {
                counts.refusedForAddress.increment();
                turnAway(channel, context != null, TOO_MANY_FROM_THERE);
                return;
            }
            connections.incrementAndGet();
            channel.pipeline().addLast(new CountDown(address));
            open.add(channel);
            if (channel instanceof EpollSocketChannel) {
                // A peer that vanished without a word is noticed when what we sent stays
                // unacknowledged.
                int millis = (int) Math.min(Integer.MAX_VALUE, current.writeStall().toMillis());
                channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
                // Left alone, the kernel hoards megabytes for a slow client, and takes more only
                // when a third of them has gone: long enough to look like a client that is stuck.
                channel.config()
                        .setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) KERNEL_BACKLOG);
                // The same for a peer that is sent nothing; the kernel's own default is two hours.
                int seconds = Math.clamp(current.writeStall().toSeconds() / 3, 1, 3600);
                channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
                channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, seconds);
                channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, 3);
            }
            if (context != null) {
                SslHandler handshake = context.newHandler(channel.alloc());
                handshake.setHandshakeTimeoutMillis(current.head().toMillis());
                channel.pipeline().addLast(handshake);
                channel.pipeline().addLast(new Protocols.ByAlpn(DownstreamServer.this, current));
            } else {
                channel.pipeline().addLast(new Protocols.ByPreface(DownstreamServer.this, current));
            }
        }
    }

    /// Tells a client over HTTP/1 why it cannot be served now, and closes. A TLS client is not
    /// worth a handshake then, and neither is anybody while many others are being told.
    private void turnAway(Channel channel, boolean encrypted, byte[] why) {
        if (encrypted || turnedAway.get() >= MAX_TURNED_AWAY) {
            channel.close();
            return;
        }
        turnedAway.incrementAndGet();
        channel.closeFuture().addListener(_ -> turnedAway.decrementAndGet());
        channel.pipeline().addLast(new TurnedAway(why));
    }

    private static byte[] busy(String detail) {
        return ("HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: "
                        + (detail.length() + 1)
                        + "\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
                        + detail
                        + "\n")
                .getBytes(US_ASCII);
    }

    private static final class TurnedAway extends ChannelInboundHandlerAdapter {
        private final byte[] why;

        TurnedAway(byte[] why) {
            this.why = why;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(why))
                    .addListener(_ -> ((SocketChannel) ctx.channel()).shutdownOutput());
            // What the client still sends is read into nothing, so that no reset overtakes the
            // answer.
            ctx.executor().schedule(() -> ctx.close(), 1, TimeUnit.SECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /// Netty itself pauses the accepting for a second after it has failed, so that a server without
    /// file descriptors does not spin.
    private final class FailedAccepts extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            counts.failedAccepts.increment();
            log.warn("a connection could not be taken in: {}", cause.getMessage());
            ctx.fireExceptionCaught(cause);
        }
    }

    private final class CountDown extends ChannelInboundHandlerAdapter {
        private final InetAddress address;

        CountDown(InetAddress address) {
            this.address = address;
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            connections.decrementAndGet();
            byAddress.leave(address);
            ctx.fireChannelInactive();
        }
    }
}
