package dev.firsttoken.gateway.downstream;

import io.netty.channel.EventLoop;
import java.util.Map;

/// One request of a client and the response to it: either one [#respond], or a [#commit] followed
/// by any number of [#write] and one [#end].
///
/// [#request], [#respond], [#onGone] and [#eventLoop] may be called from any thread; the rest
/// belongs to the event loop.
public interface ClientExchange {

    ClientRequest request();

    /// The loop that owns the client's connection.
    EventLoop eventLoop();

    /// Sends a whole response.
    void respond(int status, Map<String, String> headers, byte[] body);

    /// Runs an action on the loop when the client has gone before the response was complete; at
    /// once if it has gone already.
    void onGone(Runnable action);

    /// Sends status and headers of a response whose body is still to come.
    void commit(int status, Map<String, String> headers);

    /// Takes body bytes for the next [#flush]. They are copied.
    void write(byte[] bytes, int from, int to);

    /// Hands what was written since the last flush to the socket, as one piece.
    void flush();

    /// Whether the client takes what it is sent: false while more than some 64 KiB wait for it.
    boolean isWritable();

    /// Runs an action on the loop whenever [#isWritable] has become true again.
    void onWritable(Runnable action);

    /// Bytes that would have to leave before [#isWritable] becomes true again, 0 if it is.
    long bytesBeforeWritable();

    /// Ends the response's body: nothing can be written after it.
    void end();

    /// Breaks the response off so that the client cannot take it for complete.
    void abort();
}
