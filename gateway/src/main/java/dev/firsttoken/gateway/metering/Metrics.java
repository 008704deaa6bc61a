package dev.firsttoken.gateway.metering;

import dev.firsttoken.gateway.downstream.EdgeCounts;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Everything `/metrics` shows.
///
/// Names follow OpenTelemetry's GenAI conventions where these have one; the rest begins with
/// `firsttoken_`. Labels are only ever names from the configuration, codes of ours, or `other`.
public final class Metrics {

    /// Boundaries of OpenTelemetry's `gen_ai.server.time_to_first_token`, with room above for
    /// models that think.
    private static final double[] FIRST_TOKEN_BOUNDS = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
        20.0, 30.0, 60.0
    };

    private static final double[] DURATION_BOUNDS = {
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
        163.84, 327.68, 655.36
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final IdentityHashMap<EventExecutor, GapCounts> gaps = new IdentityHashMap<>();

    private final Histogram firstToken =
            histogram(
                    "gen_ai_server_time_to_first_token_seconds",
                    "From the request's last byte to the first content handed to the client's socket.",
                    FIRST_TOKEN_BOUNDS,
                    "dialect",
                    "model");
    private final Histogram duration =
            histogram(
                    "gen_ai_server_request_duration_seconds",
                    "From the request's last byte to the end of the answer.",
                    DURATION_BOUNDS,
                    "dialect",
                    "model");
    private final Counter stalls =
            counter(
                    "firsttoken_stalls_total",
                    "Silences of a second or more inside an answer.",
                    "provider");
    private final Counter streamsStarted =
            counter("firsttoken_streams_started_total", "Streams begun.", "dialect");
    private final Counter streamEnds =
            counter("firsttoken_stream_ends_total", "Streams ended, by why.", "dialect", "reason");
    private final Counter attempts =
            counter(
                    "firsttoken_attempts_total",
                    "Tries at a provider, by how they went before the first content.",
                    "provider",
                    "outcome");
    private final Counter requests =
            counter("firsttoken_requests_total", "Requests answered.", "route", "status", "caller");
    private final Counter tokens =
            counter(
                    "firsttoken_tokens_total",
                    "Tokens as providers report them.",
                    "provider",
                    "model",
                    "caller",
                    "direction");
    private final Counter cost =
            counter(
                    "firsttoken_cost_usd_total",
                    "What answers cost, in US dollars; estimated where tokens or price were guessed.",
                    "provider",
                    "model",
                    "caller",
                    "estimated");
    private final Counter skipped =
            counter(
                    "firsttoken_skipped_events_total",
                    "Events of providers that have no name here and that a client of another"
                            + " dialect did not get.",
                    "provider");
    private final Counter heartbeats =
            counter(
                    "firsttoken_heartbeats_total",
                    "Signs of life sent while a provider was silent.");

    /// @param loops the loops that carry streams
    public Metrics(Iterable<EventExecutor> loops) {
        for (EventExecutor loop : loops) {
            gaps.put(loop, new GapCounts());
        }
        registry.register(new Gaps());
        ProcessMetrics.register(registry);
    }

    public StreamMeter meter(EventLoop loop, long receivedNanos) {
        GapCounts counts = gaps.get(loop);
        if (counts == null) {
            throw new IllegalArgumentException("loop: " + loop + " (expected: one of our own)");
        }
        return new StreamMeter(counts, receivedNanos);
    }

    /// Shows a number that somebody else keeps.
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /// Shows counts that the edge towards clients keeps, those of one name together.
    public void counts(List<EdgeCounts.Count> counts) {
        counts.stream()
                .collect(
                        Collectors.groupingBy(
                                EdgeCounts.Count::name, LinkedHashMap::new, Collectors.toList()))
                .forEach(this::counts);
    }

    private void counts(String name, List<EdgeCounts.Count> counts) {
        EdgeCounts.Count first = counts.getFirst();
        var metric = CounterWithCallback.builder().name(name).help(first.help());
        if (!first.label().isEmpty()) {
            metric.labelNames(first.label());
        }
        metric.callback(
                        callback -> {
                            for (EdgeCounts.Count count : counts) {
                                String[] labels =
                                        count.label().isEmpty()
                                                ? new String[0]
                                                : new String[] {count.value()};
                                callback.call((double) count.number().getAsLong(), labels);
                            }
                        })
                .register(registry);
    }

    /// Shows a count that somebody else keeps.
    public void count(String name, String help, LongSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    /// Shows counts that somebody else keeps, told apart by a label.
    ///
    /// @param values the count for each of the label's values
    public void counts(String name, String help, String label, Map<String, LongSupplier> values) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(callback ->
                        values.forEach(
                                (value, count) -> callback.call((double) count.getAsLong(), value)))
                .register(registry);
    }

    public void skippedEvents(String provider, int events) {
        skipped.labelValues(provider).inc(events);
    }

    public void request(String route, int status, String caller) {
        requests.labelValues(route, Integer.toString(status), caller).inc();
    }

    public void attempt(String provider, String outcome) {
        attempts.labelValues(provider, outcome).inc();
    }

    public void streamStarted(String dialect) {
        streamsStarted.labelValues(dialect).inc();
    }

    /// Books everything about a stream that has ended.
    ///
    /// @param reason `completed` or the code of a failure
    public void streamEnded(String dialect, String model, String reason, StreamMeter meter) {
        streamEnds.labelValues(dialect, reason).inc();
        if (meter.firstTokenNanos() >= 0) {
            firstToken.labelValues(dialect, model).observe(meter.firstTokenNanos() / 1e9);
        }
        duration.labelValues(dialect, model)
                .observe((System.nanoTime() - meter.receivedNanos()) / 1e9);
        String provider = meter.provider();
        if (provider != null && meter.stalls() > 0) {
            stalls.labelValues(provider).inc(meter.stalls());
        }
        if (meter.heartbeats() > 0) {
            heartbeats.inc(meter.heartbeats());
        }
    }

    public void tokens(String provider, String model, String caller, long input, long output) {
        if (input > 0) {
            tokens.labelValues(provider, model, caller, "input").inc(input);
        }
        if (output > 0) {
            tokens.labelValues(provider, model, caller, "output").inc(output);
        }
    }

    public void cost(String provider, String model, String caller, boolean estimated, double usd) {
        cost.labelValues(provider, model, caller, Boolean.toString(estimated)).inc(usd);
    }

    /// The Prometheus text format, version 0.0.4.
    public byte[] text() {
        var out = new ByteArrayOutputStream(8 * 1024);
        try {
            PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .labelNames(labels)
                .register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    /// The gaps of all loops as one histogram.
    private final class Gaps implements Collector {
        private static final String NAME = "firsttoken_inter_token_seconds";

        @Override
        public MetricSnapshot collect() {
            int bounds = GapCounts.BOUNDS_SECONDS.length;
            var buckets = ClassicHistogramBuckets.builder();
            double sum = 0;
            for (int i = 0; i <= bounds; i++) {
                long count = 0;
                for (GapCounts loop : gaps.values()) {
                    count += loop.count(i);
                }
                buckets.bucket(
                        i < bounds ? GapCounts.BOUNDS_SECONDS[i] : Double.POSITIVE_INFINITY, count);
            }
            for (GapCounts loop : gaps.values()) {
                sum += loop.sumNanos() / 1e9;
            }
            return new HistogramSnapshot(
                    new MetricMetadata(NAME, "Gaps between content deltas of running answers."),
                    List.of(
                            new HistogramSnapshot.HistogramDataPointSnapshot(
                                    buckets.build(), sum, Labels.EMPTY, null, 0)));
        }
    }
}
