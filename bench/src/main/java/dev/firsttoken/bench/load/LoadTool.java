package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.options.Options;
import dev.firsttoken.bench.report.LoadReport;
import dev.firsttoken.bench.stats.Histogram;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The three ways to put load on a relay, each a command.
public final class LoadTool {

    private static final String MESSAGE = "Tell me about the first token.";

    private LoadTool() {}

    /// Keeps streams running, checks each, and reports rates, latencies and costs.
    public static int paced(Options options) throws IOException, InterruptedException {
        LoadPlan plan = plan(options, true);
        String label = options.text("label", "relay");
        String jsonFile = options.text("json", "");
        options.refuseUnread();
        try (var load = new Load(plan)) {
            LoadReport report = report(label, plan, load.run());
            System.out.println(report.line());
            if (!jsonFile.isEmpty()) {
                Files.writeString(
                        Path.of(jsonFile),
                        report.json() + "\n",
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
            return report.faultCount() == 0 ? 0 : 1;
        }
    }

    /// Opens streams that stay silent, holds them, and leaves with all of them at once.
    public static int idle(Options options) throws IOException, InterruptedException {
        return holdAndLeave(options, false);
    }

    /// The same with streams that are being answered: every client has read some text before all
    /// leave.
    public static int leave(Options options) throws IOException, InterruptedException {
        return holdAndLeave(options, true);
    }

    /// Says `held N` when all streams are open, waits until a line comes in (or for `--hold`
    /// seconds), leaves, and follows the upstream's count of open calls down to zero.
    private static int holdAndLeave(Options options, boolean withContent)
            throws IOException, InterruptedException {
        LoadPlan plan = plan(options, withContent);
        Duration patience = options.seconds("patience", 30);
        Duration hold = options.seconds("hold", 0);
        boolean reset = options.text("leave-with", "fin").equals("rst");
        String statusUrl = options.text("status", "");
        @Nullable UpstreamStatus status =
                statusUrl.isEmpty() ? null : new UpstreamStatus(URI.create(statusUrl));
        options.refuseUnread();
        try (var load = new Load(plan)) {
            load.open();
            boolean open = load.allOpen(withContent, plan.rampUp().plus(patience));
            boolean seen = status == null || open && status.reaches(plan.streams(), true, patience);
            System.out.println("held " + load.streaming() + (open && seen ? "" : " (not all)"));
            System.out.flush();
            if (hold.isZero()) {
                waitForALine();
            } else {
                TimeUnit.NANOSECONDS.sleep(hold.toNanos());
            }
            int stayed = load.streaming();
            long leftAtNanos = load.leave(reset);
            System.out.println("left " + stayed);
            System.out.flush();
            boolean ended = true;
            if (status != null) {
                ended = status.reaches(0, false, patience);
                double millis = (System.nanoTime() - leftAtNanos) / 1e6;
                System.out.println(
                        ended
                                ? String.format(Locale.ROOT, "upstream free after %.0f ms", millis)
                                : String.format(
                                        Locale.ROOT,
                                        "upstream still has %d open calls after %.0f ms",
                                        status.openCalls(),
                                        millis));
            }
            Faults faults = load.measurement().faults;
            faults.byKind().forEach((kind, count) -> System.out.println(count + " x " + kind));
            return open && seen && ended && stayed == plan.streams() && faults.total() == 0 ? 0 : 1;
        }
    }

    private static void waitForALine() throws IOException {
        int b;
        do {
            b = System.in.read();
        } while (b >= 0 && b != '\n');
    }

    private static LoadPlan plan(Options options, boolean restart) throws IOException {
        String model = options.text("model", "sim/tokens-200+gap-20ms+ttft-100ms");
        String message = options.text("message", MESSAGE);
        String body = options.text("body", "");
        String said = options.text("bearer", "");
        @Nullable String bearer = said.isEmpty() ? null : said;
        Endpoint endpoint =
                Endpoint.of(URI.create(options.required("url")), null, bearer)
                        .with(headers(options));
        Target target =
                body.isEmpty()
                        ? Target.of(endpoint, model, message, null)
                        : Target.of(endpoint, body.getBytes(StandardCharsets.UTF_8));
        // The reference is asked in its own dialect: that of the upstream behind the relay.
        String reference = options.text("reference", "");
        @Nullable Answer expected =
                reference.isEmpty()
                        ? null
                        : Answer.learn(
                                Target.of(
                                        Endpoint.of(URI.create(reference), null, bearer),
                                        model,
                                        message,
                                        null));
        var harness = new ArrayList<Long>(pids(options.text("harness", "")));
        harness.add(ProcessHandle.current().pid());
        return new LoadPlan(
                target,
                options.number("streams", 100),
                options.seconds("ramp", 2),
                options.seconds("warm-up", 3),
                options.seconds("window", 10),
                options.seconds("drain", 30),
                expected,
                restart,
                pids(options.text("watch", "")),
                List.copyOf(harness));
    }

    /// Further headers, separated by bars.
    static List<String> headers(Options options) {
        return Arrays.stream(options.text("headers", "").split("\\|"))
                .filter(header -> !header.isBlank())
                .toList();
    }

    private static List<Long> pids(String list) {
        return Arrays.stream(list.split(","))
                .filter(pid -> !pid.isBlank())
                .map(pid -> Long.parseLong(pid.trim()))
                .toList();
    }

    private static LoadReport report(String label, LoadPlan plan, Measurement measured) {
        return new LoadReport(
                label,
                plan.streams(),
                measured.use().windowNanos() / 1e9,
                measured.contentEvents,
                measured.finished,
                measured.comments,
                microsPerEvent(measured.use().processCpuNanos(), measured),
                microsPerEvent(measured.harnessCpuNanos(), measured),
                latency(measured.firstToken),
                latency(measured.gap),
                measured.use().coreBusyPercent(),
                measured.use().coreStealPercent(),
                measured.faults.byKind());
    }

    private static double microsPerEvent(long nanos, Measurement measured) {
        return measured.contentEvents == 0 ? 0 : nanos / 1e3 / measured.contentEvents;
    }

    private static LoadReport.Latency latency(Histogram histogram) {
        return new LoadReport.Latency(
                histogram.quantileNanos(0.5) / 1e6,
                histogram.quantileNanos(0.9) / 1e6,
                histogram.quantileNanos(0.99) / 1e6,
                histogram.quantileNanos(0.999) / 1e6,
                histogram.maxNanos() / 1e6);
    }
}
