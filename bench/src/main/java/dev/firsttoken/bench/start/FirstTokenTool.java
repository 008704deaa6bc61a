package dev.firsttoken.bench.start;

import dev.firsttoken.bench.options.Options;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Starts a command again and again, each time asking for a stream until it comes, and reports when
/// the port accepted and when the first content was read.
public final class FirstTokenTool {

    private static final long RETRY_MICROS = 500;
    // A content field whose string is not empty: the role event of a chat completion has "".
    private static final Pattern CONTENT = Pattern.compile("\"content\"\\s*:\\s*\"[^\"]");

    private FirstTokenTool() {}

    /// Measures `--runs` starts of the command behind `--`.
    public static int run(Options options) throws IOException, InterruptedException {
        URI url = URI.create(options.required("url"));
        int runs = options.number("runs", 5);
        String label = options.text("label", "start");
        String body = options.text("body", "{\"message\":\"Hello\"}");
        Duration patience = options.seconds("patience", 60);
        List<String> command = options.rest();
        options.refuseUnread();
        if (command.isEmpty() || runs < 1) {
            throw new IllegalArgumentException("first-token: expected -- COMMAND and --runs > 0");
        }
        var accepting = new double[runs];
        var firstToken = new double[runs];
        for (int i = 0; i < runs; i++) {
            Process server =
                    new ProcessBuilder(command)
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.INHERIT)
                            .start();
            long startNanos = System.nanoTime();
            try {
                long deadlineNanos = startNanos + patience.toNanos();
                try (Socket socket = connect(url, server, deadlineNanos)) {
                    accepting[i] = (System.nanoTime() - startNanos) / 1e6;
                    ask(socket, url, body);
                    firstToken[i] = (System.nanoTime() - startNanos) / 1e6;
                }
            } finally {
                server.destroy();
                if (!server.waitFor(10, TimeUnit.SECONDS)) {
                    server.destroyForcibly().waitFor();
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s: accepting after %.0f ms, first relayed token after %.0f ms"
                        + " (median of %d; first token %.0f-%.0f ms)%n",
                label,
                median(accepting),
                median(firstToken),
                runs,
                Arrays.stream(firstToken).min().orElse(0),
                Arrays.stream(firstToken).max().orElse(0));
        return 0;
    }

    private static Socket connect(URI url, Process server, long deadlineNanos)
            throws IOException, InterruptedException {
        var address = new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort());
        while (true) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                socket.connect(address, 1_000);
                return socket;
            } catch (IOException notYet) {
                socket.close();
                if (!server.isAlive() || System.nanoTime() - deadlineNanos >= 0) {
                    throw new IOException("the server did not accept: " + url, notYet);
                }
                TimeUnit.MICROSECONDS.sleep(RETRY_MICROS);
            }
        }
    }

    private static void ask(Socket socket, URI url, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(url.getRawPath(), url.getAuthority(), content.length);
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
        var seen = new StringBuilder();
        byte[] bytes = new byte[8 * 1024];
        while (!hasContent(seen)) {
            int count = socket.getInputStream().read(bytes);
            if (count < 0) {
                throw new IOException("no token came: " + seen);
            }
            seen.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        }
    }

    static boolean hasContent(CharSequence seen) {
        return CONTENT.matcher(seen).find();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
