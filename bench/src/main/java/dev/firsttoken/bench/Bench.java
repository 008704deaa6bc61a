package dev.firsttoken.bench;

import dev.firsttoken.bench.crash.KillTool;
import dev.firsttoken.bench.load.LoadTool;
import dev.firsttoken.bench.load.SlowReaders;
import dev.firsttoken.bench.options.Options;
import dev.firsttoken.bench.overload.OverloadTool;
import dev.firsttoken.bench.report.ComparisonTable;
import dev.firsttoken.bench.report.PeersTable;
import dev.firsttoken.bench.soak.SoakTool;
import dev.firsttoken.bench.start.FirstTokenTool;
import dev.firsttoken.bench.upstream.UpstreamTool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs one of the bench's tools: `paced`, `idle`, `leave`, `slow`, `overload`, `kill`, `soak`,
/// `first-token`, `upstream`, `table` or `peers`.
///
/// Ends with 0 when all is well, 1 when a stream was not, 2 when the arguments make no sense.
public final class Bench {

    private static final String USAGE =
            """
            usage: bench paced|idle|leave --url URL [options]        streams against a relay
                   bench overload --url URL --health URL [options]   more than it can serve
                   bench slow --url URL [--streams N]                 clients that stop reading
                   bench first-token --url URL [options] -- COMMAND  start to first relayed token
                   bench kill --url URL --reference URL --output FILE [options] -- COMMAND
                   bench soak --url URL --upstream URL [options]      everything at once, for long
                   bench upstream --port N [--status-port N]          a provider to relay from
                   bench table FILE [--relay-core N]                 compare runs kept with --json
                   bench peers FOLDER [--relay-core N]               the same of bench/peers/run.sh
            bench/README.md has the options.
            """;

    private Bench() {}

    /// The program.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws IOException, InterruptedException {
        if (arguments.isEmpty()) {
            System.err.print(USAGE);
            return 2;
        }
        List<String> rest = arguments.subList(1, arguments.size());
        try {
            return switch (arguments.getFirst()) {
                case "paced" -> LoadTool.paced(Options.parse(rest));
                case "idle" -> LoadTool.idle(Options.parse(rest));
                case "leave" -> LoadTool.leave(Options.parse(rest));
                case "slow" -> SlowReaders.run(Options.parse(rest));
                case "upstream" -> UpstreamTool.run(Options.parse(rest));
                case "overload" -> OverloadTool.run(Options.parse(rest));
                case "kill" -> KillTool.run(Options.parse(rest));
                case "soak" -> SoakTool.run(Options.parse(rest));
                case "first-token" -> FirstTokenTool.run(Options.parse(rest));
                case "table" -> table(Options.parse(rest));
                case "peers" -> peers(Options.parse(rest));
                default -> throw new IllegalArgumentException("no tool " + arguments.getFirst());
            };
        } catch (IllegalArgumentException wrong) {
            System.err.println("bench: " + wrong.getMessage());
            System.err.print(USAGE);
            return 2;
        }
    }

    private static int table(Options options) throws IOException {
        int relayCore = options.number("relay-core", 0);
        Path file = only("file", options);
        System.out.print(ComparisonTable.of(Files.readAllLines(file), relayCore));
        return 0;
    }

    private static int peers(Options options) throws IOException {
        int relayCore = options.number("relay-core", 0);
        Path folder = only("folder", options);
        System.out.print(PeersTable.of(folder, relayCore));
        return 0;
    }

    private static Path only(String what, Options options) {
        String said = options.text(what, "");
        List<String> paths = said.isEmpty() ? options.rest() : List.of(said);
        options.refuseUnread();
        if (paths.size() != 1) {
            throw new IllegalArgumentException(paths + " (expected: one " + what + ")");
        }
        return Path.of(paths.getFirst());
    }
}
