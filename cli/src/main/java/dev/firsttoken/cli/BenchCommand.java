package dev.firsttoken.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// Measures servers.
@Command(
        name = "bench",
        description =
                "Measure what streaming buys, what a server holds and what a gateway adds, at this"
                    + " one or any other.",
        subcommands = {CompareCommand.class, LoadCommand.class, OverheadCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  firsttoken bench compare --model simulator",
            "  firsttoken bench compare --url https://llm.example.com/v1 --model m --html"
                + " report.html",
            "  firsttoken bench load --model simulator --rate 20 --window 10s",
            "  firsttoken bench overhead -- firsttoken serve"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the field
final class BenchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
