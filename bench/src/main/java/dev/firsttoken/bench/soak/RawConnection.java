package dev.firsttoken.bench.soak;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection on a blocking socket, so that how it ends is the client's to choose.
///
/// Owned by the thread that made it.
final class RawConnection implements Closeable {

    private static final int LONGEST_LINE = 1024 * 1024;

    private final Socket socket;
    private final InputStream in;
    private Map<String, String> headers = Map.of();
    private long left;
    private boolean chunked;
    private boolean untilClose;

    /// @param receiveBuffer bytes the kernel may take before we read, 0 for its own choice
    RawConnection(URI server, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 30_000);
        in = new BufferedInputStream(socket.getInputStream(), receiveBuffer > 0 ? 512 : 8192);
    }

    void send(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(String method, String target, String moreHeaders, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        String head =
                "%s %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n%scontent-length: %d\r\n\r\n"
                        .formatted(method, target, moreHeaders, content.length);
        out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(content);
        out.writeTo(socket.getOutputStream());
    }

    /// Reads the head of a response, interim ones passed over.
    ///
    /// @return its status
    int readHead() throws IOException {
        while (true) {
            String line = needLine();
            if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
                throw new IOException("status line: " + line);
            }
            int status = Integer.parseInt(line, 9, 12, 10);
            headers = new TreeMap<>();
            for (String field = needLine(); !field.isEmpty(); field = needLine()) {
                int colon = field.indexOf(':');
                headers.put(
                        field.substring(0, colon).toLowerCase(Locale.ROOT),
                        field.substring(colon + 1).strip());
            }
            if (status >= 200) {
                chunked = "chunked".equals(headers.get("transfer-encoding"));
                String length = headers.get("content-length");
                untilClose = !chunked && length == null && status != 204 && status != 304;
                left = length == null ? 0 : Long.parseLong(length);
                if (chunked) {
                    nextChunk();
                }
                return status;
            }
        }
    }

    @Nullable String header(String name) {
        return headers.get(name);
    }

    boolean canBeReused() {
        return !untilClose && left == 0 && !"close".equals(header("connection"));
    }

    /// One byte of the body, or -1 behind its end.
    ///
    /// @throws IOException also when the connection ends before the body does
    int read() throws IOException {
        if (untilClose) {
            return in.read();
        }
        if (left == 0) {
            return -1;
        }
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the connection ended within the body");
        }
        left--;
        if (left == 0 && chunked) {
            needLine();
            nextChunk();
        }
        return next;
    }

    /// One line of the body without its end, or null behind the last.
    @Nullable String bodyLine() throws IOException {
        var line = new ByteArrayOutputStream(256);
        while (true) {
            int next = read();
            if (next < 0) {
                return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
            }
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (next != '\r') {
                line.write(next);
            }
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
        }
    }

    String wholeBody() throws IOException {
        var body = new ByteArrayOutputStream();
        for (int next = read(); next >= 0; next = read()) {
            body.write(next);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /// Takes whatever comes until the peer closes or time is up.
    ///
    /// @return the first line
    String drain(int patienceMillis) {
        var first = new StringBuilder();
        try {
            socket.setSoTimeout(patienceMillis);
            boolean firstLine = true;
            for (int next = in.read(); next >= 0; next = in.read()) {
                firstLine &= next != '\r' && next != '\n';
                if (firstLine && first.length() < 200) {
                    first.append((char) next);
                }
            }
        } catch (IOException _) {
            // Closed by a reset, or not at all: the first line says what was thought of us.
        }
        return first.toString();
    }

    /// Ends it from any thread, whatever its owner waits for.
    void abandon() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }

    /// Ends it by RST.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void nextChunk() throws IOException {
        String size = needLine();
        left = Long.parseLong(size, 16);
        if (left == 0) {
            chunked = false;
            String trailer = needLine();
            if (!trailer.isEmpty()) {
                throw new IOException("trailer: " + trailer);
            }
        }
    }

    private String needLine() throws IOException {
        var line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }
}
