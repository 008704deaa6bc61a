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

        public Head withFraming(Framing other) {
            return new Head(status, headers, other, contentLength, spread);
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

    /// An interim response (1xx), which comes before the head and has no body.
    record Interim(int status, List<Header> headers) implements Step {
        public Interim {
            headers = List.copyOf(headers);
        }
    }

    /// The beginning of a head that goes on with [MoreHeaders]. Nothing ends it.
    record OpenHead(int status, List<Header> headers) implements Step {
        public OpenHead {
            headers = List.copyOf(headers);
        }
    }

    /// More headers of an [OpenHead]; on HTTP/2 a CONTINUATION frame.
    record MoreHeaders(List<Header> headers) implements Step {
        public MoreHeaders {
            headers = List.copyOf(headers);
        }
    }

    /// These steps over and over.
    ///
    /// @param times [#FOR_EVER] until the client leaves
    record Repeat(List<Step> steps, long times) implements Step {

        /// Until the client leaves.
        public static final long FOR_EVER = Long.MAX_VALUE;

        public Repeat {
            steps = List.copyOf(steps);
            if (steps.isEmpty() || times < 1) {
                throw new IllegalArgumentException(
                        "repeat: " + times + " times " + steps + " (expected: >= 1 times a step)");
            }
            if (steps.stream().anyMatch(step -> step instanceof Repeat)) {
                throw new IllegalArgumentException("repeat: " + steps + " (expected: no repeat)");
            }
        }

        public Repeat(Step step, long times) {
            this(List.of(step), times);
        }
    }

    /// GOAWAY on the connection of this stream, HTTP/2 only. If the stream is not covered, it is
    /// one that the peer has been told was never looked at, and nothing more is sent on it.
    record GoAway(boolean covered, ErrorCode code) implements Step {}

    /// The connection is closed (FIN) wherever the answer is. On HTTP/2 this takes the connection's
    /// other streams with it.
    record Cut() implements Step {}

    /// The connection is reset (RST); on HTTP/2 the stream is (RST_STREAM).
    ///
    /// @param code what HTTP/2 gives as the reason
    record Reset(ErrorCode code) implements Step {
        public Reset() {
            this(ErrorCode.INTERNAL_ERROR);
        }
    }
}
