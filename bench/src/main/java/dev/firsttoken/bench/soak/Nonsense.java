package dev.firsttoken.bench.soak;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// A client that sends what no honest client would, a few times a second.
///
/// Runs on a thread of its own.
final class Nonsense implements Runnable {

    private static final String POST =
            "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";

    private static final List<String> REQUESTS =
            List.of(
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                    "GET / HTTP/9.9\r\n\r\n",
                    "GET  / HTTP/1.1\r\nhost: a\r\n\r\n",
                    "HELO a\r\n\r\n",
                    "GET / HTTP/1.1\r\n\r\n",
                    "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
                    "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nhost: a\r\n\r\n",
                    "GET / HTTP/1.1\r\nhost: a\r\nx: " + "a".repeat(40_000) + "\r\n\r\n",
                    "GET / HTTP/1.1\r\nhost: a\r\n" + "x: y\r\n".repeat(500) + "\r\n",
                    "GET / HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n",
                    "GET / HTTP/1.1\nhost: a\n\n",
                    POST + "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
                    POST + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                    POST + "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                    POST + "transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n",
                    POST + "transfer-encoding: chunked\r\n\r\n-5\r\nabc\r\n",
                    POST + "content-length: abc\r\n\r\n",
                    POST + "content-length: -1\r\n\r\n",
                    POST + "content-length: 99999999999\r\n\r\n",
                    POST + "content-length: 100\r\n\r\n{\"model\":",
                    POST + "content-length: 6\r\n\r\n{\"a\":}",
                    POST + "content-length: 1000\r\n\r\n" + "[".repeat(1000),
                    POST,
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                            + "\u0000\u0000\u0000\u0009\u0009".repeat(20),
                    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    "DELETE /v1/streams/none HTTP/1.1\r\nhost: a\r\n\r\n",
                    "GET /v1/streams/none?after=-1 HTTP/1.1\r\nhost: a\r\n\r\n",
                    "GET /%zz/..%2f HTTP/1.1\r\nhost: a\r\n\r\n",
                    "\r\n\r\n\r\n");

    private final URI server;
    private final Tally tally;
    private final BooleanSupplier stopping;
    private final Random random;

    Nonsense(URI server, Tally tally, BooleanSupplier stopping, Random random) {
        this.server = server;
        this.tally = tally;
        this.stopping = stopping;
        this.random = random;
    }

    @Override
    public void run() {
        while (!stopping.getAsBoolean()) {
            String request = REQUESTS.get(random.nextInt(REQUESTS.size()));
            try (var connection = new RawConnection(server, 0)) {
                connection.send(request);
                String answer = random.nextInt(4) == 0 ? "left at once" : connection.drain(1500);
                boolean status = answer.startsWith("HTTP/1.1 ") && answer.length() > 12;
                tally.outcome("nonsense: " + (status ? answer.substring(9, 12) : "no status"));
                if (status && answer.charAt(9) == '5' && !answer.startsWith("50", 9)) {
                    tally.fault("nonsense", answer);
                }
                if (status && answer.startsWith("500", 9)) {
                    tally.fault(
                            "nonsense", answer + " to " + request.lines().findFirst().orElse(""));
                }
            } catch (IOException _) {
                tally.outcome("nonsense: closed");
            }
            SoakClient.pause(random.nextInt(600));
        }
    }
}
