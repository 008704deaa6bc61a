package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A provider that answers every request with the same bytes: for what no provider should say, and
/// the simulator does not.
final class ScriptedProvider implements AutoCloseable {

    /// Stands in an answer for 150 ms of silence.
    static final String PAUSE = "<pause>";

    /// What comes after the bytes.
    enum Then {
        CLOSE,
        /// Nothing, until the other side closes.
        SILENCE,
        /// The next request is answered with the same bytes.
        NEXT_REQUEST,
        /// The next request on the same connection is read and met with a close.
        HANG_UP_ON_SECOND_REQUEST,
        /// The same, after 300 ms.
        HANG_UP_LATE,
        /// The same, after some bytes that begin a response.
        HANG_UP_IN_SECOND_HEAD
    }

    private final ServerSocket listener;
    private final String answer;
    private final Then then;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger openConnections = new AtomicInteger();

    /// @param answer status line, headers and body; empty for a provider that only listens
    ScriptedProvider(String answer, Then then) throws IOException {
        this.answer = answer;
        this.then = then;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// @param status code and reason
    static ScriptedProvider of(String status, String contentType, String body) throws IOException {
        return new ScriptedProvider(
                "HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
                        .formatted(status, contentType, body.getBytes(UTF_8).length, body),
                Then.CLOSE);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        openConnections.incrementAndGet();
        try (socket) {
            if (answer.isEmpty()) {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            InputStream in = socket.getInputStream();
            do {
                if (!readRequest(in)) {
                    return;
                }
                requests.incrementAndGet();
                say(socket);
            } while (then == Then.NEXT_REQUEST);
            boolean hangsUp =
                    then == Then.HANG_UP_ON_SECOND_REQUEST
                            || then == Then.HANG_UP_LATE
                            || then == Then.HANG_UP_IN_SECOND_HEAD;
            if (hangsUp && readRequest(in)) {
                requests.incrementAndGet();
                if (then == Then.HANG_UP_IN_SECOND_HEAD) {
                    socket.getOutputStream().write("HTTP/1.1 2".getBytes(UTF_8));
                }
                Thread.sleep(Duration.ofMillis(then == Then.HANG_UP_LATE ? 300 : 0));
            }
            while (then == Then.SILENCE && in.read() >= 0) {
                // Not for us.
            }
        } catch (IOException | InterruptedException _) {
            // A client that left.
        } finally {
            openConnections.decrementAndGet();
        }
    }

    private void say(Socket socket) throws IOException, InterruptedException {
        int from = 0;
        int pause;
        while ((pause = answer.indexOf(PAUSE, from)) >= 0) {
            socket.getOutputStream().write(answer.substring(from, pause).getBytes(UTF_8));
            Thread.sleep(Duration.ofMillis(150));
            from = pause + PAUSE.length();
        }
        socket.getOutputStream().write(answer.substring(from).getBytes(UTF_8));
    }

    private static boolean readRequest(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            head.append((char) b);
        }
        int length = 0;
        for (String line : head.toString().split("\r\n")) {
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        return in.readNBytes(length).length == length;
    }

    int requests() {
        return requests.get();
    }

    int openConnections() {
        return openConnections.get();
    }

    int port() {
        return listener.getLocalPort();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
