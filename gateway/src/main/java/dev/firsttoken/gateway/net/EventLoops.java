package dev.firsttoken.gateway.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// The threads that own connections: one that accepts, and one per processor that reads and writes.
///
/// Accepting has a thread of its own because a busy loop would take in about one connection a turn.
/// Native epoll where there is one, the JDK's selector elsewhere.
public final class EventLoops implements AutoCloseable {

    /// How much one read takes at most. A guess that adapts to small events would cut the larger
    /// ones in two, and each part is a system call; the buffer is pooled and given back at once.
    private static final int READ_BYTES = 16 * 1024;

    private static final boolean EPOLL = Epoll.isAvailable();

    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final int count;

    /// @param count worker threads; 0 means one per processor
    public EventLoops(int count) {
        this.count = count > 0 ? count : Runtime.getRuntime().availableProcessors();
        acceptor = group(1, "accept");
        workers = group(this.count, "loop");
    }

    private static EventLoopGroup group(int threads, String name) {
        IoHandlerFactory io = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("firsttoken-" + name, true), io);
    }

    public EventLoopGroup acceptor() {
        return acceptor;
    }

    public EventLoopGroup workers() {
        return workers;
    }

    public int count() {
        return count;
    }

    /// Any of the workers, each in turn.
    public EventLoop next() {
        return workers.next();
    }

    public static Class<? extends ServerSocketChannel> serverChannel() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    public static Class<? extends SocketChannel> clientChannel() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /// The buffer that a connection reads into, once a turn of its loop: between two reads whoever
    /// reads too much is told to wait.
    public static RecvByteBufAllocator readBuffer() {
        return new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1);
    }

    /// Stops the threads once their last task is done.
    @Override
    public void close() {
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /// Direct memory that the buffers of all channels hold, idle ones included.
    public static long bufferBytes() {
        return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider pooled
                ? pooled.metric().usedDirectMemory()
                : 0;
    }
}
