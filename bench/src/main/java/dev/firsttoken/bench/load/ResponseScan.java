package dev.firsttoken.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Reads one HTTP/1.1 response after another from raw bytes, cut anywhere, and hands the body on
/// without its framing.
///
/// Knows the three ways a body can end (RFC 9112 §6.3): the zero chunk, the announced length, and
/// the end of the connection. Owned by one thread.
final class ResponseScan {

    private static final int HEAD_LIMIT = 32 * 1024;
    private static final long UNTIL_CLOSE = Long.MAX_VALUE;

    private enum At {
        HEAD,
        PLAIN_BODY,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_BODY,
        CHUNK_END,
        TRAILER,
        ENDED
    }

    private At at = At.HEAD;
    private byte[] head = new byte[512];
    private int headLength;
    private long remaining;
    private boolean sizeSeen;
    private int trailerLineLength;
    private int status;
    private boolean keepAlive;

    /// Makes room for the next response on the same connection.
    void reset() {
        at = At.HEAD;
        headLength = 0;
        remaining = 0;
        status = 0;
        keepAlive = false;
    }

    /// The status code, 0 while the head is incomplete.
    int status() {
        return status;
    }

    boolean ended() {
        return at == At.ENDED;
    }

    /// Whether another request may follow on this connection, as far as the answer said.
    boolean keepAlive() {
        return keepAlive;
    }

    /// Takes bytes up to the end of this response and says where it stopped.
    ///
    /// @throws IllegalStateException if the bytes are not HTTP/1.1
    int feed(byte[] bytes, int from, int to, EventScan body) {
        int i = from;
        while (i < to && at != At.ENDED) {
            switch (at) {
                case HEAD -> i = head(bytes, i, to);
                case PLAIN_BODY, CHUNK_BODY -> {
                    int count = (int) Math.min(remaining, to - i);
                    body.feed(bytes, i, i + count);
                    i += count;
                    remaining -= count;
                    if (remaining == 0) {
                        at = at == At.CHUNK_BODY ? At.CHUNK_END : At.ENDED;
                    }
                }
                case CHUNK_SIZE -> i = chunkSize(bytes, i, to);
                case CHUNK_EXTENSION -> {
                    if (bytes[i++] == '\n') {
                        afterChunkSize();
                    }
                }
                case CHUNK_END -> {
                    byte b = bytes[i++];
                    if (b == '\n') {
                        at = At.CHUNK_SIZE;
                        sizeSeen = false;
                    } else if (b != '\r') {
                        throw new IllegalStateException("chunk is longer than announced");
                    }
                }
                case TRAILER -> {
                    byte b = bytes[i++];
                    if (b == '\n') {
                        at = trailerLineLength == 0 ? At.ENDED : At.TRAILER;
                        trailerLineLength = 0;
                    } else if (b != '\r') {
                        trailerLineLength++;
                    }
                }
                case ENDED -> throw new AssertionError();
            }
        }
        return i;
    }

    /// Tells that the connection has ended, which completes a body of unannounced length.
    void endOfInput() {
        if (at == At.PLAIN_BODY && remaining > UNTIL_CLOSE / 2) {
            at = At.ENDED;
        }
        keepAlive = false;
    }

    private int chunkSize(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            int digit = Character.digit(b, 16);
            if (digit >= 0) {
                if (remaining > Integer.MAX_VALUE) {
                    throw new IllegalStateException("chunk size is absurd");
                }
                remaining = remaining * 16 + digit;
                sizeSeen = true;
            } else if (b == '\n') {
                afterChunkSize();
                return i + 1;
            } else if (b == ';' || b == ' ') {
                at = At.CHUNK_EXTENSION;
                return i + 1;
            } else if (b != '\r') {
                throw new IllegalStateException("chunk size holds byte " + b);
            }
        }
        return to;
    }

    private void afterChunkSize() {
        if (!sizeSeen) {
            throw new IllegalStateException("chunk without a size");
        }
        at = remaining == 0 ? At.TRAILER : At.CHUNK_BODY;
        trailerLineLength = 0;
    }

    private int head(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (headLength == head.length) {
                if (headLength == HEAD_LIMIT) {
                    throw new IllegalStateException("response head is longer than " + HEAD_LIMIT);
                }
                head = Arrays.copyOf(head, headLength * 2);
            }
            head[headLength++] = bytes[i];
            if (bytes[i] == '\n' && headIsComplete()) {
                readHead();
                return i + 1;
            }
        }
        return to;
    }

    private boolean headIsComplete() {
        int n = headLength;
        return n >= 4 && head[n - 2] == '\r' && head[n - 3] == '\n' && head[n - 4] == '\r';
    }

    private void readHead() {
        String text = new String(head, 0, headLength, StandardCharsets.ISO_8859_1);
        String[] lines = text.split("\r\n");
        if (!lines[0].startsWith("HTTP/1.") || lines[0].length() < 12) {
            throw new IllegalStateException("not a response: " + lines[0]);
        }
        status = Integer.parseInt(lines[0].substring(9, 12));
        keepAlive = lines[0].startsWith("HTTP/1.1");
        boolean chunked = false;
        long length = UNTIL_CLOSE;
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i].toLowerCase(Locale.ROOT);
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).trim();
            switch (colon < 0 ? line : line.substring(0, colon)) {
                case "transfer-encoding" -> chunked = value.endsWith("chunked");
                case "content-length" -> length = Long.parseLong(value);
                case "connection" -> keepAlive = keepAlive && !value.contains("close");
                default -> {}
            }
        }
        if (chunked) {
            at = At.CHUNK_SIZE;
            sizeSeen = false;
            remaining = 0;
        } else {
            at = length == 0 ? At.ENDED : At.PLAIN_BODY;
            remaining = length;
            keepAlive = keepAlive && length != UNTIL_CLOSE;
        }
    }
}
