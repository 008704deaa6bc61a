package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.config.Config.OnDisconnect;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/// How far an answer may still go since its last reader has left.
///
/// Owned by the stream's event loop.
final class Solitude {

    private final Disconnect bounds;
    private final EventLoop loop;
    private int afterDeltas;
    private long afterBytes;

    Solitude(Disconnect bounds, EventLoop loop) {
        this.bounds = bounds;
        this.loop = loop;
    }

    /// The last reader left when the answer had come this far.
    ///
    /// @param timeIsUp runs when the answer has gone on for as long as it may
    void begin(int deltas, long bytes, Runnable timeIsUp) {
        afterDeltas = deltas;
        afterBytes = bytes;
        loop.schedule(timeIsUp, bounds.time().toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Whether an answer that nobody reads has become too long.
    boolean isOver(int deltas, long bytes) {
        return bounds.policy() != OnDisconnect.CANCEL
                && (deltas - afterDeltas > bounds.deltas() || bytes - afterBytes > bounds.bytes());
    }
}
