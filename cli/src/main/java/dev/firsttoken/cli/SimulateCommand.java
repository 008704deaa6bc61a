package dev.firsttoken.cli;

import dev.firsttoken.simulator.Grammar;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import dev.firsttoken.simulator.Stalls;
import dev.firsttoken.simulator.Timing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs the fake provider alone.
@Command(
        name = "simulate",
        description = {
            "Run a fake provider that speaks six dialects, with a timing of your choice"
                    + " and faults on demand.",
            "How an answer looks and fails is chosen per request, by the model name or a header:"
                    + " --grammar lists the words."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped by a signal",
            "1:failed",
            "2:the command line is wrong",
            "4:the address cannot be listened on"
        },
        footer = {
            "",
            "Examples:",
            "  firsttoken simulate",
            "  firsttoken simulate --ttft 200ms --gap 20ms      like clockwork",
            "  firsttoken simulate --instant                    as fast as it goes",
            "  OPENAI_BASE_URL=http://127.0.0.1:8081/v1 firsttoken serve"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SimulateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "The address to listen on. Default: 127.0.0.1.")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "The port to listen on; 0 picks a free one. Default: 8081.")
    private int port;

    @Option(names = "--instant", description = "Answer everything at once.")
    private boolean instant;

    @Option(
            names = "--ttft",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Wait before the first token, such as 300ms. Default: around 350ms.")
    private @Nullable Duration firstToken;

    @Option(
            names = "--gap",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Wait between tokens. Default: around 18ms.")
    private @Nullable Duration gap;

    @Option(
            names = "--sigma",
            paramLabel = "NUMBER",
            description = "Spread these waits log-normally, by this much; 0.5 is lifelike.")
    private @Nullable Double sigma;

    @Option(
            names = "--stalls",
            paramLabel = "P:TIME",
            description = "Pause for TIME before a token with probability P, such as 0.01:2s.")
    private @Nullable String stalls;

    @Option(
            names = "--recorded",
            paramLabel = "FILE",
            description = "Take the waits from a file, one per line, such as 18ms.")
    private @Nullable Path recorded;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything that is drawn: the same seed, the same waits. Default: 1.")
    private long seed;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "${env:FIRSTTOKEN_SIMULATOR_KEY}",
            description = "The Bearer key that requests must carry. Default: none.")
    private @Nullable String key;

    @Option(names = "--grammar", description = "Print the words that shape an answer, and exit.")
    private boolean grammar;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (grammar) {
            out.print(Grammar.help());
            out.flush();
            return ExitCode.OK;
        }
        try (Simulator simulator = start(options())) {
            var stopped = new CountDownLatch(1);
            Signals.on("TERM", stopped::countDown);
            Signals.on("INT", stopped::countDown);
            out.print(
                    """
                    FirstToken %s simulates a provider on %s

                    %s
                    See a stream:
                      curl -N %s/chat/completions -H 'content-type: application/json' \
                    -d '{"model":"any","stream":true,"messages":[{"role":"user","content":"Hello"}]}'
                    """
                            .formatted(
                                    Version.number(),
                                    simulator.baseUrl(),
                                    Grammar.help(),
                                    simulator.baseUrl()));
            out.flush();
            stopped.await();
            return ExitCode.OK;
        }
    }

    private Simulator start(SimulatorOptions options) {
        try {
            return Simulator.start(options);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.NO_CONNECTION, Bind.explain(host + ":" + port, e));
        }
    }

    private SimulatorOptions options() throws IOException {
        try {
            SimulatorOptions options =
                    SimulatorOptions.defaults()
                            .withHost(host)
                            .withPort(port)
                            .withSeed(seed)
                            .withTiming(timing());
            return key == null || key.isEmpty() ? options : options.withApiKey(key);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Timing timing() throws IOException {
        Timing timing = instant ? Timing.instant() : Timing.lifelike();
        if (recorded != null) {
            timing = new Timing.Recorded(waits(recorded));
        }
        if (firstToken != null) {
            timing = timing.withFirstToken(firstToken);
        }
        if (gap != null) {
            timing = timing.withGap(gap);
        }
        if (sigma != null) {
            timing = timing.withSigma(sigma);
        }
        return stalls == null ? timing : timing.withStalls(stalls(stalls));
    }

    private List<Duration> waits(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw wrong("--recorded: " + file + " (expected: a file that can be read)");
        }
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(DurationConverter::parse)
                .toList();
    }

    private static Stalls stalls(String text) {
        int colon = text.indexOf(':');
        try {
            return new Stalls(
                    Double.parseDouble(text.substring(0, Math.max(0, colon))),
                    DurationConverter.parse(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--stalls: " + text + " (expected: P:TIME, such as 0.01:2s)", e);
        }
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(spec.commandLine(), String.valueOf(message));
    }
}
