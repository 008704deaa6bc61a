package dev.firsttoken.bench.crash;

import dev.firsttoken.bench.options.Options;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Kills a server again and again while many streams run, starts it again on the same folder, and
/// lets every client read on.
public final class KillTool {

    private static final Duration START = Duration.ofMinutes(2);

    private final List<String> command;
    private final URI server;
    private final File output;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    private KillTool(List<String> command, URI server, File output) {
        this.command = command;
        this.server = server;
        this.output = output;
    }

    /// `bench kill --url U --reference U --output FILE [--rounds N …] -- COMMAND`.
    public static int run(Options options) throws IOException, InterruptedException {
        URI server = URI.create(options.required("url"));
        URI reference = URI.create(options.required("reference"));
        var output = new File(options.required("output"));
        int rounds = options.number("rounds", 50);
        int streams = options.number("streams", 500);
        String model = options.text("model", "sim/tokens-120+gap-50ms");
        Duration ramp = options.seconds("ramp", 1.5);
        Duration earliest = options.seconds("kill-after", 1);
        Duration spread = options.seconds("kill-within", 3);
        int seed = options.number("seed", 1);
        List<String> command = options.rest();
        options.refuseUnread();
        if (command.isEmpty()) {
            throw new IllegalArgumentException("kill: expected -- COMMAND");
        }
        var tool = new KillTool(command, server, output);
        var tally = new Tally(tool.answer(reference, model));
        var random = new Random(seed);
        var recoveries = new double[rounds];
        var starts = new double[rounds];
        Process process = tool.start();
        try {
            for (int round = 0; round < rounds; round++) {
                List<Thread> clients = tool.clients(streams, ramp, model, tally);
                TimeUnit.NANOSECONDS.sleep(
                        earliest.toNanos() + random.nextLong(1 + spread.toNanos()));
                double notKept = tool.metric("firsttoken_disk_lost_streams_total");
                process.destroyForcibly().waitFor();
                long killedNanos = System.nanoTime();
                process = tool.start();
                starts[round] = (System.nanoTime() - killedNanos) / 1e6;
                recoveries[round] = tool.metric("firsttoken_disk_recovery_seconds") * 1e3;
                for (Thread client : clients) {
                    client.join();
                }
                System.out.printf(
                        Locale.ROOT,
                        "round %d: recovered in %.0f ms, serving after %.0f ms, %.0f streams not"
                                + " kept; so far %s%n",
                        round + 1,
                        recoveries[round],
                        starts[round],
                        notKept,
                        tally);
            }
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        tally.examples().forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%d kills: %s; recovery p50 %.0f ms, max %.0f ms; serving again after p50 %.0f ms,"
                        + " max %.0f ms%n",
                rounds,
                tally,
                percentile(recoveries, 0.5),
                percentile(recoveries, 1),
                percentile(starts, 0.5),
                percentile(starts, 1));
        return tally.isClean() ? 0 : 1;
    }

    private List<Thread> clients(int streams, Duration ramp, String model, Tally tally)
            throws InterruptedException {
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < streams; i++) {
            var client = new ResumingClient(http, server, i % 2 == 0, model, tally);
            clients.add(Thread.ofVirtual().start(client));
            TimeUnit.NANOSECONDS.sleep(ramp.toNanos() / streams);
        }
        return clients;
    }

    /// Starts the server and waits until it serves.
    private Process start() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(Redirect.appendTo(output))
                        .redirectError(Redirect.appendTo(output))
                        .start();
        long byNanos = System.nanoTime() + START.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - byNanos > 0) {
                throw new IOException("the server does not start; see " + output);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return process;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return http.send(get("/readyz"), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).build();
    }

    private double metric(String name) throws IOException, InterruptedException {
        return http.send(get("/metrics"), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    /// What the upstream says to everybody.
    private String answer(URI reference, String model) throws IOException, InterruptedException {
        String body =
                "{\"stream\":true,\"model\":\""
                        + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        HttpRequest request =
                HttpRequest.newBuilder(reference)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return http.send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .map(Tally::contentOf)
                .collect(Collectors.joining());
    }

    private static double percentile(double[] values, double rank) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(rank * sorted.length))];
    }
}
