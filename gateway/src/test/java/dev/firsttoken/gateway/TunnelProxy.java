package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An HTTP proxy that knows CONNECT and nothing else.
final class TunnelProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final boolean willing;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    TunnelProxy(boolean willing) throws IOException {
        this.willing = willing;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
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

    private void serve(Socket client) {
        try (client) {
            var head = new StringBuilder();
            InputStream in = client.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            String line = head.substring(0, head.indexOf("\r\n"));
            asked.add(line);
            if (!willing) {
                client.getOutputStream()
                        .write(
                                "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"
                                        .getBytes(UTF_8));
                return;
            }
            int port =
                    Integer.parseInt(line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')));
            try (Socket provider = new Socket("127.0.0.1", port)) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
                Thread.ofVirtual().start(() -> copy(provider, client));
                copy(client, provider);
            }
        } catch (IOException _) {
            // One side left, and the other one is told by closing.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // One side left.
        }
    }

    /// The first lines of all requests.
    List<String> asked() {
        return List.copyOf(asked);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
