package dev.firsttoken.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The `firsttoken` command. Every subcommand is one class beside this one.
@Command(
        name = "firsttoken",
        description = "A streaming-first LLM server: one stream from a provider to a browser.",
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            SimulateCommand.class,
            ConfigCommand.class,
            CompletionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  firsttoken serve                    a server in front of the built-in simulator",
            "  OPENAI_API_KEY=… firsttoken serve   the same in front of a real provider",
            "  firsttoken chat                     talk to it",
            "  firsttoken COMMAND --help           everything about one command"
        })
@SuppressWarnings("UnusedVariable") // picocli acts on the help and version options itself
public final class Main implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Say which version this is and exit.")
    private boolean version;

    private Main() {}

    /// Runs one command and ends the process with its [ExitCode].
    public static void main(String[] args) {
        System.setOut(utf8(FileDescriptor.out));
        System.setErr(utf8(FileDescriptor.err));
        System.exit(run(args));
    }

    /// Runs one command.
    ///
    /// @return its [ExitCode]
    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        var commandLine = new CommandLine(new Main());
        commandLine.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        Console.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setUsageHelpWidth(100);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, _) -> {
            if (failure instanceof CommandFailure known) {
                command.getErr().println("firsttoken: " + known.getMessage());
                return known.exitCode();
            }
            throw failure;
        });
        return commandLine;
    }

    @Override
    public Integer call() {
        commandLine().usage(System.err);
        return ExitCode.USAGE;
    }

    /// Whatever the locale says: every terminal of today reads UTF-8.
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
