package dev.firsttoken.gateway.upstream;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;

/// One loop's connections to all endpoints. Used on that loop only.
final class ConnectionPool {

    private final EventLoop loop;
    private final Connector connector;
    private final int maxHeadBytes;
    private final Duration idle;
    private final IdentityHashMap<Endpoint, OriginConnections> origins = new IdentityHashMap<>();
    private boolean sweeping;

    ConnectionPool(EventLoop loop, Resolver resolver, int maxHeadBytes, Duration idle) {
        this.loop = loop;
        this.connector = new Connector(loop, resolver);
        this.maxHeadBytes = maxHeadBytes;
        this.idle = idle;
    }

    void start(Endpoint endpoint, UpstreamCall call) {
        origins.computeIfAbsent(
                        endpoint,
                        e -> new OriginConnections(e, loop, connector, maxHeadBytes, idle))
                .start(call);
        if (!sweeping) {
            sweeping = true;
            long everyNanos = idle.toNanos() / 3;
            loop.scheduleWithFixedDelay(this::sweep, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
        }
    }

    /// Lets go of idle connections, and of endpoints that have none at all.
    private void sweep() {
        long now = System.nanoTime();
        origins.values().forEach(connections -> connections.sweep(now));
        origins.values().removeIf(OriginConnections::isEmpty);
    }
}
