package dev.firsttoken.cli;

import dev.firsttoken.cli.logging.Logging;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.gateway.config.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;

/// Runs the server until it is told to stop.
final class Serve {

    private Serve() {}

    /// @return an [ExitCode]
    static int run(ServeOptions options, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        ConfigSource source = source(options);
        return switch (source.read()) {
            case ConfigReading.Refused refused -> {
                err.print(refused.validation());
                err.flush();
                yield ExitCode.CONFIG_INVALID;
            }
            case ConfigReading.Accepted accepted -> {
                for (Problem warning : accepted.warnings()) {
                    err.println(warning);
                }
                err.flush();
                Logging.apply(accepted.config().log(), System.out);
                try (var server = Server.start(source, accepted)) {
                    server.announce(out);
                    yield server.runUntilStopped();
                } finally {
                    Logging.stop();
                }
            }
        };
    }

    private static ConfigSource source(ServeOptions options) {
        Map<String, String> environment = options.simulator() ? Map.of() : System.getenv();
        ConfigSource source =
                options.config() == null
                        ? ConfigSource.environment(environment)
                        : ConfigSource.file(options.config(), environment);
        if (options.host() != null) {
            source = source.with("server.host", options.host(), "--host");
        }
        if (options.port() != null) {
            source = source.with("server.port", options.port(), "--port");
        }
        if (options.data() != null) {
            // What is written on the command line is seen from where it is written.
            String folder = options.data().toAbsolutePath().toString();
            source = source.with("streams.data", folder, "--data");
        }
        if (options.open()) {
            source = source.with("server.open", "true", "--open");
        }
        return source;
    }
}
