package dev.firsttoken.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How `serve` is spelled. [ServeOptions#plain] knows the same options, and goes first.
@Command(
        name = "serve",
        description = {
            "Serve streams.",
            "What is served comes from --config FILE; without one from the environment"
                    + " (OPENAI_API_KEY with or without OPENAI_BASE_URL, and the like); without that"
                    + " from the built-in simulator."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped, and every stream had come to its end",
            "1:failed",
            "2:the command line is wrong",
            "3:the configuration is wrong",
            "4:the address cannot be listened on",
            "5:stopped, and streams that took too long were ended early",
            "6:the data folder is used by another server, or cannot be used"
        },
        footer = {
            "",
            "Signals:",
            "  TERM, INT (Ctrl-C)   accept nothing new, let running streams finish for as long as",
            "                       server.drain says; a second one waits 5 s more, a third none",
            "  HUP                  read the configuration again (a changed file is noticed anyway)",
            "",
            "Examples:",
            "  firsttoken serve",
            "  OPENAI_API_KEY=… firsttoken serve --port 9000",
            "  firsttoken serve --data /var/lib/firsttoken",
            "  firsttoken serve --config firsttoken.yaml --host 0.0.0.0"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ServeCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration. \"firsttoken config schema\" says what may be in it.")
    private @Nullable Path config;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The address to listen on. Default: 127.0.0.1.")
    private @Nullable String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The port to listen on; 0 picks a free one. Default: 8080.")
    private @Nullable String port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Keep streams in this folder, so that they can be read after a restart.",
                "Without it they are in memory alone."
            })
    private @Nullable Path data;

    @Option(
            names = "--open",
            description = "Serve a public address to anybody, although there are no keys.")
    private boolean open;

    @Option(
            names = "--simulator",
            description = "Serve the built-in simulator, whatever the environment says.")
    private boolean simulator;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Serve.run(options(), spec.commandLine().getOut(), spec.commandLine().getErr());
    }

    ServeOptions options() {
        return new ServeOptions(config, host, port, data, open, simulator);
    }
}
