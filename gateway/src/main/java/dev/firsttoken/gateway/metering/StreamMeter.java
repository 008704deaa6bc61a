package dev.firsttoken.gateway.metering;

import org.jspecify.annotations.Nullable;

/// The times and counts of one stream. Owned by its event loop.
public final class StreamMeter {

    /// Between two content deltas, more silence than this is a stall.
    public static final long STALL_NANOS = 1_000_000_000L;

    private final GapCounts gaps;
    private final long receivedNanos;
    private long firstTokenNanos = -1;
    private long lastContentNanos;
    private long longestGapNanos;
    private int contentEvents;
    private int stalls;
    private int attempts;
    private int heartbeats;
    private @Nullable String provider;

    StreamMeter(GapCounts gaps, long receivedNanos) {
        this.gaps = gaps;
        this.receivedNanos = receivedNanos;
    }

    public void attempt(String provider) {
        attempts++;
        this.provider = provider;
    }

    /// An event with content has arrived from the provider.
    public void content(long nowNanos) {
        if (contentEvents > 0) {
            long gap = nowNanos - lastContentNanos;
            gaps.add(gap);
            longestGapNanos = Math.max(longestGapNanos, gap);
            if (gap >= STALL_NANOS) {
                stalls++;
            }
        }
        lastContentNanos = nowNanos;
        contentEvents++;
    }

    /// The first content was handed to the client's socket.
    public void firstTokenSent(long nowNanos) {
        firstTokenNanos = nowNanos - receivedNanos;
    }

    public void heartbeat() {
        heartbeats++;
    }

    /// From the last byte of the request to the first content handed to the socket, in nanoseconds;
    /// -1 when there was none. Role-only and empty deltas do not count: nobody can read them.
    public long firstTokenNanos() {
        return firstTokenNanos;
    }

    public long receivedNanos() {
        return receivedNanos;
    }

    public long longestGapNanos() {
        return longestGapNanos;
    }

    public int contentEvents() {
        return contentEvents;
    }

    public int stalls() {
        return stalls;
    }

    public int attempts() {
        return attempts;
    }

    public int heartbeats() {
        return heartbeats;
    }

    /// The provider of the last attempt.
    public @Nullable String provider() {
        return provider;
    }
}
