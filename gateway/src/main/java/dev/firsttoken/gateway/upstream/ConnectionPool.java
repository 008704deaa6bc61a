package dev.firsttoken.gateway.upstream;

import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;

/// One loop's connections to all endpoints. Used on that loop only.
final class ConnectionPool {

    private final EventLoop loop;
    private final Connector connector;
    private final int maxHeadBytes;
    private final IdentityHashMap<Endpoint, OriginConnections> origins = new IdentityHashMap<>();
    private boolean sweeping;

    ConnectionPool(EventLoop loop, Resolver resolver, int maxHeadBytes) {
        this.loop = loop;
        this.connector = new Connector(loop, resolver);
        this.maxHeadBytes = maxHeadBytes;
    }

    void start(Endpoint endpoint, UpstreamCall call) {
        origins.computeIfAbsent(
                        endpoint, e -> new OriginConnections(e, loop, connector, maxHeadBytes))
                .start(call);
        if (!sweeping) {
            sweeping = true;
            long everyNanos = OriginConnections.IDLE.toNanos() / 3;
            loop.scheduleWithFixedDelay(this::sweep, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
        }
    }

    /// Lets go of idle connections, and of endpoints that a reload has left without any.
    private void sweep() {
        long now = System.nanoTime();
        origins.values().forEach(connections -> connections.sweep(now));
        origins.values().removeIf(OriginConnections::isEmpty);
    }
}
