package dev.firsttoken.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What `serve` was told on the command line.
///
/// @param config the configuration file; the environment counts when there is none
/// @param host wins over the configuration
/// @param port wins over the configuration; checked with it
/// @param data wins over the configuration: the folder that keeps streams
/// @param open serve a public address to anybody
/// @param simulator serve the built-in simulator, whatever the environment says
record ServeOptions(
        @Nullable Path config,
        @Nullable String host,
        @Nullable String port,
        @Nullable Path data,
        boolean open,
        boolean simulator) {

    /// Reads a command line that is `serve` with options in their plain form, `--port 80`.
    ///
    /// @return null for anything else, right or wrong, and for calls for help
    static @Nullable ServeOptions plain(String... args) {
        if (args.length == 0 || !args[0].equals("serve")) {
            return null;
        }
        Path config = null;
        String host = null;
        String port = null;
        Path data = null;
        boolean open = false;
        boolean simulator = false;
        for (int i = 1; i < args.length; i++) {
            boolean valueFollows = i + 1 < args.length && !args[i + 1].startsWith("-");
            switch (args[i]) {
                case "--open" -> open = true;
                case "--simulator" -> simulator = true;
                case "-c", "--config" -> {
                    if (!valueFollows || config != null) {
                        return null;
                    }
                    config = Path.of(args[++i]);
                }
                case "--host" -> {
                    if (!valueFollows || host != null) {
                        return null;
                    }
                    host = args[++i];
                }
                case "-p", "--port" -> {
                    if (!valueFollows || port != null) {
                        return null;
                    }
                    port = args[++i];
                }
                case "--data" -> {
                    if (!valueFollows || data != null) {
                        return null;
                    }
                    data = Path.of(args[++i]);
                }
                default -> {
                    return null;
                }
            }
        }
        return new ServeOptions(config, host, port, data, open, simulator);
    }
}
