package dev.firsttoken.bench.load;

import org.jspecify.annotations.Nullable;

/// Whoever has connections: says what each asks, and hears what came of it. On the event loop.
interface Crew {

    /// The connection is there and nothing is under way on it.
    void connected(Connection connection);

    /// Content events have been read together: the first of them after this wait since the stream
    /// was due, or since the ones before it, the others with no gap.
    void arrived(Connection connection, int events, long waitNanos, boolean first);

    /// A stream is over.
    ///
    /// @param fault what was wrong with it, or null when it was complete
    void ended(Connection connection, @Nullable String fault);

    /// The connection was closed by the other side between two streams.
    void lost(Connection connection);
}
