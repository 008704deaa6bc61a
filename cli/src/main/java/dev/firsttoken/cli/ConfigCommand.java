package dev.firsttoken.cli;

import dev.firsttoken.gateway.config.CallerKeys;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSchema;
import dev.firsttoken.gateway.config.ConfigSource;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Everything about the configuration that does not need a running server.
@Command(
        name = "config",
        description = "Check, explain and prepare the configuration.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            ConfigCommand.Validate.class,
            ConfigCommand.Explain.class,
            ConfigCommand.Schema.class,
            ConfigCommand.NewKey.class
        },
        footer = {
            "",
            "Examples:",
            "  firsttoken config validate firsttoken.yaml && systemctl reload firsttoken",
            "  firsttoken config explain                       what the environment amounts to",
            "  firsttoken config schema > firsttoken.schema.json",
            "  firsttoken config key alice"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ConfigCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about it? (expected: a COMMAND)");
    }

    private static ConfigReading read(@Nullable Path file) {
        return (file == null
                        ? ConfigSource.environment(System.getenv())
                        : ConfigSource.file(file, System.getenv()))
                .read();
    }

    private static int show(CommandSpec spec, ConfigReading reading, String text) {
        boolean accepted = reading instanceof ConfigReading.Accepted;
        var out = accepted ? spec.commandLine().getOut() : spec.commandLine().getErr();
        out.print(text);
        out.flush();
        return accepted ? ExitCode.OK : ExitCode.CONFIG_INVALID;
    }

    @Command(
            name = "validate",
            description = {
                "Say whether a configuration can be served, and if not, what is wrong in which line."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it can be served", "3:it cannot"},
            footer = {"", "Example:", "  firsttoken config validate firsttoken.yaml"})
    @SuppressWarnings("NullAway.Init")
    static final class Validate implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "The file to check. Default: what the environment says.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            ConfigReading reading = read(file);
            return show(spec, reading, reading.validation());
        }
    }

    @Command(
            name = "explain",
            description =
                    "Print every setting with its value, where that came from, and what it does.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:printed", "3:the configuration is wrong"},
            footer = {"", "Example:", "  firsttoken config explain firsttoken.yaml | less"})
    @SuppressWarnings("NullAway.Init")
    static final class Explain implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "The file to explain. Default: what the environment says.")
        private @Nullable Path file;

        @Override
        public Integer call() {
            ConfigReading reading = read(file);
            return show(spec, reading, reading.explanation());
        }
    }

    @Command(
            name = "schema",
            description = "Print what a configuration may hold.",
            footer = {
                "",
                "Example, for editors that know the YAML language server:",
                "  firsttoken config schema > firsttoken.schema.json",
                "  # yaml-language-server: $schema=firsttoken.schema.json"
            })
    @SuppressWarnings("NullAway.Init")
    static final class Schema implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Option(
                names = "--markdown",
                description = "For people, as Markdown tables, instead of JSON Schema.")
        private boolean markdown;

        @Override
        public Integer call() {
            var out = spec.commandLine().getOut();
            out.print(
                    markdown
                            ? ConfigSchema.markdown() + "\n" + ConfigSchema.environmentMarkdown()
                            : ConfigSchema.json());
            out.flush();
            return ExitCode.OK;
        }
    }

    @Command(
            name = "key",
            description = {
                "Make a key for a caller: the key itself, which is shown this once, and its hash for"
                        + " the configuration."
            },
            footer = {"", "Example:", "  firsttoken config key alice >> keys.yaml"})
    @SuppressWarnings("NullAway.Init")
    static final class NewKey implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "NAME",
                defaultValue = "caller",
                description = "Whom it is for, as metrics and logs will say. Default: caller.")
        private String name;

        @Override
        public Integer call() {
            CallerKeys.Generated generated = CallerKeys.generate();
            // The key goes to the terminal and the hash to standard output, so that only what may
            // be
            // written down is redirected into a file.
            var err = spec.commandLine().getErr();
            err.println("The key, to hand over and not to keep: " + generated.key().reveal());
            err.flush();
            var out = spec.commandLine().getOut();
            out.println("keys:");
            out.println("  - name: " + name);
            out.println("    sha256: " + generated.sha256());
            out.flush();
            return ExitCode.OK;
        }
    }
}
