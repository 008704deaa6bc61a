package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// A client that sees every byte, and how the connection ended.
final class RawClient implements AutoCloseable {

    final Socket socket;
    private final InputStream in;
    private boolean reset;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
    }

    static RawClient connect(URI baseUrl) throws IOException {
        return new RawClient(new Socket(baseUrl.getHost(), baseUrl.getPort()));
    }

    void sendChat(String model, boolean stream) throws IOException {
        sendChat(model, stream, "");
    }

    void sendChat(String model, boolean stream, String headers) throws IOException {
        String body =
                "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        .formatted(model, stream);
        send(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: sim\r\ncontent-type: application/json\r\n"
                        + headers
                        + "content-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    /// Reads bytes up to and including the first occurrence of a text.
    String readUntil(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String seen = "";
        while (!seen.endsWith(text)) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("connection closed after: " + bytes);
            }
            bytes.write(b);
            seen = (seen + (char) b);
            if (seen.length() > text.length()) {
                seen = seen.substring(1);
            }
        }
        return bytes.toString(UTF_8);
    }

    /// Reads to the end of the connection, however it ends.
    byte[] readToEnd() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (SocketException e) {
            reset = true;
        }
        return bytes.toByteArray();
    }

    /// Reads to the end of the connection and keeps nothing.
    void readToEndUnseen() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    /// Whether the connection ended with a reset.
    boolean wasReset() {
        return reset;
    }

    /// The chunks of one chunked body, without their frames; the head must have been read.
    List<byte[]> readChunks() throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        while (true) {
            byte[] chunk = readChunk();
            if (chunk.length == 0) {
                return chunks;
            }
            chunks.add(chunk);
        }
    }

    /// The next chunk, empty for the last one.
    byte[] readChunk() throws IOException {
        int size = Integer.parseInt(readUntil("\r\n").strip(), 16);
        byte[] chunk = in.readNBytes(size);
        readUntil("\r\n");
        return chunk;
    }

    /// Leaves with a reset instead of a farewell.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
