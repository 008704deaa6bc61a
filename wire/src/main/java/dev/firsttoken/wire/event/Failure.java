package dev.firsttoken.wire.event;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Something that went wrong on the way from a request to the end of its answer.
///
/// @param kind what went wrong, and with it whose side it was on
/// @param status the HTTP status that tells it truthfully, 400 to 599
/// @param detail one sentence a person can act on; never holds a secret or a word of a prompt
/// @param retryAfter how long the cause asked to be left alone, if it said
/// @param param the field of the request that is to blame, such as `messages`, if it is one
public record Failure(
        Kind kind,
        int status,
        String detail,
        @Nullable Duration retryAfter,
        @Nullable String param) {

    public Failure {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
    }

    /// A failure that no field of the request is to blame for.
    public Failure(Kind kind, int status, String detail, @Nullable Duration retryAfter) {
        this(kind, status, detail, retryAfter, null);
    }

    /// A failure of the kind's usual status that a field of the request is to blame for.
    public static Failure ofParam(Kind kind, String detail, @Nullable String param) {
        return new Failure(kind, kind.status, detail, null, param);
    }

    public static Failure of(Kind kind, String detail) {
        return new Failure(kind, kind.status, detail, null);
    }

    /// Where a failure was caused.
    public enum Side {
        CLIENT,
        GATEWAY,
        UPSTREAM
    }

    /// What went wrong. [#code] is the word for it in error bodies, metrics and logs.
    public enum Kind {
        /// The request cannot be understood.
        INVALID_REQUEST(Side.CLIENT, 400, "invalid_request"),
        /// No key, or one nobody knows.
        UNAUTHENTICATED(Side.CLIENT, 401, "invalid_api_key"),
        /// No such route, stream or other object.
        NOT_FOUND(Side.CLIENT, 404, "not_found"),
        /// No provider serves the model that was asked for.
        MODEL_NOT_FOUND(Side.CLIENT, 404, "model_not_found"),
        METHOD_NOT_ALLOWED(Side.CLIENT, 405, "method_not_allowed"),
        /// The client took too long to send its request.
        REQUEST_TIMEOUT(Side.CLIENT, 408, "request_timeout"),
        /// The body is larger than the limit.
        TOO_LARGE(Side.CLIENT, 413, "request_too_large"),
        UNSUPPORTED_MEDIA_TYPE(Side.CLIENT, 415, "unsupported_media_type"),
        /// The caller has more requests open than it may.
        RATE_LIMITED(Side.CLIENT, 429, "rate_limit_exceeded"),
        /// The client went away.
        CLIENT_GONE(Side.CLIENT, 499, "client_gone"),
        /// The caller had the answer stopped.
        STOPPED(Side.CLIENT, 499, "stopped"),
        /// What was asked for of a stream is no longer kept.
        EXPIRED(Side.CLIENT, 410, "stream_expired"),
        /// A reader asks for what follows an event that has not happened.
        CURSOR_AHEAD(Side.CLIENT, 409, "cursor_ahead"),

        /// The gateway is full.
        OVERLOADED(Side.GATEWAY, 503, "overloaded"),
        /// The gateway is stopping.
        DRAINING(Side.GATEWAY, 503, "draining"),
        /// The server died in the middle of the answer, and found what there was of it again.
        INTERRUPTED(Side.GATEWAY, 503, "interrupted"),
        /// A defect of ours.
        INTERNAL(Side.GATEWAY, 500, "internal_error"),

        /// No connection: refused, unreachable, unresolvable, TLS failed.
        CONNECT_FAILED(Side.UPSTREAM, 502, "upstream_connect_failed"),
        /// No connection within the connect deadline.
        CONNECT_TIMEOUT(Side.UPSTREAM, 504, "upstream_connect_timeout"),
        /// No content within the first-token deadline.
        FIRST_TOKEN_TIMEOUT(Side.UPSTREAM, 504, "upstream_first_token_timeout"),
        /// Silence in the middle of an answer for longer than the stall deadline.
        STALLED(Side.UPSTREAM, 504, "upstream_stalled"),
        /// Events without content in the middle of an answer for longer than the progress deadline.
        NO_PROGRESS(Side.UPSTREAM, 504, "upstream_no_progress"),
        /// The answer took longer than the total deadline.
        TOTAL_TIMEOUT(Side.UPSTREAM, 504, "upstream_total_timeout"),
        /// The provider answered with an error status.
        REFUSED(Side.UPSTREAM, 502, "upstream_error"),
        /// The provider reported an error inside its stream.
        REPORTED(Side.UPSTREAM, 502, "upstream_error"),
        /// The answer ended before it was complete.
        TRUNCATED(Side.UPSTREAM, 502, "upstream_truncated"),
        /// The answer is not what the dialect allows.
        INVALID(Side.UPSTREAM, 502, "upstream_invalid");

        private final Side side;
        private final int status;
        private final String code;

        Kind(Side side, int status, String code) {
            this.side = side;
            this.status = status;
            this.code = code;
        }

        public Side side() {
            return side;
        }

        /// The HTTP status when nothing more precise is known.
        public int status() {
            return status;
        }

        public String code() {
            return code;
        }
    }
}
