package dev.firsttoken.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The upstream's own word on how many calls it has open: a number called `open` in the JSON of its
/// status page.
final class UpstreamStatus {

    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final int PATIENCE_MILLIS = 5_000;
    private static final Pattern OPEN = Pattern.compile("\"open\"\\s*:\\s*(\\d+)");

    private final URI url;

    UpstreamStatus(URI url) {
        this.url = url;
    }

    /// Waits until the count is at least, or at most, this.
    boolean reaches(int count, boolean atLeast, Duration patience)
            throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            int open = openCalls();
            if (atLeast ? open >= count : open <= count) {
                return true;
            }
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(INTERVAL.toNanos());
        }
    }

    int openCalls() throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(url.getRawPath(), url.getAuthority())
                                    .getBytes(StandardCharsets.US_ASCII));
            String page =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher open = OPEN.matcher(page);
            if (!open.find()) {
                throw new IOException(url + " does not say how many calls are open: " + page);
            }
            return Integer.parseInt(open.group(1));
        }
    }
}
