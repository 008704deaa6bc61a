package dev.firsttoken.bench.soak;

import dev.firsttoken.bench.options.Options;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/// Puts mixed load on a server for a long time, samples what it holds, and checks that nothing of
/// it stays.
public final class SoakTool {

    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final int SAMPLES_PER_COLLECTION = 6;
    private static final int FEW_FILES = 16;
    private static final int FEW_THREADS = 8;
    private static final double HEALTHY_FAILURES = 0.005;

    private final Options options;
    private final PrintStream out = System.out;
    private final URI server;
    private final ServerFigures figures;
    private final Tally tally = new Tally();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Map<String, Series> series = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private double liveHeap = Double.NaN;

    private SoakTool(Options options) {
        this.options = options;
        this.server = URI.create(options.required("url"));
        this.figures =
                new ServerFigures(
                        server,
                        URI.create(options.required("upstream-status")),
                        Long.parseLong(options.required("pid")));
    }

    /// @return 0 when every check holds
    public static int run(Options options) throws IOException, InterruptedException {
        return new SoakTool(options).run();
    }

    private int run() throws IOException, InterruptedException {
        URI upstream = URI.create(options.required("upstream"));
        Path log = Path.of(options.required("log"));
        Path csv = Path.of(options.required("csv"));
        Duration load = options.seconds("seconds", 1800);
        int streams = options.number("streams", 150);
        long seed = options.number("seed", 1);
        options.refuseUnread();

        References references = References.read(upstream);
        Map<String, Double> before = figures.sample();
        List<Thread> clients = start(streams, references, seed);
        sampleUntil(System.nanoTime() + load.toNanos(), load, csv);
        Map<String, Double> loaded = figures.sample();
        stopping.set(true);
        for (Thread client : clients) {
            client.join(SETTLE);
            check(!client.isAlive(), "a client still waits for the server");
        }
        Map<String, Double> after = settle(before);
        double liveAfter = figures.liveHeapMebibytes();
        report(loaded, after, liveAfter, load);
        verify(before, after, liveAfter, ServerLog.read(log));
        return verdict();
    }

    private List<Thread> start(int streams, References references, long seed)
            throws InterruptedException {
        var seeds = new Random(seed);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < streams; i++) {
            var client =
                    new SoakClient(
                            server, references, tally, stopping::get, new Random(seeds.nextLong()));
            threads.add(Thread.ofPlatform().daemon().start(client));
            // Everybody at once would be another test.
            Thread.sleep(10);
        }
        for (int i = 0; i < 2; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    new Nonsense(
                                            server,
                                            tally,
                                            stopping::get,
                                            new Random(seeds.nextLong()))));
        }
        return threads;
    }

    private void sampleUntil(long endNanos, Duration load, Path csv)
            throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long everyMillis = Math.clamp(load.toMillis() / 20, 500, 10_000);
        try (var rows = Files.newBufferedWriter(csv, StandardCharsets.UTF_8)) {
            for (int count = 0; System.nanoTime() - endNanos < 0; count++) {
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                Map<String, Double> now = figures.sample();
                if (count % SAMPLES_PER_COLLECTION == SAMPLES_PER_COLLECTION - 1) {
                    liveHeap = figures.liveHeapMebibytes();
                    add("live_heap_mb", seconds, liveHeap);
                }
                now.forEach((name, value) -> add(name, seconds, value));
                if (count == 0) {
                    rows.write("seconds,live_heap_mb," + String.join(",", now.keySet()) + "\n");
                }
                rows.write("%.0f,%.1f".formatted(seconds, liveHeap));
                for (double value : now.values()) {
                    rows.write(String.format(Locale.ROOT, ",%.1f", value));
                }
                rows.write("\n");
                rows.flush();
                // The distance between two samples, which is what makes a series.
                Thread.sleep(everyMillis);
            }
        }
    }

    private void add(String name, double seconds, double value) {
        series.computeIfAbsent(name, _ -> new Series()).add(seconds, value);
    }

    /// Waits until nothing is under way and idle connections are closed, or gives up.
    private Map<String, Double> settle(Map<String, Double> before)
            throws IOException, InterruptedException {
        long byNanos = System.nanoTime() + SETTLE.toNanos();
        Map<String, Double> now = figures.sample();
        while (!isSettled(before, now) && System.nanoTime() - byNanos < 0) {
            // Another process: its figures have to be asked for, and it tells nobody when they
            // change.
            Thread.sleep(500);
            now = figures.sample();
        }
        return now;
    }

    private static boolean isSettled(Map<String, Double> before, Map<String, Double> now) {
        return number(now, "open_streams") == 0
                && number(now, "upstream_calls") == 0
                && number(now, "reserved_mb") == 0
                && number(now, "queued") == 0
                && number(now, "disk_waiting_kb") == 0
                && moreFiles(before, now) <= FEW_FILES;
    }

    /// Files that are open beyond those of the start and the disk log's own.
    private static double moreFiles(Map<String, Double> before, Map<String, Double> now) {
        return number(now, "fds")
                - number(now, "disk_segments")
                - (number(before, "fds") - number(before, "disk_segments"));
    }

    private static double number(Map<String, Double> sample, String name) {
        return sample.getOrDefault(name, Double.NaN);
    }

    private void verify(
            Map<String, Double> before, Map<String, Double> after, double liveAfter, ServerLog log)
            throws IOException, InterruptedException {
        Map<String, Double> metrics = figures.metrics();
        long started = (long) ServerFigures.sum(metrics, "firsttoken_streams_started_total");
        long ended = (long) ServerFigures.sum(metrics, "firsttoken_stream_ends_total");
        check(started > 0, "no stream was started");
        check(started == ended, "streams started: " + started + ", ended: " + ended);
        check(
                log.endsById().size() == started,
                "streams in the log: " + log.endsById().size() + ", started: " + started);
        check(log.moreThanOnce() == 0, log.moreThanOnce() + " streams ended more than once");
        List<String> missing = log.missing(tally.streamIds());
        check(missing.isEmpty(), missing.size() + " streams of clients are not in the log");
        for (String gauge :
                List.of(
                        "open_streams",
                        "upstream_calls",
                        "reserved_mb",
                        "queued",
                        "disk_waiting_kb")) {
            check(number(after, gauge) == 0, gauge + " is " + number(after, gauge));
        }
        double files = moreFiles(before, after);
        check(files <= FEW_FILES, "%.0f more files are open than before".formatted(files));
        Series threads = figure("threads");
        double moreThreads = number(after, "threads") - threads.median(0.2, 0.4);
        check(moreThreads <= FEW_THREADS, "%.0f more threads".formatted(moreThreads));
        Series live = figure("live_heap_mb");
        if (live.size() >= 10) {
            double early = live.median(0.2, 0.4);
            check(
                    live.median(0.8, 1) <= 1.25 * early + 8,
                    "live heap grew from %.1f MB to %.1f MB".formatted(early, live.median(0.8, 1)));
            check(liveAfter <= early + 8, "%.1f MB live after the end".formatted(liveAfter));
        }
        long failed = tally.healthyFailed();
        check(
                failed <= HEALTHY_FAILURES * tally.healthy(),
                failed + " of " + tally.healthy() + " healthy answers failed");
        check(log.complaints().isEmpty(), "the server's log has errors");
        log.complaints().forEach(line -> out.println("  log: " + line));
        tally.faults()
                .forEach((kind, times) -> {
                    check(false, times + " x " + kind);
                    tally.examples(kind).forEach(what -> out.println("  " + what));
                });
        log.warnings()
                .forEach((line, times) -> out.println("  warned " + times + " times: " + line));
    }

    private Series figure(String name) {
        return series.getOrDefault(name, new Series());
    }

    private void report(
            Map<String, Double> loaded, Map<String, Double> after, double liveAfter, Duration load)
            throws IOException, InterruptedException {
        out.println("streams by how they ended:");
        figures.metrics()
                .forEach((name, value) -> {
                    if (name.startsWith("firsttoken_stream_ends_total{")) {
                        out.printf("  %8.0f  %s%n", value, name.substring(28));
                    }
                });
        out.println("what clients saw:");
        new TreeMap<>(tally.outcomes())
                .forEach((what, times) -> out.printf("  %8d  %s%n", times, what));
        out.printf(
                "healthy answers waited for: %d, of them failed: %d%n",
                tally.healthy(), tally.healthyFailed());
        out.printf(
                "%.1f streams a second, %.2f processors%n",
                number(loaded, "streams_ended") / load.toSeconds(),
                (number(loaded, "cpu_s") - figure("cpu_s").first()) / load.toSeconds());
        String columns =
                List.of("start", "min", "median", "max", "end", "per hour", "settled").stream()
                        .map("%10s"::formatted)
                        .collect(Collectors.joining());
        out.printf("%-20s%s%n", "", columns);
        series.forEach((name, points) -> {
            if (!name.startsWith("streams_") && !name.equals("cpu_s")) {
                double settled = name.equals("live_heap_mb") ? liveAfter : number(after, name);
                out.printf(
                        "%-20s%10.1f%10.1f%10.1f%10.1f%10.1f%+10.1f%10.1f%n",
                        name,
                        points.first(),
                        points.min(),
                        points.median(),
                        points.max(),
                        points.last(),
                        points.perHour(),
                        settled);
            }
        });
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
        }
    }

    private int verdict() {
        if (failures.isEmpty()) {
            out.println("every check holds");
            return 0;
        }
        failures.forEach(failure -> out.println("FAILED: " + failure));
        return 1;
    }
}
