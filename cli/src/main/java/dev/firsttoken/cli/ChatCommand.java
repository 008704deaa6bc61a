package dev.firsttoken.cli;

import dev.firsttoken.cli.chat.Chat;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Talks to a server from the terminal.
@Command(
        name = "chat",
        description = {
            "Talk to a server from the terminal. Answers appear while they are given.",
            "With a message, or with something piped in, it asks once and ends; otherwise it is a"
                    + " conversation, in which Ctrl-C stops the answer and not the program."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:the answer is complete",
            "  1:it broke off, was cut off or was refused; what came of it was printed",
            "  2:the command line is wrong",
            "  4:nobody answers at the address",
            "130:Ctrl-C"
        },
        footer = {
            "",
            "Examples:",
            "  firsttoken chat",
            "  firsttoken chat \"What is a token?\"",
            "  git diff | firsttoken chat --model my-model --quiet > summary.txt",
            "  FIRSTTOKEN_KEY=… firsttoken chat --url https://llm.example.com"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ChatCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:FIRSTTOKEN_URL:-http://127.0.0.1:8080}",
            description =
                    "The server, with or without /v1. Default: FIRSTTOKEN_URL, or"
                            + " http://127.0.0.1:8080.")
    private URI url;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "Whom to ask. Default: the server's choice.")
    private @Nullable String model;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "${env:FIRSTTOKEN_KEY}",
            description =
                    "The key to show. Better put it into FIRSTTOKEN_KEY: other users of this"
                            + " machine can read command lines.")
    private @Nullable String key;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the answer and nothing about it.")
    private boolean quiet;

    @Parameters(paramLabel = "MESSAGE", arity = "0..*", description = "What to ask, once.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new ParameterException(
                    spec.commandLine(), "--url: " + url + " (expected: an http or https address)");
        }
        try (var chat = new Chat(url, key == null || key.isEmpty() ? null : key, model)) {
            boolean terminal = Console.isInteractive();
            if (words.isEmpty() && terminal) {
                chat.interactively(Console.colours());
                return ExitCode.OK;
            }
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            return chat.once(question(), out, err, terminal, Console.colours(), quiet);
        }
    }

    private String question() throws IOException {
        String question =
                words.isEmpty()
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                        : String.join(" ", words);
        if (question.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "nothing to ask: no message, and nothing was piped in");
        }
        return question;
    }
}
