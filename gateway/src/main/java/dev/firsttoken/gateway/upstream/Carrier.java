package dev.firsttoken.gateway.upstream;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// Carries the response of one call at a time: an HTTP/1.1 connection, or a stream of an HTTP/2
/// connection.
///
/// Whatever comes while there is no call makes it unfit for another one: those bytes would become
/// somebody else's answer.
///
/// Owned by its channel's event loop.
abstract class Carrier {

    /// More interim (1xx) responses than this before the real one are an attack or a defect.
    private static final int MAX_INTERIM_RESPONSES = 8;

    private @Nullable UpstreamCall call;
    private int interimSeen;
    private boolean strayBytes;

    /// Takes a call whose request is about to be written.
    final void begin(UpstreamCall next) {
        call = next;
        interimSeen = 0;
        strayBytes = false;
    }

    final @Nullable UpstreamCall call() {
        return call;
    }

    /// Ends it for good; the provider notices.
    abstract void close();

    /// Whether more shall come. What is under way comes all the same.
    abstract void reading(boolean on);

    /// The response is complete; another call may be served if `reusable`.
    abstract void ended(boolean reusable);

    /// It broke under a call. The call may be tried again if it has not responded.
    abstract void broken(UpstreamCall broken, Failure failure);

    /// @return whether that was one too many
    final boolean isOneInterimTooMany() {
        return ++interimSeen > MAX_INTERIM_RESPONSES;
    }

    final void responseHead(int status, HttpHeaders headers) {
        if (call != null) {
            call.head(status, headers);
        }
    }

    final void responseBody(ByteBuf bytes) {
        UpstreamCall current = call;
        if (current != null && bytes.isReadable()) {
            // Bytes after the dialect's own end are nobody's, so nothing else is carried.
            strayBytes |= current.isOver();
            current.body(bytes);
        }
    }

    final void responseEnd(boolean reusable) {
        UpstreamCall current = call;
        if (current != null) {
            call = null;
            // The call may pause its carrier until here; from here on it is the next call's.
            current.readComplete();
            ended(reusable && !strayBytes);
            current.end();
        }
    }

    /// What had arrived has been read.
    final void readComplete() {
        if (call != null) {
            call.readComplete();
        }
    }

    final void closedByProvider() {
        fail(
                Failure.Kind.TRUNCATED,
                call != null && call.hasResponded()
                        ? "the provider closed the connection in the middle of its answer"
                        : "the provider closed the connection before answering");
    }

    final void connectionBroke() {
        fail(
                Failure.Kind.TRUNCATED,
                call != null && call.hasResponded()
                        ? "the connection to the provider broke in the middle of its answer"
                        : "the connection to the provider broke before it answered");
    }

    final void fail(Failure.Kind kind, String detail) {
        UpstreamCall current = call;
        call = null;
        close();
        if (current != null) {
            current.readComplete();
            broken(current, Failure.of(kind, detail));
        }
    }
}
