package dev.firsttoken.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.firsttoken.gateway.Gateway;
import dev.firsttoken.gateway.config.CallerKeys;
import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.simulator.Exchange;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import dev.firsttoken.simulator.Timing;
import dev.firsttoken.simulator.fault.Stall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A gateway with its page, and one that wants a key, in front of a simulator that answers what
/// lies in a folder. Runs until its standard input ends.
///
/// It needs no test library, so that `java` can run it from its source.
public final class PageServer {

    /// The key that the second gateway wants.
    private static final String KEY = "page-test-key";

    /// One provider that takes any model, a model whose first deployment always refuses, and one
    /// that takes no pictures.
    private static final String SETTINGS =
            """
            server: {port: 0}
            providers: [{name: simulator, base-url: "%s"}]
            models:
              - name: second-choice
                deployments:
                  - {provider: simulator, model: sim/status-500}
                  - {provider: simulator, model: river}
              - name: text-only
                deployments: [{provider: simulator, model: sim/tokens-5}]
            prices:
              models:
                - {provider: simulator, model: sim/tokens-5, input: 0, output: 0, inputs: [text]}
            """;

    private static final Timing PLEASANT =
            new Timing.Fixed(Duration.ofMillis(250), Duration.ofMillis(12));

    /// 10,000 deltas a second: more than a provider sends, so that the page is what is measured.
    private static final Timing FAST =
            new Timing.Fixed(Duration.ofMillis(50), Duration.ofNanos(100_000));

    private static final Timing SLOW =
            new Timing.Fixed(Duration.ofMillis(900), Duration.ofMillis(20));

    private static final Stall STALL = new Stall(30, Duration.ofMillis(1300));

    private PageServer() {}

    /// @param args the file to write to, once everything is there, what is where; and the folders
    ///   of Markdown files, each of which is a model of its name. One that begins with `fast-` is,
    ///   and one that begins with `stalling-` does.
    public static void main(String[] args) throws IOException {
        try (Simulator simulator = Simulator.start(SimulatorOptions.defaults());
                Gateway open = gateway(simulator, "");
                Gateway guarded =
                        gateway(
                                simulator,
                                "keys: [{name: tester, sha256: %s}]\n"
                                        .formatted(CallerKeys.sha256(KEY)))) {
            for (String folder : List.of(args).subList(1, args.length)) {
                scripts(simulator, Path.of(folder));
            }
            HttpServer witness =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            witness.createContext(
                    "/",
                    exchange -> {
                        byte[] body = exchanges(simulator).getBytes(UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            witness.start();
            Path file = Path.of(args[0]);
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(
                    part,
                    "{\"open\":%d,\"guarded\":%d,\"witness\":%d}"
                            .formatted(
                                    open.address().getPort(),
                                    guarded.address().getPort(),
                                    witness.getAddress().getPort()));
            Files.move(part, file);
            while (System.in.read() >= 0) {
                // Whoever started it has not left.
            }
            witness.stop(0);
        }
    }

    private static void scripts(Simulator simulator, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".md")).toList()) {
                String name = file.getFileName().toString().replace(".md", "");
                Script script = Script.text(Files.readString(file));
                simulator.script(
                        name,
                        name.startsWith("stalling-")
                                ? script.withTiming(SLOW).with(STALL)
                                : script.withTiming(name.startsWith("fast-") ? FAST : PLEASANT));
            }
        }
    }

    /// @param keys the configuration's `keys` section, empty for none
    private static Gateway gateway(Simulator simulator, String keys) throws IOException {
        Path file = Files.createTempFile("page", ".yaml");
        try {
            Files.writeString(file, SETTINGS.formatted(simulator.baseUrl()) + keys);
            var reading = ConfigSource.file(file, Map.of()).read();
            if (!(reading instanceof ConfigReading.Accepted accepted)) {
                throw new IllegalStateException(reading.validation());
            }
            return Gateway.start(accepted.config());
        } finally {
            Files.delete(file);
        }
    }

    /// What the provider saw: of each request for an answer how it ended, and how long ago.
    private static String exchanges(Simulator simulator) {
        long now = System.nanoTime();
        return simulator.exchanges().stream()
                .filter(exchange -> exchange.method().equals("POST"))
                .map(exchange -> exchange(exchange, now))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String exchange(Exchange exchange, long now) {
        Exchange.Ending ending = exchange.ending().getNow(null);
        return "{\"request\":%s,\"sent\":%d,\"how\":\"%s\",\"endedMsAgo\":%d}"
                .formatted(
                        exchange.bodyText(),
                        exchange.eventsSent(),
                        ending == null ? "OPEN" : ending.how(),
                        ending == null ? -1 : (now - ending.nanos()) / 1_000_000);
    }
}
