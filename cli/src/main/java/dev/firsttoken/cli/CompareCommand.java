package dev.firsttoken.cli;

import dev.firsttoken.bench.compare.CompareTool;
import dev.firsttoken.bench.compare.Comparison;
import dev.firsttoken.bench.compare.Prices;
import dev.firsttoken.bench.compare.Question;

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
import java.util.concurrent.Callable;

/// Asks the same questions streaming and not, and compares.
@Command(
        name = "compare",
        description = {
            "Ask the same questions in both modes, streaming and not, and compare: time to the"
                    + " first and to the last text, gaps, tokens, cost.",
            "Each request is a real one: a provider that is paid for will be paid twice for every"
                    + " pair."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every request was answered in full",
            "1:some were not; the table says why",
            "2:the command line is wrong",
            "4:nobody answers at the address"
        },
        footer = {
            "",
            "Examples:",
            "  firsttoken bench compare --model sim/tokens-200",
            "  firsttoken bench compare --url https://llm.example.com/v1 --model my-model \\",
            "      --key-env MY_KEY --pairs 50 --html report.html",
            "  firsttoken bench compare --url https://llm.example.com/v1/messages --model m"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CompareCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = ServerOptions.USUAL_URL,
            description =
                    "The server, with or without /v1. Default: " + ServerOptions.USUAL_URL + ".")
    private URI url;

    @Mixin private ServerOptions server;

    @Mixin private PromptOptions prompts;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            required = true,
            description = "Whom to ask.")
    private String model;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many questions to ask in each mode. Default: 20.")
    private int pairs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "2",
            description = "Requests of each mode before those that count. Default: 2.")
    private int warmUp;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many requests at a time. Default: 1.")
    private int concurrency;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "The longest answer. Default: the server's.")
    private @Nullable Integer maxTokens;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = DurationConverter.class,
            description = "Give an answer up after this long. Default: 2m.")
    private Duration timeout;

    @Option(
            names = "--price-input",
            paramLabel = "PRICE",
            description = "Per million input tokens, for the cost of an answer.")
    private @Nullable Double priceInput;

    @Option(
            names = "--price-output",
            paramLabel = "PRICE",
            description = "Per million output tokens.")
    private @Nullable Double priceOutput;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the order in which the modes take turns. Default: 1.")
    private long seed;

    @Mixin private ReportOptions report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var line = new ProgressLine(spec.commandLine().getErr());
        int all = 2 * pairs;
        Comparison comparison =
                CompareTool.run(plan(), done -> line.show(done + " of " + all + " requests"));
        line.clear();
        report.write(
                spec.commandLine().getOut(),
                () -> CompareTool.text(comparison),
                () -> CompareTool.json(comparison),
                () -> CompareTool.html(comparison));
        int complete = comparison.streaming().complete() + comparison.whole().complete();
        if (complete == 2 * pairs) {
            return ExitCode.OK;
        }
        boolean nobody =
                complete == 0
                        && comparison.streaming().problems().keySet().stream()
                                .allMatch(problem -> problem.startsWith("nobody answers"));
        return nobody ? ExitCode.NO_CONNECTION : ExitCode.FAILED;
    }

    private CompareTool.Plan plan() throws IOException {
        try {
            return new CompareTool.Plan(
                    server.endpoint(url),
                    model,
                    prompts.prompts().stream()
                            .map(prompt -> new Question(prompt, maxTokens))
                            .toList(),
                    pairs,
                    warmUp,
                    concurrency,
                    timeout,
                    priceInput == null && priceOutput == null
                            ? Prices.UNKNOWN
                            : new Prices(
                                    priceInput == null ? 0 : priceInput,
                                    priceOutput == null ? 0 : priceOutput),
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }
}
