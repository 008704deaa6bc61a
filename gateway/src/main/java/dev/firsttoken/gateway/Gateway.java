package dev.firsttoken.gateway;

import dev.firsttoken.gateway.admin.ModelCatalog;
import dev.firsttoken.gateway.admission.Admission;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.dialect.Refusal;
import dev.firsttoken.gateway.downstream.ClientExchange;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.downstream.CrossOrigin;
import dev.firsttoken.gateway.downstream.Door;
import dev.firsttoken.gateway.downstream.DownstreamServer;
import dev.firsttoken.gateway.downstream.ServerSettings;
import dev.firsttoken.gateway.downstream.ServerTls;
import dev.firsttoken.gateway.log.LogBudget;
import dev.firsttoken.gateway.metering.Metrics;
import dev.firsttoken.gateway.net.EventLoops;
import dev.firsttoken.gateway.pricing.PriceList;
import dev.firsttoken.gateway.relay.Relay;
import dev.firsttoken.gateway.relay.Snapshot;
import dev.firsttoken.gateway.relay.StreamReading;
import dev.firsttoken.gateway.relay.StreamStore;
import dev.firsttoken.gateway.relay.Streams;
import dev.firsttoken.gateway.routing.Router;
import dev.firsttoken.gateway.upstream.UpstreamSettings;
import dev.firsttoken.gateway.upstream.Upstreams;
import dev.firsttoken.wire.event.Failure;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A running server.
public final class Gateway implements AutoCloseable {

    /// How often we look for ended streams that have been kept long enough.
    private static final Duration SWEEP = Duration.ofSeconds(1);

    /// How long streams that were ended by force may take to tell their clients so.
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /// The route in metrics of a request that was refused before it was complete.
    private static final String UNREAD = "unread";

    private final EventLoops loops;
    private final Upstreams upstreams;
    private final LogBudget budget;
    private final Admission admission;
    private final Streams streams;
    private final @Nullable StreamStore store;
    private final Relay relay;
    private final DownstreamServer server;
    private final InetSocketAddress address;
    private volatile Snapshot current;
    private volatile @Nullable SslContext tls;
    private final AtomicBoolean draining = new AtomicBoolean();

    /// Opens the streams on disk.
    @FunctionalInterface
    interface StoreOpener {
        StreamStore open(Config.Disk settings) throws IOException;
    }

    private Gateway(Config config, StoreOpener opener) throws IOException {
        current = new Snapshot(config, Router.of(config, null), prices(config));
        tls = ServerTls.of(config.server().tls());
        loops = new EventLoops(config.server().eventLoops());
        upstreams = new Upstreams(loops, this::upstreamSettings);
        budget = new LogBudget(config.limits().logBytes());
        admission = new Admission(config);
        var metrics = new Metrics(loops.workers());
        store = openStore(config.streams().disk(), opener);
        streams = new Streams(budget, store, loops::next);
        relay = new Relay(this::current, admission, upstreams, budget, streams, store, metrics);
        var routes =
                new Routes(
                        this::current,
                        admission,
                        relay,
                        new StreamReading(streams, this::current),
                        new ModelCatalog(upstreams),
                        metrics);
        server =
                new DownstreamServer(
                        loops,
                        this::serverSettings,
                        () -> tls,
                        client -> serve(client, routes, metrics),
                        new Door() {
                            @Override
                            public @Nullable Failure refuse(ClientRequest head) {
                                return isPreflight(head) ? null : routes.refuse(head);
                            }

                            @Override
                            public void answer(ClientExchange client, Failure failure) {
                                metrics.request(UNREAD, failure.status(), Routes.NOBODY);
                                Refusal refusal = routes.refusal(client.request(), failure);
                                client.respond(refusal.status(), refusal.headers(), refusal.body());
                            }
                        },
                        admission.memory());
        show(metrics);
        loops.next()
                .scheduleWithFixedDelay(
                        () -> streams.sweep(current().config().streams()),
                        SWEEP.toMillis(),
                        SWEEP.toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            address = server.bind(config.server().host(), config.server().port());
        } catch (IOException e) {
            closeRest();
            throw e;
        }
    }

    private void serve(ClientExchange client, Routes routes, Metrics metrics)
            throws InterruptedException {
        if (isPreflight(client.request())) {
            client.respond(204, CrossOrigin.PREFLIGHT, new byte[0]);
            metrics.request("preflight", 204, Routes.NOBODY);
        } else {
            routes.handle(client);
        }
    }

    private boolean isPreflight(ClientRequest request) {
        return CrossOrigin.isPreflight(request, current.config().server().cors());
    }

    private @Nullable StreamStore openStore(Config.@Nullable Disk settings, StoreOpener opener)
            throws IOException {
        if (settings == null) {
            return null;
        }
        try {
            return opener.open(settings);
        } catch (IOException e) {
            closeRest();
            throw new DataFolderException(settings.folder(), e);
        }
    }

    /// What is left once nobody is served any more.
    private void closeRest() {
        upstreams.close();
        if (store != null) {
            store.close();
        }
        loops.close();
    }

    private void show(Metrics metrics) {
        metrics.gauge("firsttoken_open_streams", "Answers under way.", relay::open);
        metrics.gauge(
                "firsttoken_open_connections", "Client connections.", server::openConnections);
        metrics.gauge(
                "firsttoken_kept_streams", "Ended answers that can still be read.", streams::kept);
        metrics.count(
                "firsttoken_evicted_streams_total",
                "Ended answers given up before streams.keep, because of streams.kept or limits.log.",
                streams::evicted);
        if (store != null) {
            store.show(metrics);
        }
        metrics.gauge("firsttoken_log_bytes", "Bytes that stream logs hold.", budget::heldBytes);
        metrics.count(
                "firsttoken_retries_total",
                "Requests sent to a provider once more, because nobody had worked on them.",
                upstreams::retries);
        metrics.counts(server.counts().all());
        metrics.counts(
                "firsttoken_refused_requests_total",
                "Requests refused before a provider was asked, by the limit that refused them.",
                "reason",
                admission.refused());
        metrics.gauge(
                "firsttoken_queued_requests",
                "Requests that wait for one of a provider's streams.",
                admission::queued);
        metrics.gauge(
                "firsttoken_network_buffer_bytes",
                "Direct memory that network buffers hold.",
                EventLoops::bufferBytes);
        metrics.gauge(
                "firsttoken_reserved_bytes",
                "What requests being answered have reserved of limits.memory.",
                admission.memory()::reservedBytes);
    }

    /// Binds the configured address and serves.
    ///
    /// @throws DataFolderException when streams cannot be kept in the folder that is configured
    /// @throws IOException when the address cannot be bound or a certificate cannot be read
    public static Gateway start(Config config) throws IOException {
        return start(config, StreamStore::open);
    }

    static Gateway start(Config config, StoreOpener opener) throws IOException {
        return new Gateway(config, opener);
    }

    /// Where it really listens, for port 0.
    public InetSocketAddress address() {
        return address;
    }

    private Snapshot current() {
        return current;
    }

    private ServerSettings serverSettings() {
        Config config = current.config();
        return new ServerSettings(
                config.limits().requestHeadBytes(),
                config.limits().requestBodyBytes(),
                config.limits().connections(),
                config.deadlines().requestHead(),
                config.deadlines().requestBody(),
                config.deadlines().idleConnection(),
                config.deadlines().writeStall(),
                config.http(),
                config.server().cors());
    }

    private UpstreamSettings upstreamSettings() {
        Config.Limits limits = current.config().limits();
        return new UpstreamSettings(
                limits.responseHeadBytes(), limits.responseHeaders(), limits.answerBytes());
    }

    /// Lets new requests be served by another snapshot; running streams keep theirs.
    ///
    /// @throws IOException when a certificate or the list of prices cannot be read; then nothing
    ///   has changed
    public void reload(Config config) throws IOException {
        Router router = Router.of(config, current.router());
        PriceList prices = prices(config);
        SslContext context = ServerTls.of(config.server().tls());
        admission.reload(config);
        budget.limit(config.limits().logBytes());
        tls = context;
        current = new Snapshot(config, router, prices);
    }

    private static PriceList prices(Config config) throws IOException {
        return PriceList.open(config.prices().file(), config.prices().rules());
    }

    /// Is not ready any more, lets running streams finish for as long as given, ends the rest
    /// honestly, and closes. A second call shortens the first one's wait, and returns at once.
    ///
    /// @return how many answers had to be ended
    public int drain(Duration patience) {
        if (!draining.compareAndSet(false, true)) {
            relay.hurry(patience);
            return 0;
        }
        admission.drain();
        server.drain();
        int ended = 0;
        try {
            if (!relay.awaitNone(patience)) {
                ended =
                        relay.cutAll(
                                Failure.of(
                                        Failure.Kind.DRAINING,
                                        "the server is stopping and could not wait for the answer's end"));
                relay.awaitNone(LAST_WORDS);
            }
            server.close(LAST_WORDS);
            // Whoever was still there is gone now, and what it held is given back.
            relay.awaitNone(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.close(Duration.ZERO);
        }
        closeRest();
        return ended;
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
