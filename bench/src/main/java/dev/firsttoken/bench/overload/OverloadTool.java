package dev.firsttoken.bench.overload;

import dev.firsttoken.bench.options.Options;
import dev.firsttoken.bench.stats.Histogram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Finds out how many streams a server completes when as many clients come as it lets in, then
/// sends it several times as many, whether it keeps up or not, and compares.
///
/// The second part is an open loop: a client that is refused does not come back, and none waits for
/// another. A page is asked for all the while, to see whether the server still answers at all.
public final class OverloadTool {

    private static final Duration PROBE_EVERY = Duration.ofMillis(50);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest stream;
    private final HttpRequest page;

    private OverloadTool(URI url, URI health, String model) {
        String body =
                "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        .formatted(model);
        stream =
                HttpRequest.newBuilder(url)
                        .timeout(Duration.ofMinutes(2))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        page = HttpRequest.newBuilder(health).timeout(Duration.ofMinutes(1)).build();
    }

    /// What came of many requests. Written by many threads.
    private static final class Tally {
        private final Histogram refusals = new Histogram();
        private final Histogram pages = new Histogram();
        private long completed;
        private long refused;
        private long other;

        synchronized void completed() {
            completed++;
        }

        synchronized void refused(long nanos) {
            refused++;
            refusals.record(nanos);
        }

        synchronized void other() {
            other++;
        }

        synchronized void page(long nanos) {
            pages.record(nanos);
        }
    }

    /// Runs both parts.
    ///
    /// @return 0 when every stream was either completed or refused as it should be
    public static int run(Options options) throws InterruptedException {
        var tool =
                new OverloadTool(
                        URI.create(options.required("url")),
                        URI.create(options.required("health")),
                        options.text("model", "sim/tokens-50+gap-20ms+ttft-50ms"));
        int streams = options.number("streams", 50);
        int times = options.number("times", 5);
        Duration warmUp = options.seconds("warm-up", 3);
        Duration window = options.seconds("window", 10);
        options.refuseUnread();

        tool.closed(streams, warmUp);
        Tally peak = tool.closed(streams, window);
        double peakRate = peak.completed / (window.toNanos() / 1e9);
        Tally over = tool.open(Math.max(1, peakRate * times), window);
        double goodput = over.completed / (window.toNanos() / 1e9);
        System.out.printf(
                Locale.ROOT,
                "peak      %.1f streams/s (%d clients)%n"
                        + "overload  %.1f streams/s arrive, %d times the peak%n"
                        + "goodput   %.1f streams/s, %.0f %% of the peak%n"
                        + "refused   %d with 429 or 503, p50 %.1f ms, p99 %.1f ms%n"
                        + "health    %d pages, p50 %.1f ms, p99 %.1f ms%n"
                        + "other     %d%n",
                peakRate,
                streams,
                peakRate * times,
                times,
                goodput,
                peakRate == 0 ? 0 : 100 * goodput / peakRate,
                over.refused,
                over.refusals.quantileNanos(0.5) / 1e6,
                over.refusals.quantileNanos(0.99) / 1e6,
                over.pages.count(),
                over.pages.quantileNanos(0.5) / 1e6,
                over.pages.quantileNanos(0.99) / 1e6,
                over.other + peak.other);
        return over.other + peak.other == 0 ? 0 : 1;
    }

    /// So many clients, each asking again when its stream has ended.
    private Tally closed(int clients, Duration time) throws InterruptedException {
        var tally = new Tally();
        long untilNanos = System.nanoTime() + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                threads.execute(() -> {
                    while (System.nanoTime() - untilNanos < 0) {
                        ask(tally, untilNanos);
                    }
                });
            }
        }
        return tally;
    }

    /// So many new clients a second.
    private Tally open(double perSecond, Duration time) throws InterruptedException {
        var tally = new Tally();
        long startNanos = System.nanoTime();
        long untilNanos = startNanos + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> probe(tally, untilNanos));
            long nanos = startNanos;
            for (long i = 1; nanos - untilNanos < 0; i++) {
                TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
                threads.execute(() -> ask(tally, untilNanos));
                nanos = startNanos + (long) (i * 1e9 / perSecond);
            }
        }
        return tally;
    }

    /// Has one stream. One that completes after the window does not count, as those that were under
    /// way at its beginning do not.
    private void ask(Tally tally, long untilNanos) {
        long askedNanos = System.nanoTime();
        try {
            HttpResponse<String> response = client.send(stream, BodyHandlers.ofString());
            long now = System.nanoTime();
            int status = response.statusCode();
            if (status == 200 && response.body().endsWith("data: [DONE]\n\n")) {
                if (now - untilNanos < 0) {
                    tally.completed();
                }
            } else if ((status == 429 || status == 503)
                    && response.headers().firstValue("retry-after").isPresent()) {
                tally.refused(now - askedNanos);
            } else {
                tally.other();
            }
        } catch (IOException e) {
            tally.other();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe(Tally tally, long untilNanos) {
        try {
            while (System.nanoTime() - untilNanos < 0) {
                long askedNanos = System.nanoTime();
                if (client.send(page, BodyHandlers.ofString()).statusCode() == 200) {
                    tally.page(System.nanoTime() - askedNanos);
                } else {
                    tally.other();
                }
                TimeUnit.NANOSECONDS.sleep(PROBE_EVERY.toNanos());
            }
        } catch (IOException e) {
            tally.other();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
