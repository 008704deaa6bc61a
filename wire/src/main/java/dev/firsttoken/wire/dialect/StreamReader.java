package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.StreamEvent;
import java.util.function.Consumer;

/// Reads the bytes of one stream as events, however they were cut.
///
/// It never throws: a stream that breaks a rule or ends too early ends with a [StreamEvent.Failed],
/// and after that nothing is read. One instance per stream, used by one thread at a time.
public interface StreamReader {

    /// Takes the next bytes and tells what they complete.
    void feed(byte[] bytes, int from, int to, Consumer<StreamEvent> events);

    /// Says that no more bytes come. An answer that is not complete by then has failed.
    void end(Consumer<StreamEvent> events);

    /// Whether the stream may end here and be a finished answer.
    boolean isComplete();
}
