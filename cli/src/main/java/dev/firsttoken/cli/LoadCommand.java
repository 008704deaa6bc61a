package dev.firsttoken.cli;

import dev.firsttoken.bench.endpoint.Endpoint;
import dev.firsttoken.bench.goodput.Goodput;
import dev.firsttoken.bench.goodput.RateSearch;
import dev.firsttoken.bench.load.Manners;
import dev.firsttoken.bench.load.Objective;
import dev.firsttoken.bench.load.OpenLoop;
import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.Questions;
import dev.firsttoken.bench.load.Shape;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;

/// Puts load on servers, by a schedule.
@Command(
        name = "load",
        description = {
            "Begin streams by a schedule, whether or not the server keeps up, and report what each"
                    + " of them got. Times count from the moment a stream was due, so a server that"
                    + " makes clients wait cannot hide it.",
            "Each stream is a real request: a provider that is paid for will be paid for all of"
                    + " them."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every stream was complete, and the objective was met if there is one",
            "1:some were not, or the objective was not met; the table says why",
            "2:the command line is wrong",
            "4:nobody answers at the address"
        },
        footer = {
            "",
            "Examples:",
            "  firsttoken bench load --model sim/tokens-200 --rate 50",
            "  firsttoken bench load --model m --rate 20 --good-ttft 500ms --good-gap 100ms --find",
            "  firsttoken bench load --model m --ramp-from 1 --rate 40 --window 2m --html"
                + " load.html",
            "  firsttoken bench load --model m --rate 5 --burst 100 --burst-every 10s",
            "  firsttoken bench load --model m --rate 20 --slow 0.1 --leave 0.2",
            "  firsttoken bench load --model m --url http://a:8080 --url http://b:8080   side by"
                + " side"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class LoadCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = ServerOptions.USUAL_URL,
            description =
                    "The server, with or without /v1. Said more than once, each is measured in turn"
                            + " with the same arrivals. Default: "
                            + ServerOptions.USUAL_URL
                            + ".")
    private List<URI> urls;

    @Option(
            names = "--label",
            paramLabel = "NAME",
            description = "What a server is called in the report, once for each. Default: its URL.")
    private List<String> labels = List.of();

    @Mixin private ServerOptions server;

    @Mixin private PromptOptions prompts;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            required = true,
            description = "Whom to ask. Said more than once, each stream draws one of them.")
    private List<String> models;

    @Option(
            names = "--max-tokens",
            paramLabel = "N[,N…]",
            split = ",",
            description =
                    "The longest answer. Of several, each stream draws one. Default: the server's.")
    private List<Integer> maxTokens = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Streams that begin a second; with --ramp-from the rate at the end, with --find"
                            + " the first one to try. Default: 10.")
    private double rate;

    @Option(
            names = "--ramp-from",
            paramLabel = "N",
            description = "Begin at this rate and change it evenly.")
    private @Nullable Double rampFrom;

    @Option(
            names = "--burst",
            paramLabel = "N",
            description = "Let so many more streams begin at one moment, again and again.")
    private @Nullable Integer burst;

    @Option(
            names = "--burst-every",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "From one burst to the next. Default: 10s.")
    private Duration burstEvery;

    @Option(
            names = "--even",
            description = "Begin streams like clockwork, instead of at random times (Poisson).")
    private boolean even;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "Streams due in it are not counted. Default: 5s.")
    private Duration warmUp;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "Streams due in it are counted. Default: 30s.")
    private Duration window;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long streams may take after that. Default: 30s.")
    private Duration drain;

    @Option(
            names = "--most-streams",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "At once: one more does not begin, and is counted as bad. Default: 10000.")
    private int mostStreams;

    @Option(
            names = "--slow",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "The share of clients that read slowly, 0 to 1. Default: 0.")
    private double slowShare;

    @Option(
            names = "--slow-rate",
            paramLabel = "BYTES",
            defaultValue = "1000",
            description = "How many bytes a second those read. Default: 1000.")
    private int slowBytes;

    @Option(
            names = "--leave",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "The share of clients that leave before the end, half of them with a reset."
                            + " Default: 0.")
    private double leavingShare;

    @Option(
            names = "--leave-within",
            paramLabel = "N",
            defaultValue = "20",
            description = "They leave after up to so many content events. Default: 20.")
    private int leaveWithin;

    @Option(
            names = "--good-ttft",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "A stream is good if its first token comes within this time.")
    private @Nullable Duration goodFirstToken;

    @Option(
            names = "--good-gap",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "A stream is good if 99 %% of the gaps between its tokens are no longer.")
    private @Nullable Duration goodGap;

    @Option(
            names = "--good-share",
            paramLabel = "SHARE",
            defaultValue = "0.99",
            description = "The objective is met when this share of streams is good. Default: 0.99.")
    private double goodShare;

    @Option(
            names = "--find",
            description = "Look for the highest steady rate that meets the objective.")
    private boolean find;

    @Option(
            names = "--precision",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description =
                    "How close the rate that held and the one that failed shall be. Default: 0.05.")
    private double precision;

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many rates to try at the most. Default: 20.")
    private int trials;

    @Option(
            names = "--reference",
            paramLabel = "URL",
            description =
                    "A server that answers the same question always the same, such as the simulator"
                            + " behind the one under test: every stream must say what it says.")
    private @Nullable URI reference;

    @Option(
            names = "--pid",
            paramLabel = "PID[,PID…]",
            split = ",",
            description = "Processes of this machine whose processor time to report.")
    private List<Long> pids = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything that is drawn. Default: 1.")
    private long seed;

    @Mixin private ReportOptions report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Goodput goodput;
        try {
            goodput = measure(plans());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
        report.write(spec.commandLine().getOut(), goodput::text, goodput::json, goodput::html);
        return verdict(goodput);
    }

    private Goodput measure(List<OpenLoopPlan> plans) throws IOException, InterruptedException {
        var line = new ProgressLine(spec.commandLine().getErr());
        var runs = new ArrayList<OpenLoopRun>();
        var searches = new ArrayList<RateSearch.Found>();
        for (OpenLoopPlan plan : plans) {
            if (find) {
                RateSearch.Found found =
                        RateSearch.run(
                                plan,
                                new RateSearch.Bounds(rate, precision, trials),
                                run -> line.keep(trial(run)),
                                now -> line.show(words(plan, now)));
                searches.add(found);
                if (found.best() != null) {
                    runs.add(found.best());
                }
            } else {
                runs.add(OpenLoop.run(plan, now -> line.show(words(plan, now))));
            }
        }
        line.clear();
        return new Goodput(runs, searches);
    }

    private static String words(OpenLoopPlan plan, OpenLoop.Progress now) {
        return String.format(
                Locale.ROOT,
                "%s: %.0f of %.0f s, %d streams under way, %d complete, %d bad",
                plan.label(),
                now.seconds(),
                now.ofSeconds(),
                now.underWay(),
                now.complete(),
                now.bad());
    }

    private static String trial(OpenLoopRun run) {
        return String.format(
                Locale.ROOT,
                "%s: %.4g streams/s: %.1f %% good%s",
                run.plan().label(),
                run.dueRate(),
                100 * run.goodShare(),
                run.isGeneratorLate() ? ", the load generator was late" : "");
    }

    private List<OpenLoopPlan> plans() throws IOException {
        if (!labels.isEmpty() && labels.size() != urls.size()) {
            throw new IllegalArgumentException(
                    "label: %d of them (expected: one for each of %d servers)"
                            .formatted(labels.size(), urls.size()));
        }
        var objective = new Objective(goodFirstToken, goodGap, goodShare);
        if (find && !objective.isStated()) {
            throw new IllegalArgumentException(
                    "find: no objective (expected: --good-ttft, --good-gap or both)");
        }
        var questions = new Questions(models, prompts.prompts(), maxTokens);
        Shape shape = shape();
        var plans = new ArrayList<OpenLoopPlan>();
        for (int i = 0; i < urls.size(); i++) {
            Endpoint endpoint = server.endpoint(urls.get(i));
            plans.add(
                    new OpenLoopPlan(
                            labels.isEmpty() ? urls.get(i).toString() : labels.get(i),
                            endpoint,
                            questions,
                            shape,
                            even,
                            seed,
                            warmUp,
                            window,
                            drain,
                            mostStreams,
                            new Manners(slowShare, slowBytes, leavingShare, leaveWithin),
                            objective,
                            reference == null ? null : Endpoint.of(reference, null, endpoint.key()),
                            pids));
        }
        return plans;
    }

    private Shape shape() {
        if (find && (rampFrom != null || burst != null)) {
            throw new IllegalArgumentException(
                    "find: with --ramp-from or --burst (expected: a steady rate)");
        }
        if (rampFrom != null && burst != null) {
            throw new IllegalArgumentException(
                    "burst: with --ramp-from (expected: one of the two)");
        }
        if (rampFrom != null) {
            return new Shape.Ramp(rampFrom, rate);
        }
        return burst == null ? new Shape.Steady(rate) : new Shape.Burst(rate, burst, burstEvery);
    }

    private int verdict(Goodput goodput) {
        List<OpenLoopRun> all = new ArrayList<>(goodput.runs());
        goodput.searches().forEach(found -> all.addAll(found.trials()));
        boolean nobody =
                all.stream()
                        .allMatch(run ->
                                run.complete() == 0
                                        && run.problems().keySet().stream()
                                                .allMatch(what -> what.startsWith("connect: "))
                                        && run.problemCount() > 0);
        if (nobody) {
            return ExitCode.NO_CONNECTION;
        }
        if (find) {
            return goodput.searches().stream()
                            .map(RateSearch.Found::best)
                            .allMatch(Objects::nonNull)
                    ? ExitCode.OK
                    : ExitCode.FAILED;
        }
        boolean objective = goodFirstToken != null || goodGap != null;
        return goodput.runs().stream()
                        .allMatch(run -> objective ? run.meetsObjective() : run.problemCount() == 0)
                ? ExitCode.OK
                : ExitCode.FAILED;
    }
}
