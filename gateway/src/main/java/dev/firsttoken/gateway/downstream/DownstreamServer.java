package dev.firsttoken.gateway.downstream;

import dev.firsttoken.gateway.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
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
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The listening socket and the connections it has brought.
public final class DownstreamServer {

    /// How much may wait for one client before its reader pauses.
    private static final WriteBufferWaterMark BACKLOG =
            new WriteBufferWaterMark(16 * 1024, 64 * 1024);

    /// How much the kernel takes for one client beyond what is on the wire.
    private static final int KERNEL_BACKLOG = 128 * 1024;

    private static final int ACCEPT_QUEUE = 1024;

    private final EventLoops loops;
    private final Supplier<ServerSettings> settings;
    private final Supplier<@Nullable SslContext> tls;
    private final RequestHandler handler;
    private final RequestRefusal refusal;
    private final RequestMemory memory;
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder refusedConnections = new LongAdder();
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
            RequestRefusal refusal,
            RequestMemory memory) {
        this.loops = loops;
        this.settings = settings;
        this.tls = tls;
        this.handler = handler;
        this.refusal = refusal;
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

    /// Connections closed on arrival because there were too many.
    public long refusedConnections() {
        return refusedConnections.sum();
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

    RequestMemory memory() {
        return memory;
    }

    RequestRefusal refusal() {
        return refusal;
    }

    private final class Connection extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            ServerSettings current = settings.get();
            if (connections.incrementAndGet() > current.maxConnections()) {
                connections.decrementAndGet();
                refusedConnections.increment();
                channel.close();
                return;
            }
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
            }
            channel.pipeline().addLast(new CountDown());
            SslContext context = tls.get();
            if (context != null) {
                channel.pipeline().addLast(context.newHandler(channel.alloc()));
                channel.pipeline().addLast(new Protocols.ByAlpn(DownstreamServer.this, current));
            } else {
                channel.pipeline().addLast(new Protocols.ByPreface(DownstreamServer.this, current));
            }
        }
    }

    private final class CountDown extends ChannelInboundHandlerAdapter {
        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            connections.decrementAndGet();
            ctx.fireChannelInactive();
        }
    }
}
