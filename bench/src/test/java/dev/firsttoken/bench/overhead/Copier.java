package dev.firsttoken.bench.overhead;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// The smallest gateway: copies bytes both ways, and may replace some on their way to the client.
final class Copier implements AutoCloseable {

    private final ServerSocket listener;
    private final int upstreamPort;
    private final String of;
    private final String instead;
    private final AtomicInteger connections = new AtomicInteger();

    Copier() throws Exception {
        this("", "");
    }

    /// @param instead of the other text, and as long, so that chunks keep their lengths
    Copier(String of, String instead) throws Exception {
        this.of = of;
        this.instead = instead;
        listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        upstreamPort = OverheadToolTest.freePort();
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Where it wants the simulator.
    int upstreamPort() {
        return upstreamPort;
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var upstream = new Socket(InetAddress.getLoopbackAddress(), upstreamPort)) {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> copy(client, upstream, "", ""));
            copy(upstream, client, of, instead);
        } catch (IOException gone) {
            // So is the other side, now.
        }
    }

    private static void copy(Socket from, Socket to, String of, String instead) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[64 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                String text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
                String changed = of.isEmpty() ? text : text.replace(of, instead);
                out.write(changed.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException gone) {
            // Both are closed on the way out.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
