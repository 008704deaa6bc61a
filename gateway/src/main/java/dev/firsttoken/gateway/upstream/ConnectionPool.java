package dev.firsttoken.gateway.upstream;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// One loop's connections to all endpoints. Used on that loop only.
final class ConnectionPool {

    private final EventLoop loop;
    private final Connector connector;
    private final Supplier<UpstreamSettings> settings;
    private final Duration idle;
    private final Runnable onRetry;
    private final IdentityHashMap<Endpoint, OriginConnections> origins = new IdentityHashMap<>();
    private boolean sweeping;

    /// @param onRetry told of every request that is sent a second time
    ConnectionPool(
            EventLoop loop,
            Connector connector,
            Supplier<UpstreamSettings> settings,
            Duration idle,
            Runnable onRetry) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
        this.idle = idle;
        this.onRetry = onRetry;
    }

    void start(Endpoint endpoint, UpstreamCall call) {
        origins.computeIfAbsent(
                        endpoint, e -> new OriginConnections(e, connector, settings, idle, onRetry))
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
