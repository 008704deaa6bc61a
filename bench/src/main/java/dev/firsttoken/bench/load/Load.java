package dev.firsttoken.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A fixed number of clients on one event loop, each of which keeps one stream open.
///
/// Closed loop: a client asks again when its stream has ended, so the number of streams is what is
/// held and the rate follows from the upstream's pace. Everything but the constructor, `run`,
/// `open`, `leave` and `close` happens on the event loop.
final class Load implements AutoCloseable {

    private static final long RETRY_MILLIS = 100;
    private static final int CONNECT_MILLIS = 10_000;

    private final LoadPlan plan;
    private final Measurement measurement;
    private final EventLoopGroup loop;
    private final Bootstrap bootstrap;
    private final List<Connection> connections = new ArrayList<>();
    private byte[] scratch = new byte[64 * 1024];
    private boolean restarting;

    Load(LoadPlan plan) {
        this.plan = plan;
        this.measurement = new Measurement(plan.watchedPids(), plan.harnessPids());
        this.restarting = plan.restart();
        boolean epoll = Epoll.isAvailable();
        this.loop =
                new MultiThreadIoEventLoopGroup(
                        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                        .remoteAddress(plan.target().address());
    }

    /// Opens, settles, measures, drains: the whole plan, start to end.
    Measurement run() throws InterruptedException {
        open();
        pause(plan.rampUp().plus(plan.warmUp()));
        onLoop(measurement::openWindow);
        pause(plan.window());
        onLoop(() -> {
            measurement.closeWindow();
            restarting = false;
        });
        if (!until(() -> connections.stream().noneMatch(Connection::isStreaming), plan.drain())) {
            onLoop(() -> {
                for (Connection connection : connections) {
                    if (connection.isStreaming()) {
                        measurement.faults.add("did not end within the drain time");
                    }
                }
            });
        }
        return measurement;
    }

    /// Starts all clients, evenly spread over the ramp, so that their streams do not beat in step.
    void open() {
        long spacingNanos = plan.rampUp().toNanos() / plan.streams();
        for (int i = 0; i < plan.streams(); i++) {
            var connection = new Connection(this, plan.target().request(), plan.expected());
            connections.add(connection);
            loop.schedule(() -> connect(connection, false), i * spacingNanos, TimeUnit.NANOSECONDS);
        }
    }

    /// Waits until every client has asked and, if wanted, has read some content. A fault ends the
    /// waiting.
    boolean allOpen(boolean withContent, Duration patience) throws InterruptedException {
        until(
                () ->
                        measurement.faults.total() > 0
                                || connections.stream().allMatch(c -> isOpen(c, withContent)),
                patience);
        return streaming() == connections.size();
    }

    private static boolean isOpen(Connection connection, boolean withContent) {
        return connection.isStreaming() && (!withContent || connection.hasContent());
    }

    int streaming() throws InterruptedException {
        int[] count = new int[1];
        onLoop(() -> count[0] = (int) connections.stream().filter(Connection::isStreaming).count());
        return count[0];
    }

    Measurement measurement() {
        return measurement;
    }

    /// All clients go away at once.
    ///
    /// @return the time of `System.nanoTime` just before the first of them went
    long leave(boolean reset) throws InterruptedException {
        long[] leftAtNanos = new long[1];
        onLoop(() -> {
            restarting = false;
            leftAtNanos[0] = System.nanoTime();
            for (Connection connection : connections) {
                connection.leave(reset);
            }
        });
        return leftAtNanos[0];
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    // What connections tell, on the event loop.

    byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        return scratch;
    }

    /// Content events have been read together: the first of them after this wait, the others with
    /// no gap.
    void arrived(int events, long waitNanos, boolean first) {
        if (!measurement.windowIsOpen()) {
            return;
        }
        measurement.contentEvents += events;
        (first ? measurement.firstToken : measurement.gap).record(waitNanos);
        for (int i = 1; i < events; i++) {
            measurement.gap.record(0);
        }
    }

    /// A stream is over. Answers whether its client shall ask again.
    boolean ended(@Nullable String fault, int comments) {
        measurement.comments += comments;
        if (fault == null) {
            measurement.finished++;
        } else {
            measurement.faults.add(fault);
        }
        return restarting;
    }

    /// An idle connection was closed by the other side between two streams.
    void connectionLost(Connection connection) {
        if (restarting) {
            connect(connection, false);
        }
    }

    /// Connects now, or a moment later after a fault, so that a dead target is not hammered.
    void connect(Connection connection, boolean afterFault) {
        if (afterFault) {
            loop.schedule(() -> connect(connection, false), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        if (connection.isGone()) {
            return;
        }
        ChannelHandler initializer =
                new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(connection);
                    }
                };
        ChannelFuture connected = bootstrap.clone().handler(initializer).connect();
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                measurement.faults.add("connect: " + done.cause().getMessage());
                if (restarting) {
                    connect(connection, true);
                }
            }
        });
    }

    private void onLoop(Runnable task) throws InterruptedException {
        loop.submit(task).sync();
    }

    private boolean until(BooleanSupplier condition, Duration patience)
            throws InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            var answer = new CompletableFuture<Boolean>();
            onLoop(() -> answer.complete(condition.getAsBoolean()));
            if (answer.join()) {
                return true;
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            pause(Duration.ofMillis(10));
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
