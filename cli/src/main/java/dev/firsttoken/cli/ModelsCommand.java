package dev.firsttoken.cli;

import dev.firsttoken.gateway.pricing.ModelsDev;
import dev.firsttoken.gateway.pricing.PriceList;
import dev.firsttoken.wire.event.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What models cost and how much they take.
@Command(
        name = "models",
        description = "Look after the list of models: prices and limits.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = ModelsCommand.Refresh.class,
        footer = {"", "Example:", "  firsttoken models refresh --data /var/lib/firsttoken"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ModelsCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what about them? (expected: a COMMAND)");
    }

    @Command(
            name = "refresh",
            description = {
                "Write a new list of models: prices and limits from the catalog of models.dev.",
                "A server reads it when it starts or reloads; it never asks by itself."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:written", "1:that is no such catalog", "4:nobody answers there"},
            footer = {
                "",
                "Examples:",
                "  firsttoken models refresh models.json",
                "  firsttoken models refresh --data /var/lib/firsttoken",
                "  firsttoken models refresh --from api.json models.json    a catalog at hand"
            })
    @SuppressWarnings("NullAway.Init")
    static final class Refresh implements Callable<Integer> {

        private static final Duration PATIENCE = Duration.ofSeconds(30);
        private static final int MOST_BYTES = 64 << 20;

        @Spec private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "The file to write, for `prices.file`.")
        private @Nullable Path file;

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description =
                        "Write models.json in a server's data folder, where it is looked for.")
        private @Nullable Path data;

        @Option(
                names = "--from",
                paramLabel = "URL|FILE",
                defaultValue = ModelsDev.URL,
                description = "The catalog. Default: ${DEFAULT-VALUE}.")
        private String from;

        @Option(
                names = "--as-of",
                paramLabel = "DATE",
                description = "The day of the catalog, such as 2026-05-21. Default: today.")
        private @Nullable LocalDate asOf;

        @Override
        public Integer call() throws InterruptedException {
            Path folder = data;
            Path to = file;
            if ((to == null) == (folder == null)) {
                throw new ParameterException(
                        spec.commandLine(), "where to? (expected: a FILE or --data DIR)");
            }
            if (to == null) {
                to = folder.resolve(PriceList.FILE);
            }
            LocalDate day = asOf == null ? LocalDate.now(ZoneOffset.UTC) : asOf;
            try {
                byte[] list = ModelsDev.list(read(), day);
                // Whoever reads the old one meanwhile reads all of it.
                Path part = to.resolveSibling(to.getFileName() + ".part");
                Files.write(part, list);
                Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
            } catch (InvalidRequestException e) {
                throw new CommandFailure(
                        ExitCode.FAILED, from + ": " + e.field() + " " + e.getMessage());
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.FAILED, to + ": cannot be written: " + e);
            }
            spec.commandLine().getOut().println("models of " + day + " are in " + to);
            return ExitCode.OK;
        }

        private byte[] read() throws InterruptedException {
            try {
                if (!from.startsWith("http://") && !from.startsWith("https://")) {
                    return Files.readAllBytes(Path.of(from));
                }
                try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
                    HttpResponse<InputStream> response =
                            client.send(
                                    HttpRequest.newBuilder(URI.create(from))
                                            .timeout(PATIENCE)
                                            .build(),
                                    BodyHandlers.ofInputStream());
                    try (InputStream body = response.body()) {
                        if (response.statusCode() != 200) {
                            throw new CommandFailure(
                                    ExitCode.FAILED,
                                    from
                                            + ": status "
                                            + response.statusCode()
                                            + " (expected: 200)");
                        }
                        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
                        if (bytes.length > MOST_BYTES) {
                            throw new CommandFailure(
                                    ExitCode.FAILED,
                                    from + ": longer than " + MOST_BYTES + " bytes");
                        }
                        return bytes;
                    }
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new CommandFailure(
                        ExitCode.NO_CONNECTION, from + ": cannot be read: " + e.getMessage());
            }
        }
    }
}
