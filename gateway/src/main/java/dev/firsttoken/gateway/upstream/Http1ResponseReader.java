package dev.firsttoken.gateway.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads HTTP/1.1 responses, one after another, from the bytes of a connection, however they are
/// cut.
///
/// Body bytes are handed on as they lie in the caller's buffer, so that reading a running stream
/// allocates nothing. What leaves doubt about where a body ends is either refused or makes the
/// connection unfit for another response.
///
/// Source: RFC 9112, sections 2.2, 4, 5, 6 and 7. Owned by the connection's event loop.
final class Http1ResponseReader {

    /// Told in the order of the response.
    interface Sink {
        void interim(int status) throws BadResponseException;

        void head(int status, HttpHeaders headers);

        /// The buffer's readable bytes are the next part of the body; it is the caller's.
        void body(ByteBuf bytes);

        /// @param reusable whether the connection may carry another response after this one
        void end(boolean reusable);
    }

    /// Bytes that are not an HTTP/1.1 response.
    static final class BadResponseException extends Exception {
        private static final long serialVersionUID = 1L;

        BadResponseException(String message) {
            super(message, null, false, false);
        }
    }

    private enum State {
        HEAD,
        LENGTH_BODY,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        BODY_UNTIL_CLOSE
    }

    private static final int MAX_EXTENSION_BYTES = 1024;
    private static final int MAX_CHUNK_DIGITS = 8;

    private final int maxHeadBytes;
    private final int maxHeaders;
    private State state = State.HEAD;
    private byte[] head = new byte[0];
    private int headLength;
    private boolean reusable;
    private long left;
    private int digits;
    private int skipped;
    private int lineLength;

    /// Whether the last byte of a chunk's line was the first of the two that end it.
    private boolean carriageReturn;

    Http1ResponseReader(int maxHeadBytes, int maxHeaders) {
        this.maxHeadBytes = maxHeadBytes;
        this.maxHeaders = maxHeaders;
    }

    /// Whether a response has begun and not ended.
    boolean isInsideResponse() {
        return state != State.HEAD || headLength > 0;
    }

    /// Reads all of the buffer.
    void read(ByteBuf in, Sink sink) throws BadResponseException {
        while (in.isReadable()) {
            switch (state) {
                case HEAD -> readHead(in, sink);
                case LENGTH_BODY -> {
                    pass(in, sink);
                    if (left == 0) {
                        finish(sink);
                    }
                }
                case CHUNK_SIZE -> readChunkSize(in);
                case CHUNK_EXTENSION -> readExtension(in);
                case CHUNK_DATA -> {
                    pass(in, sink);
                    if (left == 0) {
                        state = State.CHUNK_END;
                    }
                }
                case CHUNK_END -> readChunkEnd(in);
                case TRAILERS -> readTrailers(in, sink);
                case BODY_UNTIL_CLOSE -> pass(in, sink);
            }
        }
    }

    /// The connection has closed.
    ///
    /// @return whether that is where the response was to end
    boolean closed(Sink sink) {
        if (state == State.BODY_UNTIL_CLOSE) {
            finish(sink);
            return true;
        }
        return false;
    }

    private void finish(Sink sink) {
        state = State.HEAD;
        headLength = 0;
        sink.end(reusable);
    }

    /// Hands on at most what is left of the current length, without copying and without a new
    /// buffer.
    private void pass(ByteBuf in, Sink sink) {
        int count = (int) Math.min(left, in.readableBytes());
        int end = in.writerIndex();
        int next = in.readerIndex() + count;
        left -= count;
        in.writerIndex(next);
        sink.body(in);
        in.writerIndex(end);
        in.readerIndex(next);
    }

    // ---- head ------------------------------------------------------------------------------

    private void readHead(ByteBuf in, Sink sink) throws BadResponseException {
        while (in.isReadable()) {
            byte b = in.readByte();
            if (headLength == 0 && (b == '\r' || b == '\n')) {
                // A stray line end after the last response (RFC 9112, 2.2).
                continue;
            }
            if (headLength == maxHeadBytes) {
                throw new BadResponseException(
                        "its head is longer than " + maxHeadBytes + " bytes");
            }
            if (headLength == head.length) {
                head = Arrays.copyOf(head, Math.min(maxHeadBytes, Math.max(512, head.length * 2)));
            }
            head[headLength++] = b;
            if (b == '\n' && endsWithBlankLine()) {
                parseHead(sink);
                return;
            }
        }
    }

    private boolean endsWithBlankLine() {
        int n = headLength;
        return n >= 2 && head[n - 2] == '\n'
                || n >= 3 && head[n - 2] == '\r' && head[n - 3] == '\n';
    }

    private void parseHead(Sink sink) throws BadResponseException {
        List<String> lines = lines(new String(head, 0, headLength, ISO_8859_1));
        int status = status(lines.getFirst());
        if (lines.size() - 2 > maxHeaders) {
            throw new BadResponseException("it has more than " + maxHeaders + " headers");
        }
        boolean http10 = lines.getFirst().startsWith("HTTP/1.0");
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        for (int i = 1; i < lines.size() - 1; i++) {
            addHeader(lines.get(i), headers);
        }
        head = headLength > 4096 ? new byte[0] : head;
        headLength = 0;
        if (status < 200) {
            if (status == 101) {
                throw new BadResponseException("it switches protocols, which nobody asked for");
            }
            sink.interim(status);
            return;
        }
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        reusable = !http10 && (connection == null || !containsToken(connection, "close"));
        frame(status, http10, headers);
        sink.head(status, headers);
        if (state == State.LENGTH_BODY && left == 0) {
            finish(sink);
        }
    }

    /// The lines of a head, the empty one at its end included. A carriage return belongs to a
    /// line's end, and within a line is what smuggles another (RFC 9112, 2.2).
    private static List<String> lines(String text) throws BadResponseException {
        var lines = new ArrayList<String>();
        for (int from = 0; from < text.length(); ) {
            int feed = text.indexOf('\n', from);
            int end = feed > from && text.charAt(feed - 1) == '\r' ? feed - 1 : feed;
            String line = text.substring(from, end);
            if (line.indexOf('\r') >= 0) {
                throw new BadResponseException("it has a bare carriage return in its head");
            }
            lines.add(line);
            from = feed + 1;
        }
        return lines;
    }

    private static int status(String line) throws BadResponseException {
        boolean shaped =
                line.length() >= 12
                        && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                        && (line.length() == 12 || line.charAt(12) == ' ');
        int status = 0;
        for (int i = 9; shaped && i < 12; i++) {
            char digit = line.charAt(i);
            shaped = digit >= '0' && digit <= '9';
            status = status * 10 + (digit - '0');
        }
        if (!shaped || status < 100) {
            throw new BadResponseException("it does not begin with a status line");
        }
        return status;
    }

    private static void addHeader(String line, HttpHeaders headers) throws BadResponseException {
        int colon = line.indexOf(':');
        if (colon <= 0 || !isToken(line, colon)) {
            throw new BadResponseException("it has a line among its headers that is none");
        }
        String value = line.substring(colon + 1).strip();
        if (value.indexOf('\0') >= 0) {
            throw new BadResponseException("it has a control character in a header");
        }
        headers.add(line.substring(0, colon), value);
    }

    private static boolean isToken(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean containsToken(String list, String token) {
        for (String member : list.split(",", -1)) {
            if (member.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    /// Decides how the body ends (RFC 9112, 6.3).
    private void frame(int status, boolean http10, HttpHeaders headers)
            throws BadResponseException {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (status == 204 || status == 304) {
            // Some send a body all the same, which would be taken for the next response.
            reusable = false;
            left = 0;
            state = State.LENGTH_BODY;
        } else if (!codings.isEmpty()) {
            if (codings.size() > 1 || http10 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw new BadResponseException("its transfer encoding is not just chunked");
            }
            // Both framings at once: the rest of the connection cannot be trusted.
            reusable &= lengths.isEmpty();
            startChunk();
        } else if (!lengths.isEmpty()) {
            left = length(lengths);
            state = State.LENGTH_BODY;
        } else {
            reusable = false;
            left = Long.MAX_VALUE;
            state = State.BODY_UNTIL_CLOSE;
        }
    }

    private static long length(List<String> values) throws BadResponseException {
        String first = values.getFirst();
        boolean digits = !first.isEmpty() && first.length() <= 18;
        for (int i = 0; i < first.length(); i++) {
            digits &= first.charAt(i) >= '0' && first.charAt(i) <= '9';
        }
        if (!digits || !values.stream().allMatch(first::equals)) {
            throw new BadResponseException("its content length is not a number");
        }
        return Long.parseLong(first);
    }

    // ---- chunks ----------------------------------------------------------------------------

    private void startChunk() {
        state = State.CHUNK_SIZE;
        left = 0;
        digits = 0;
        skipped = 0;
        carriageReturn = false;
    }

    private void readChunkSize(ByteBuf in) throws BadResponseException {
        while (in.isReadable()) {
            byte b = in.readByte();
            int digit = Character.digit(b, 16);
            if (digit >= 0) {
                if (++digits > MAX_CHUNK_DIGITS) {
                    throw new BadResponseException("a chunk's size has more than 8 digits");
                }
                left = left << 4 | digit;
            } else if (b == '\r' || b == ';' || b == ' ' || b == '\t') {
                carriageReturn = b == '\r';
                state = State.CHUNK_EXTENSION;
                return;
            } else {
                throw new BadResponseException("a chunk has no size");
            }
        }
    }

    /// Reads what is left of a size line, which an extension may precede.
    private void readExtension(ByteBuf in) throws BadResponseException {
        while (in.isReadable()) {
            byte b = in.readByte();
            if (endsLine(b)) {
                sizeEnds();
                return;
            }
            if (b != '\r' && ++skipped > MAX_EXTENSION_BYTES) {
                throw new BadResponseException("a chunk's extension is too long");
            }
        }
    }

    /// Whether this byte of a chunk's framing ends its line. Nothing but both bytes does: what
    /// takes less sees other chunks than somebody who does not (RFC 9112, 7.1).
    private boolean endsLine(byte b) throws BadResponseException {
        if (carriageReturn != (b == '\n')) {
            throw new BadResponseException("a line of its chunks does not end with CR LF");
        }
        carriageReturn = b == '\r';
        return b == '\n';
    }

    private void sizeEnds() throws BadResponseException {
        if (digits == 0) {
            throw new BadResponseException("a chunk has no size");
        }
        skipped = 0;
        lineLength = 0;
        carriageReturn = false;
        state = left == 0 ? State.TRAILERS : State.CHUNK_DATA;
    }

    private void readChunkEnd(ByteBuf in) throws BadResponseException {
        while (in.isReadable()) {
            byte b = in.readByte();
            if (!carriageReturn && b != '\r') {
                throw new BadResponseException("a chunk is longer than its size");
            }
            if (endsLine(b)) {
                startChunk();
                return;
            }
        }
    }

    /// Trailers are read and dropped.
    private void readTrailers(ByteBuf in, Sink sink) throws BadResponseException {
        while (in.isReadable()) {
            byte b = in.readByte();
            if (b == '\n') {
                if (lineLength == 0) {
                    finish(sink);
                    return;
                }
                lineLength = 0;
            } else if (b != '\r') {
                lineLength++;
            }
            if (++skipped > maxHeadBytes) {
                throw new BadResponseException(
                        "its trailers are longer than " + maxHeadBytes + " bytes");
            }
        }
    }
}
