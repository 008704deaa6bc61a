package dev.firsttoken.cli;

import dev.firsttoken.cli.chat.Chat;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// What the JVM watches to learn which classes and methods a start needs: a server in front of the
/// simulator, a few streams through it, and a stop.
///
/// The launcher runs it once per JDK and build, with `-XX:AOTCacheOutput`. It asks no provider,
/// whatever the environment says.
final class AotTraining {

    private static final int STREAMS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private AotTraining() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = freePort();
        var succeeded = new AtomicBoolean();
        Thread.ofPlatform()
                .daemon()
                .name("visitor")
                .start(() -> {
                    try {
                        succeeded.set(visit(port));
                    } finally {
                        Signals.raise("TERM");
                    }
                });
        int code = Main.run("serve", "--simulator", "--port", Integer.toString(port));
        System.exit(code == ExitCode.OK && succeeded.get() ? ExitCode.OK : ExitCode.FAILED);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean visit(int port) {
        try {
            awaitListening(port);
            URI server = URI.create("http://127.0.0.1:" + port);
            boolean well = true;
            try (var chat = new Chat(server, null, "sim/tokens-50+ttft-0ms+gap-1ms");
                    HttpClient http =
                            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
                for (int i = 0; i < STREAMS; i++) {
                    well &= chat.once("Hello", out, out, false, false, true) == ExitCode.OK;
                    well &= get(http, simple(server));
                }
                get(http, HttpRequest.newBuilder(server.resolve("/metrics")).build());
            }
            return well;
        } catch (IOException | InterruptedException e) {
            System.err.println(e);
            return false;
        }
    }

    private static HttpRequest simple(URI server) {
        return HttpRequest.newBuilder(server.resolve("/chat/stream"))
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"message\":\"Hello\",\"model\":\"sim/tokens-50+ttft-0ms+gap-1ms\"}"))
                .build();
    }

    private static boolean get(HttpClient http, HttpRequest request)
            throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    }

    private static void awaitListening(int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }
}
