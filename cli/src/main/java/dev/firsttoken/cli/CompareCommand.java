package dev.firsttoken.cli;

import dev.firsttoken.bench.compare.Api;
import dev.firsttoken.bench.compare.CompareTool;
import dev.firsttoken.bench.compare.Comparison;
import dev.firsttoken.bench.compare.Endpoint;
import dev.firsttoken.bench.compare.Prices;
import dev.firsttoken.bench.compare.Question;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
            "  firsttoken bench compare --api anthropic --url https://llm.example.com --model m"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CompareCommand implements Callable<Integer> {

    private static final List<String> PROMPTS =
            List.of(
                    "Explain in three paragraphs how a letter gets from one country to another.",
                    "Write a short story about a lighthouse keeper who learns to paint.",
                    "What should somebody know before keeping bees? Answer in some detail.",
                    "Compare tea and coffee, their history and how they are made.",
                    "Describe how a bicycle stays upright, for a curious child.");

    @Spec private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/v1",
            description = "The server, with or without /v1. Default: http://127.0.0.1:8080/v1.")
    private URI url;

    @Option(
            names = "--api",
            paramLabel = "API",
            defaultValue = "openai",
            description = "The dialect to ask in: openai or anthropic. Default: openai.")
    private Api api;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            required = true,
            description = "Whom to ask.")
    private String model;

    @Option(
            names = "--key-env",
            paramLabel = "NAME",
            defaultValue = "FIRSTTOKEN_KEY",
            description =
                    "The environment variable that holds the key to show. Default: FIRSTTOKEN_KEY.")
    private String keyVariable;

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
            names = "--prompts",
            paramLabel = "FILE",
            description = "What to ask, one prompt a line. Default: five of our own.")
    private @Nullable Path prompts;

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

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write every figure and every sample there; - is standard output.")
    private @Nullable String json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write a report with plots there. It loads nothing from anywhere.")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Comparison comparison = CompareTool.run(plan(), progress(err));
        boolean jsonToOut = "-".equals(json);
        if (!jsonToOut) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(CompareTool.text(comparison));
            out.flush();
        }
        if (jsonToOut) {
            System.out.write(CompareTool.json(comparison));
            System.out.flush();
        } else if (json != null) {
            Files.write(Path.of(json), CompareTool.json(comparison));
        }
        if (html != null) {
            Files.writeString(html, CompareTool.html(comparison), StandardCharsets.UTF_8);
        }
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
            String key = System.getenv(keyVariable);
            return new CompareTool.Plan(
                    new Endpoint(url, api, key == null || key.isEmpty() ? null : key),
                    model,
                    questions(),
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

    private List<Question> questions() throws IOException {
        List<String> texts =
                prompts == null
                        ? PROMPTS
                        : Files.readAllLines(prompts).stream()
                                .filter(line -> !line.isBlank())
                                .toList();
        if (texts.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--prompts: " + prompts + " (expected: a prompt a line)");
        }
        return texts.stream().map(text -> new Question(text, maxTokens)).toList();
    }

    /// One line that counts, where somebody is looking.
    private Consumer<Integer> progress(PrintWriter err) {
        if (!Console.isInteractive()) {
            return _ -> {};
        }
        int all = 2 * pairs;
        return done -> {
            err.print("\r" + done + " of " + all + " requests" + (done == all ? "\r\u001b[K" : ""));
            err.flush();
        };
    }
}
