package dev.firsttoken.gateway.upstream;

import dev.firsttoken.gateway.net.EventLoops;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// The way out: opens calls to providers, each on the loop of the client it is for.
///
/// Every loop has its own connections, so that a stream never crosses threads.
public final class Upstreams implements AutoCloseable {

    /// Below what providers and balancers allow an idle connection, so that we are rarely
    /// surprised.
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final IdentityHashMap<EventExecutor, ConnectionPool> pools = new IdentityHashMap<>();

    /// Name lookups block in native code, so they get threads that may.
    private final ExecutorService lookups =
            Executors.newFixedThreadPool(
                    4, Thread.ofPlatform().daemon().name("firsttoken-lookup-", 0).factory());

    /// Signing takes time in proportion to a body, so it gets threads that are no event loops.
    private final ExecutorService signing =
            Executors.newFixedThreadPool(
                    2, Thread.ofPlatform().daemon().name("firsttoken-signing-", 0).factory());

    private final EventLoops loops;
    private final Supplier<UpstreamSettings> settings;
    private final LongAdder retries = new LongAdder();

    /// @param settings read anew for every connection and every call
    public Upstreams(EventLoops loops, Supplier<UpstreamSettings> settings) {
        this(loops, settings, IDLE);
    }

    /// @param idle how long a connection may wait for its next call
    Upstreams(EventLoops loops, Supplier<UpstreamSettings> settings, Duration idle) {
        this.loops = loops;
        this.settings = settings;
        var resolver = new Resolver(lookups);
        for (EventExecutor executor : loops.workers()) {
            var connector = new Connector((EventLoop) executor, resolver);
            pools.put(
                    executor,
                    new ConnectionPool(
                            (EventLoop) executor, connector, settings, idle, retries::increment));
        }
    }

    /// Requests that were sent a second time, because no provider can have worked on the first.
    public long retries() {
        return retries.sum();
    }

    /// Starts a call; call it on the loop.
    ///
    /// @param connect how long name lookup, TCP, proxy and TLS may take together
    public UpstreamCall open(
            EventLoop loop,
            Endpoint endpoint,
            UpstreamRequest request,
            Duration connect,
            UpstreamListener listener) {
        var call =
                new UpstreamCall(loop, request, connect, settings.get().maxBodyBytes(), listener);
        ConnectionPool pool = pool(loop);
        if (endpoint.signs()) {
            sign(endpoint, call, pool);
        } else {
            call.guard(() -> pool.start(endpoint, call));
        }
        return call;
    }

    /// Starts a call once its request is signed.
    private void sign(Endpoint endpoint, UpstreamCall call, ConnectionPool pool) {
        UpstreamRequest plain = call.request();
        CompletableFuture.supplyAsync(() -> endpoint.signed(plain), signing)
                .whenCompleteAsync(
                        (signed, defect) -> {
                            if (call.isOver()) {
                                return;
                            }
                            call.guard(() -> {
                                if (defect != null) {
                                    throw new IllegalStateException("not signed", defect);
                                }
                                call.signed(signed);
                                pool.start(endpoint, call);
                            });
                        },
                        call.loop());
    }

    /// Gets a small response, waiting for it as long as given; call it on a virtual thread.
    public Fetched fetch(
            Endpoint endpoint, UpstreamRequest request, Duration patience, int maxBytes)
            throws InterruptedException {
        EventLoop loop = loops.next();
        var fetch = new Fetch(maxBytes);
        loop.execute(() -> fetch.runs(open(loop, endpoint, request, patience, fetch)));
        try {
            return fetch.result().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            loop.execute(fetch::cancel);
            return Fetched.NOTHING;
        }
    }

    private ConnectionPool pool(EventLoop loop) {
        ConnectionPool pool = pools.get(loop);
        if (pool == null) {
            throw new IllegalArgumentException("loop: " + loop + " (expected: one of our own)");
        }
        return pool;
    }

    @Override
    public void close() {
        lookups.shutdownNow();
        signing.shutdownNow();
    }
}
