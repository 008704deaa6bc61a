package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.simulator.answer.Header;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/// One request that was received, and how its answer went.
///
/// Times are those of [System#nanoTime]. May be read from any thread while the answer is still on
/// its way.
public final class Exchange {

    /// How an exchange ended.
    public enum How {
        /// Everything was sent.
        COMPLETED,
        /// The client closed or reset before that.
        CLIENT_LEFT,
        /// The script said so.
        CUT_BY_SCRIPT,
        /// The simulator was closed.
        SIMULATOR_CLOSED
    }

    /// The end of an exchange, and when it was noticed.
    public record Ending(How how, long nanos) {}

    private final long number;
    private final int connection;
    private final boolean first;
    private final String protocol;
    private final String method;
    private final String path;
    private final List<Header> headers;
    private final byte[] body;
    private final long receivedNanos;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Journal journal;

    private volatile long firstByteNanos;
    private volatile long lastByteNanos;
    private volatile int eventsSent;

    Exchange(
            Journal journal,
            long number,
            int connection,
            boolean first,
            String protocol,
            String method,
            String path,
            List<Header> headers,
            byte[] body) {
        this.journal = journal;
        this.number = number;
        this.connection = connection;
        this.first = first;
        this.protocol = protocol;
        this.method = method;
        this.path = path;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.receivedNanos = System.nanoTime();
    }

    /// Counts from 1, in the order of arrival.
    public long number() {
        return number;
    }

    /// Which connection it came on, counted from 1.
    public int connection() {
        return connection;
    }

    /// Whether it was the first one on its connection.
    public boolean isFirst() {
        return first;
    }

    /// `HTTP/1.1` or `HTTP/2`.
    public String protocol() {
        return protocol;
    }

    public String method() {
        return method;
    }

    /// Path and query as they were sent.
    public String path() {
        return path;
    }

    /// In the order received, names in lower case.
    public List<Header> headers() {
        return headers;
    }

    /// The first header of this name, empty if there is none.
    public String header(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Header header : headers) {
            if (header.name().equals(lower)) {
                return header.value();
            }
        }
        return "";
    }

    public byte[] body() {
        return body.clone();
    }

    public String bodyText() {
        return new String(body, UTF_8);
    }

    byte[] bodyBytes() {
        return body;
    }

    /// When the last byte of the request had arrived.
    public long receivedNanos() {
        return receivedNanos;
    }

    /// When the first byte of the body was sent.
    public OptionalLong firstByteNanos() {
        return firstByteNanos == 0 ? OptionalLong.empty() : OptionalLong.of(firstByteNanos);
    }

    /// When the last byte of the body so far was sent.
    public OptionalLong lastByteNanos() {
        return lastByteNanos == 0 ? OptionalLong.empty() : OptionalLong.of(lastByteNanos);
    }

    /// How many events have been sent whole, role and `[DONE]` included.
    public int eventsSent() {
        return eventsSent;
    }

    public boolean isOpen() {
        return !ending.isDone();
    }

    /// How it ended, once it has. Completing what is returned has no effect on the exchange.
    public CompletableFuture<Ending> ending() {
        return ending.copy();
    }

    // Called by the connection's loop alone, which is what makes the increment safe.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void sent(int events) {
        long now = System.nanoTime();
        if (firstByteNanos == 0) {
            firstByteNanos = now;
        }
        lastByteNanos = now;
        if (events > 0) {
            eventsSent += events;
        }
        journal.changed();
    }

    /// The first call decides.
    void end(How how) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        // First the count, so that whoever waits for the end finds it right.
        journal.closed();
        ending.complete(new Ending(how, System.nanoTime()));
        journal.changed();
    }

    @Override
    public String toString() {
        Ending end = ending.getNow(null);
        return "#%d %s %s %s, %d events, %s"
                .formatted(
                        number,
                        protocol,
                        method,
                        path,
                        eventsSent,
                        end == null ? "open" : end.how());
    }
}
