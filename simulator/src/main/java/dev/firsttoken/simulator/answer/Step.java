package dev.firsttoken.simulator.answer;

import java.time.Duration;
import java.util.List;

/// One thing an answer does.
public sealed interface Step {

    /// Nothing, for this long after the step before was due.
    record Wait(long nanos) implements Step {
        public Wait {
            if (nanos < 0) {
                throw new IllegalArgumentException("wait: " + nanos + " ns (expected: >= 0)");
            }
        }
    }

    /// Nothing, until the client leaves.
    record Silence() implements Step {}

    /// Status line and headers.
    ///
    /// @param contentLength what a [Framing#CONTENT_LENGTH] head promises
    /// @param spread how long the head's bytes take to leave; HTTP/2 sends them whole at the end of
    ///   that time
    record Head(
            int status, List<Header> headers, Framing framing, long contentLength, Duration spread)
            implements Step {
        public Head {
            headers = List.copyOf(headers);
        }

        public Head(int status, List<Header> headers, Framing framing) {
            this(status, headers, framing, 0, Duration.ZERO);
        }

        public Head withContentLength(long length) {
            return new Head(status, headers, framing, length, spread);
        }

        public Head withHeaders(List<Header> others) {
            return new Head(status, others, framing, contentLength, spread);
        }

        public Head withSpread(Duration duration) {
            return new Head(status, headers, framing, contentLength, duration);
        }
    }

    /// Bytes of the body, written and flushed at once.
    ///
    /// @param events how many events are complete with these bytes
    /// @param content whether they carry content, and so count as a token
    record Body(Piece piece, int events, boolean content) implements Step {

        public static Body event(Piece piece) {
            return new Body(piece, 1, false);
        }

        public static Body bytes(Piece piece) {
            return new Body(piece, 0, false);
        }
    }

    /// The proper end of the body.
    record End() implements Step {}

    /// Bytes on the connection outside any HTTP message. HTTP/2 has no place for them.
    record Raw(Piece piece) implements Step {}

    /// The connection is closed (FIN) wherever the answer is. On HTTP/2 this takes the connection's
    /// other streams with it.
    record Cut() implements Step {}

    /// The connection is reset (RST); on HTTP/2 the stream is (RST_STREAM).
    record Reset() implements Step {}
}
