package dev.firsttoken.bench.upstream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.firsttoken.bench.options.Options;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/// Runs the simulator until the process is ended.
///
/// The status page has a port of its own, so that asking for it is not one of the calls it counts.
public final class UpstreamTool {

    private UpstreamTool() {}

    /// Serves on `--port`, and `{"open":N}` on `--status-port` if there is one.
    public static int run(Options options) throws IOException, InterruptedException {
        int port = options.number("port", 8081);
        int statusPort = options.number("status-port", 0);
        int eventLoops = options.number("event-loops", 1);
        options.refuseUnread();
        var simulatorOptions =
                SimulatorOptions.defaults().withPort(port).withEventLoops(eventLoops);
        try (Simulator simulator = Simulator.start(simulatorOptions)) {
            if (statusPort > 0) {
                var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), statusPort);
                var status = HttpServer.create(address, 0);
                status.createContext("/", exchange -> tell(exchange, simulator.openExchanges()));
                status.start();
            }
            System.out.println("upstream on " + simulator.baseUrl());
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private static void tell(HttpExchange exchange, int open) throws IOException {
        byte[] page = ("{\"open\":" + open + "}\n").getBytes(StandardCharsets.US_ASCII);
        try (exchange) {
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }
}
