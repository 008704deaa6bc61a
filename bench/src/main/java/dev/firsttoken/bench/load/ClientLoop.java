package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

/// The one event loop on which all clients of a run live, and how they connect. Safe for use by any
/// thread, but for the scratch.
final class ClientLoop implements AutoCloseable {

    private static final int CONNECT_MILLIS = 10_000;
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final EventLoopGroup loop;
    private final Bootstrap bootstrap;
    private final InetSocketAddress address;
    private final @Nullable SslContext tls;
    private byte[] scratch = new byte[64 * 1024];

    ClientLoop(Endpoint endpoint) {
        address = Target.addressOf(endpoint);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "url: " + endpoint.url() + " (expected: a host that has an address)");
        }
        tls = Target.isTls(endpoint) ? clientTls() : null;
        boolean epoll = Epoll.isAvailable();
        loop =
                new MultiThreadIoEventLoopGroup(
                        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                        .remoteAddress(address);
    }

    private static SslContext clientTls() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /// Gives a client a channel, or says why it gets none.
    ///
    /// @param pace how it reads, if not at once
    void connect(Connection client, @Nullable SlowReading pace, Consumer<Throwable> refused) {
        ChannelHandler initializer =
                new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (pace != null) {
                            channel.pipeline().addLast(pace);
                        }
                        if (tls != null) {
                            channel.pipeline()
                                    .addLast(
                                            tls.newHandler(
                                                    channel.alloc(),
                                                    address.getHostString(),
                                                    address.getPort()));
                        }
                        channel.pipeline().addLast(client);
                    }
                };
        Bootstrap own = bootstrap.clone().handler(initializer);
        if (pace != null) {
            pace.prepare(own);
        }
        own.connect()
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        refused.accept(done.cause());
                    }
                });
    }

    /// Room for what one read brought, until the next one. For the loop's thread.
    byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        return scratch;
    }

    /// Runs something on the loop at a time of [System#nanoTime], or at once when that has passed.
    void at(long nanos, Runnable task) {
        loop.schedule(task, nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    void after(Duration delay, Runnable task) {
        at(System.nanoTime() + delay.toNanos(), task);
    }

    /// Runs something on the loop and waits for it.
    void call(Runnable task) throws InterruptedException {
        loop.submit(task).sync();
    }

    /// Waits until something is so, which is looked at on the loop.
    ///
    /// @return whether it was in time
    boolean until(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            var answer = new CompletableFuture<Boolean>();
            call(() -> answer.complete(condition.getAsBoolean()));
            if (answer.join()) {
                return true;
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            // What is waited for comes from another process, which cannot wake us.
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
