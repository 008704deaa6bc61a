package dev.firsttoken.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A provider that answers what it is told to, on a real port.
///
/// Any model name is answered: one that was given a [Script] with that, one that begins with
/// [Grammar#PREFIX] with what its words say, any other with a readable paragraph. Everything
/// received is kept for inspection. All methods may be called from any thread.
public final class Simulator implements AutoCloseable {

    private final Journal journal = new Journal();
    private final Desk desk;
    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger openConnections = new AtomicInteger();
    private final AtomicInteger acceptedConnections = new AtomicInteger();
    private final Channel listener;
    private final URI baseUrl;
    private @Nullable Socket refusing;

    private Simulator(SimulatorOptions options) throws IOException {
        Doorway doorway = new Doorway(options.tls());
        desk = new Desk(new Composer(options.timing(), options.seed()), options.apiKey());
        boolean epoll = Epoll.isAvailable();
        loops =
                new MultiThreadIoEventLoopGroup(
                        options.eventLoops(),
                        new DefaultThreadFactory("simulator", true),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        IdentityHashMap<EventExecutor, Clockwork> clockworks = new IdentityHashMap<>();
        for (EventExecutor loop : loops) {
            clockworks.put(loop, new Clockwork(loop));
        }
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(
                                epoll
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        Clockwork clockwork = clockworks.get(channel.eventLoop());
                                        accept(channel, doorway, clockwork);
                                    }
                                });
        ChannelFuture bound = bootstrap.bind(options.host(), options.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot listen on " + options.host() + ":" + options.port(), bound.cause());
        }
        listener = bound.channel();
        int port = ((InetSocketAddress) listener.localAddress()).getPort();
        String scheme = options.tls() == null ? "http" : "https";
        baseUrl = baseUrl(scheme, options.host(), port);
    }

    private void accept(Channel channel, Doorway doorway, @Nullable Clockwork clockwork) {
        if (clockwork == null) {
            throw new IllegalStateException("a loop that is not ours: " + channel.eventLoop());
        }
        openConnections.incrementAndGet();
        connections.add(channel);
        channel.closeFuture()
                .addListener(_ -> {
                    openConnections.decrementAndGet();
                    journal.changed();
                });
        int number = acceptedConnections.incrementAndGet();
        doorway.enter(channel, new Service(number, journal, desk, clockwork));
    }

    private static URI baseUrl(String scheme, String host, int port) {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + literal + ":" + port + "/v1");
    }

    /// Starts one. It serves from the moment this returns.
    ///
    /// @throws IOException if the port is taken or the certificate cannot be read
    public static Simulator start(SimulatorOptions options) throws IOException {
        return new Simulator(options);
    }

    /// Where the API is, such as `http://127.0.0.1:8089/v1`.
    public URI baseUrl() {
        return baseUrl;
    }

    /// A base URL at which connections are refused, until this simulator is closed.
    public synchronized URI refusedBaseUrl() throws IOException {
        Socket socket = refusing;
        if (socket == null) {
            // Bound and never listening: nobody else can get the port, and nobody can connect.
            socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            refusing = socket;
        }
        return baseUrl("http", "127.0.0.1", socket.getLocalPort());
    }

    /// Answers a model name with a script, from the next request on. The words in the header still
    /// count, those in the name do not.
    ///
    /// @param next what the following requests get; the last script stays
    public void script(String model, Script first, Script... next) {
        List<Script> inTurn = new ArrayList<>();
        inTurn.add(first);
        inTurn.addAll(List.of(next));
        desk.script(model, List.copyOf(inTurn));
    }

    /// What was received, oldest first: the last 10,000 exchanges, fewer when bodies are large.
    public List<Exchange> exchanges() {
        return journal.exchanges();
    }

    /// The first exchange that fits, as soon as there is one.
    ///
    /// @throws AssertionError if there is none in time, listing what was received instead
    public Exchange awaitExchange(Predicate<Exchange> wanted, Duration patience)
            throws InterruptedException {
        return journal.await(wanted, patience);
    }

    /// How many exchanges have not ended.
    public int openExchanges() {
        return journal.open();
    }

    public int openConnections() {
        return openConnections.get();
    }

    /// Closes the port and all connections.
    @Override
    public void close() {
        journal.closeAll();
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly(2_000);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000);
        synchronized (this) {
            Socket socket = refusing;
            if (socket != null) {
                try {
                    socket.close();
                } catch (IOException _) {
                    // The port is freed with the process at the latest.
                }
            }
        }
    }
}
