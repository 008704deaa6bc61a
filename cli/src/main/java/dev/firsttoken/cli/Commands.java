package dev.firsttoken.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The `firsttoken` command line as picocli knows it. Every subcommand is one class beside this
/// one.
@Command(
        name = "firsttoken",
        description = "A streaming-first LLM server: one stream from a provider to a browser.",
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            SimulateCommand.class,
            ConfigCommand.class,
            ModelsCommand.class,
            BenchCommand.class,
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
final class Commands implements Callable<Integer> {

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

    private Commands() {}

    /// Runs one command.
    ///
    /// @return its [ExitCode]
    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        var commandLine = new CommandLine(new Commands());
        commandLine.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        Console.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setUsageHelpWidth(100);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, _) -> {
            if (failure instanceof CommandFailure known) {
                return known.report(command.getErr());
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
}
