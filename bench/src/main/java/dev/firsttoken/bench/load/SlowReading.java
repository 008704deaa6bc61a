package dev.firsttoken.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;

import java.util.concurrent.TimeUnit;

/// Makes a client read so many bytes a second and no more, with little room in its kernel: what it
/// has not read piles up at the other side. Owned by the event loop, for one channel.
final class SlowReading extends ChannelInboundHandlerAdapter {

    /// What is read at a time.
    private static final int MOUTHFUL_BYTES = 256;

    /// What the kernel keeps for it.
    private static final int RECEIVE_BYTES = 4 * 1024;

    private final long pauseNanos;

    SlowReading(int bytesPerSecond) {
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) * MOUTHFUL_BYTES / bytesPerSecond;
    }

    void prepare(Bootstrap bootstrap) {
        bootstrap
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BYTES)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        // One read a turn, however much is there.
                        new FixedRecvByteBufAllocator(MOUTHFUL_BYTES).maxMessagesPerRead(1));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        context.read();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        context.executor().schedule(context::read, pauseNanos, TimeUnit.NANOSECONDS);
    }
}
