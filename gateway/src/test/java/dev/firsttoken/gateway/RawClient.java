package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/// An HTTP/1.1 client that sees every byte, and how the connection ended.
final class RawClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private boolean reset;

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /// @param receiveBytes how much the kernel may keep for us, 0 for what it likes
    RawClient(int port, int receiveBytes) throws IOException {
        this(new Socket(), port, receiveBytes);
    }

    private RawClient(Socket socket, int port, int receiveBytes) throws IOException {
        this.socket = socket;
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /// A client with another address of this machine's than the usual one.
    static RawClient from(String address, int port) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        return new RawClient(socket, port, 0);
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(UTF_8));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawClient post(String path, String json) throws IOException {
        return post(path, "", json);
    }

    /// @param headers each with its line end
    RawClient post(String path, String headers, String json) throws IOException {
        return send(
                "POST "
                        + path
                        + " HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"
                        + headers
                        + "content-length: "
                        + json.getBytes(UTF_8).length
                        + "\r\n\r\n"
                        + json);
    }

    /// Reads bytes up to and including the first occurrence of a text.
    String readUntil(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var seen = new StringBuilder();
        while (seen.length() < text.length()
                || seen.indexOf(text, seen.length() - text.length()) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("connection closed after: " + seen);
            }
            bytes.write(b);
            seen.append((char) b);
        }
        return bytes.toString(UTF_8);
    }

    /// The response's head, with its line ends.
    String readHead() throws IOException {
        return readUntil("\r\n\r\n");
    }

    /// The next chunk of a chunked body, empty for the last one.
    byte[] readChunk() throws IOException {
        int size = Integer.parseInt(readUntil("\r\n").strip(), 16);
        byte[] chunk = in.readNBytes(size);
        readUntil("\r\n");
        return chunk;
    }

    /// All chunks of a body together, to its last one.
    String readChunks() throws IOException {
        return new String(readChunkBytes(), UTF_8);
    }

    byte[] readChunkBytes() throws IOException {
        var all = new ByteArrayOutputStream();
        while (true) {
            byte[] chunk = readChunk();
            if (chunk.length == 0) {
                return all.toByteArray();
            }
            all.writeBytes(chunk);
        }
    }

    /// A number of bytes, or as many as come before the end.
    byte[] read(int count) throws IOException {
        return in.readNBytes(count);
    }

    /// Whatever is there, without waiting.
    int available() throws IOException {
        return in.available();
    }

    /// Reads to the end of the connection, however it ends.
    String readToEnd() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (SocketException _) {
            reset = true;
        }
        return bytes.toString(ISO_8859_1);
    }

    /// Reads up to a text, or to the end if that comes first.
    String readToEndOr(String text) throws IOException {
        var seen = new StringBuilder();
        try {
            int b;
            while (seen.indexOf(text) < 0 && (b = in.read()) >= 0) {
                seen.append((char) b);
            }
        } catch (SocketException _) {
            reset = true;
        }
        return seen.toString();
    }

    /// Whether the connection ended with a reset.
    boolean wasReset() {
        return reset;
    }

    /// Says that nothing more will be sent, and goes on reading.
    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
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
