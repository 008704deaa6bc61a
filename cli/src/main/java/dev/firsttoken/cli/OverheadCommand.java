package dev.firsttoken.cli;

import dev.firsttoken.bench.overhead.Overhead;
import dev.firsttoken.bench.overhead.OverheadPlan;
import dev.firsttoken.bench.overhead.OverheadTool;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// Measures what a gateway adds.
@Command(
        name = "overhead",
        description = {
            "Measure what a gateway adds: the same streams straight from the simulator and through"
                + " the gateway, in pairs. Reports added time to first token, added gaps, and what"
                + " the gateway's process needs: processor time for an event and a stream, memory"
                + " for a stream that is held.",
            "The simulator is started on --upstream-port; the gateway has to ask it. A COMMAND"
                + " finds its address in OPENAI_BASE_URL and ANTHROPIC_BASE_URL, and wherever"
                + " {upstream} or {upstream-port} stands in it."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every stream was complete, in order and unchanged",
            "1:some were not, or were not held; the table says which",
            "2:the command line is wrong",
            "4:no whole stream came through the gateway, or the simulator's port is taken"
        },
        footer = {
            "",
            "Examples:",
            "  firsttoken bench overhead -- firsttoken serve",
            "  firsttoken bench overhead --url http://127.0.0.1:8080/chat/stream -- firsttoken"
                + " serve",
            "  firsttoken bench overhead --url http://127.0.0.1:4000/v1 --pid 4711 --html"
                + " added.html",
            "  firsttoken bench overhead --url http://127.0.0.1:9000/v1 -- \\",
            "      my-gateway --port 9000 --provider {upstream}"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class OverheadCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = ServerOptions.USUAL_URL,
            description =
                    "Where the gateway listens, with or without /v1. Default: "
                            + ServerOptions.USUAL_URL
                            + ".")
    private URI url;

    @Mixin private ServerOptions server;

    @Option(
            names = "--upstream-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Where the simulator listens. Default: 8081.")
    private int upstreamPort;

    @Option(
            names = "--pid",
            paramLabel = "PID[,PID…]",
            split = ",",
            description = "The gateway's processes, when it runs already.")
    private List<Long> pids = List.of();

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            defaultValue = "sim/tokens-100+gap-20ms+ttft-100ms",
            description =
                    "The streams, in the simulator's words. Default:"
                            + " sim/tokens-100+gap-20ms+ttft-100ms.")
    private String model;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many of them begin a second. Default: 10.")
    private double rate;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often both ways are measured. Default: 5.")
    private int pairs;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = DurationConverter.class,
            description = "Before each window; its streams are not counted. Default: 3s.")
    private Duration warmUp;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "How long each way is measured. Default: 10s.")
    private Duration window;

    @Option(
            names = "--short-rate",
            paramLabel = "N",
            defaultValue = "50",
            description =
                    "How many streams of one token begin a second, to tell what a stream costs"
                        + " beside its events; 0 leaves that out. Default: 50.")
    private double shortRate;

    @Option(
            names = "--hold",
            paramLabel = "N",
            defaultValue = "500",
            description =
                    "How many silent streams to hold, to tell what each needs; 0 leaves that out."
                            + " Default: 500.")
    private int hold;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description =
                    "For the gateway to begin, for held streams to be open, and for all to end."
                            + " Default: 20s.")
    private Duration patience;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the arrivals and the order of each pair. Default: 1.")
    private long seed;

    @Mixin private ReportOptions report;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Starts the gateway.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var line = new ProgressLine(spec.commandLine().getErr());
        Overhead overhead;
        try {
            overhead = OverheadTool.run(plan(), line::show);
        } catch (OverheadTool.NoTargetException | IOException e) {
            line.clear();
            throw new CommandFailure(ExitCode.NO_CONNECTION, e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
        line.clear();
        report.write(spec.commandLine().getOut(), overhead::text, overhead::json, overhead::html);
        return overhead.isSound() ? ExitCode.OK : ExitCode.FAILED;
    }

    private OverheadPlan plan() {
        return new OverheadPlan(
                server.endpoint(url),
                command,
                pids,
                upstreamPort,
                model,
                rate,
                pairs,
                warmUp,
                window,
                shortRate,
                hold,
                patience,
                seed);
    }
}
