package dev.firsttoken.bench.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the server says of itself, what the kernel says of its process, and what the upstream sees.
final class ServerFigures {

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final double MEBI = 1024.0 * 1024;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI metrics;
    private final URI upstreamStatus;
    private final long pid;

    ServerFigures(URI server, URI upstreamStatus, long pid) {
        this.metrics = server.resolve("/metrics");
        this.upstreamStatus = upstreamStatus;
        this.pid = pid;
    }

    /// Every metric by its name with labels.
    Map<String, Double> metrics() throws IOException, InterruptedException {
        var values = new TreeMap<String, Double>();
        for (String line : get(metrics).split("\n")) {
            int blank = line.lastIndexOf(' ');
            if (!line.startsWith("#") && blank > 0) {
                values.put(line.substring(0, blank), Double.parseDouble(line.substring(blank + 1)));
            }
        }
        return values;
    }

    /// All of one metric, whatever its labels are.
    static double sum(Map<String, Double> metrics, String name) {
        return metrics.entrySet().stream()
                .filter(metric ->
                        metric.getKey().equals(name) || metric.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /// The figures that are sampled, in the order of the columns.
    Map<String, Double> sample() throws IOException, InterruptedException {
        Map<String, Double> now = metrics();
        var figures = new LinkedHashMap<String, Double>();
        figures.put("heap_mb", sum(now, "jvm_memory_used_bytes{area=\"heap\"}") / MEBI);
        figures.put("non_heap_mb", sum(now, "jvm_memory_used_bytes{area=\"nonheap\"}") / MEBI);
        figures.put("rss_mb", residentKib() / 1024.0);
        figures.put("network_buffer_mb", sum(now, "firsttoken_network_buffer_bytes") / MEBI);
        figures.put("reserved_mb", sum(now, "firsttoken_reserved_bytes") / MEBI);
        figures.put("log_mb", sum(now, "firsttoken_log_bytes") / MEBI);
        figures.put("disk_mb", sum(now, "firsttoken_disk_bytes") / MEBI);
        figures.put("disk_segments", sum(now, "firsttoken_disk_segments"));
        figures.put("disk_waiting_kb", sum(now, "firsttoken_disk_waiting_bytes") / 1024);
        figures.put("fds", sum(now, "process_open_fds"));
        figures.put("threads", sum(now, "jvm_threads_current"));
        figures.put("connections", sum(now, "firsttoken_open_connections"));
        figures.put("open_streams", sum(now, "firsttoken_open_streams"));
        figures.put("kept_streams", sum(now, "firsttoken_kept_streams"));
        figures.put("queued", sum(now, "firsttoken_queued_requests"));
        figures.put("upstream_calls", upstreamCalls());
        figures.put("cpu_s", sum(now, "process_cpu_seconds_total"));
        figures.put("streams_started", sum(now, "firsttoken_streams_started_total"));
        figures.put("streams_ended", sum(now, "firsttoken_stream_ends_total"));
        return figures;
    }

    /// What is on the heap once everything that can go has gone.
    double liveHeapMebibytes() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process collect =
                new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!collect.waitFor(60, TimeUnit.SECONDS) || collect.exitValue() != 0) {
            throw new IOException("jcmd " + pid + " GC.run failed");
        }
        return sum(metrics(), "jvm_memory_used_bytes{area=\"heap\"}") / MEBI;
    }

    private double upstreamCalls() throws IOException, InterruptedException {
        Matcher open = NUMBER.matcher(get(upstreamStatus));
        return open.find() ? Double.parseDouble(open.group()) : Double.NaN;
    }

    private double residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                Matcher kib = NUMBER.matcher(line);
                return kib.find() ? Double.parseDouble(kib.group()) : Double.NaN;
            }
        }
        throw new IOException("/proc/" + pid + "/status says no VmRSS");
    }

    private String get(URI page) throws IOException, InterruptedException {
        var response =
                http.send(
                        HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(30)).build(),
                        BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(page + " answers " + response.statusCode());
        }
        return response.body();
    }
}
