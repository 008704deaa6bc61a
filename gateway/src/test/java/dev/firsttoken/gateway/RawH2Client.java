package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client that sends any frame it is told to, whatever RFC 9113 says of it.
final class RawH2Client implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int WITH_PRIORITY = 0x20;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);

    /// One frame that came.
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean ends() {
            return (flags & END_STREAM) != 0 && (type == DATA || type == HEADERS);
        }

        /// The code of a RST_STREAM or GOAWAY.
        Http2Error error() {
            return Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0));
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    /// Connects and sends preface and settings.
    ///
    /// @param settings pairs of an identifier and a value
    RawH2Client(int port, int... settings) throws IOException {
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        batch.writeBytes(PREFACE);
        settings(settings).flush();
    }

    /// Puts a frame into the batch that [#flush] sends.
    RawH2Client frame(int type, int flags, int stream, byte[] payload) {
        batch.write(payload.length >> 16);
        batch.write(payload.length >> 8);
        batch.write(payload.length);
        batch.write(type);
        batch.write(flags);
        batch.writeBytes(ByteBuffer.allocate(4).putInt(stream).array());
        batch.writeBytes(payload);
        return this;
    }

    /// @param hex the payload
    RawH2Client frame(int type, int flags, int stream, String hex) {
        return frame(type, flags, stream, HexFormat.of().parseHex(hex));
    }

    RawH2Client settings(int... settings) {
        var payload = ByteBuffer.allocate(settings.length * 3);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    RawH2Client window(int stream, int bytes) {
        return frame(WINDOW_UPDATE, 0, stream, "%08x".formatted(bytes));
    }

    RawH2Client reset(int stream) {
        return frame(RST_STREAM, 0, stream, "00000008");
    }

    RawH2Client data(int stream, String text, boolean last) {
        return frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
    }

    /// A request's head with nothing but what it needs.
    RawH2Client get(int stream, String path) {
        return headers(stream, true, head("GET", path));
    }

    /// A whole request of the simple contract.
    RawH2Client post(int stream, String model) {
        return post(stream).data(stream, Stage.simpleBody(model), true);
    }

    /// The head of a request of the simple contract.
    RawH2Client post(int stream) {
        return headers(
                stream, false, head("POST", "/chat/stream"), "content-type", "application/json");
    }

    static byte[] head(String method, String path) {
        return block(":method", method, ":scheme", "http", ":authority", "test", ":path", path);
    }

    RawH2Client headers(int stream, boolean last, byte[] block, String... more) {
        byte[] rest = block(more);
        byte[] all = ByteBuffer.allocate(block.length + rest.length).put(block).put(rest).array();
        return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, all);
    }

    /// Names and values as HPACK literals that are not indexed and not compressed (RFC 7541,
    /// 6.2.2).
    static byte[] block(String... pairs) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < pairs.length; i += 2) {
            out.write(0);
            literal(out, pairs[i]);
            literal(out, pairs[i + 1]);
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else {
            out.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                out.write(rest & 127 | 128);
                rest >>= 7;
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    RawH2Client flush() throws IOException {
        socket.getOutputStream().write(batch.toByteArray());
        batch.reset();
        return this;
    }

    /// Sends the batch, however little of it is taken before the connection ends.
    RawH2Client flushWhatIsTaken() {
        try {
            flush();
        } catch (IOException _) {
            batch.reset();
        }
        return this;
    }

    /// The next frame, or null at the end of the connection, however it came.
    @Nullable Frame next() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(type, flags, stream, payload);
        } catch (EOFException | SocketException _) {
            return null;
        }
    }

    /// The first frame that is like that.
    Frame await(String what, Predicate<Frame> wanted) throws IOException {
        Frame frame = next();
        while (frame != null && !wanted.test(frame)) {
            frame = next();
        }
        if (frame == null) {
            throw new AssertionError("connection closed before " + what);
        }
        return frame;
    }

    /// The connection's GOAWAY with an error, if it was sent one before it ended.
    @Nullable Http2Error awaitEnd() throws IOException {
        Http2Error error = null;
        Frame frame;
        while ((frame = next()) != null) {
            if (frame.type == GOAWAY) {
                error = frame.error();
            }
        }
        return error;
    }

    /// The status that a HEADERS frame tells.
    int status(Frame headers) throws Exception {
        return Integer.parseInt(
                decoder.decodeHeaders(headers.stream, Unpooled.wrappedBuffer(headers.payload))
                        .status()
                        .toString());
    }

    int awaitStatus(int stream) throws Exception {
        return status(await("an answer", f -> f.type == HEADERS && f.stream == stream));
    }

    /// The body of a stream to its end, without any frames of flow control in answer.
    String awaitBody(int stream) throws IOException {
        var body = new ByteArrayOutputStream();
        Frame frame;
        do {
            frame = await("the end of " + stream, f -> f.stream == stream);
            if (frame.type == DATA) {
                body.writeBytes(frame.payload);
            } else if (frame.type == RST_STREAM) {
                throw new AssertionError("stream was reset with " + frame.error());
            }
        } while (!frame.ends());
        return body.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
