package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;

/// Writes the events of one stream as a client wants to read them.
///
/// It keeps order for its dialect: it opens and closes blocks, holds back what must come last, and
/// leaves out what has no form. One instance per stream, used by one thread at a time.
public interface StreamWriter {

    /// Appends what the event makes visible, which may be nothing yet.
    void write(StreamEvent event, Utf8Buffer out);

    /// Appends what ends a stream, once, after the last event. After a [StreamEvent.Failed] it
    /// appends nothing that could pass for a good end.
    void end(Utf8Buffer out);

    /// Appends what keeps a silent connection alive, and that every client of the dialect ignores.
    void heartbeat(Utf8Buffer out);

    /// Writes a whole answer as a stream, for dialects that know nothing else.
    static void writeWhole(StreamWriter writer, Answer answer, Utf8Buffer out) {
        answer.events(event -> writer.write(event, out));
        writer.end(out);
    }
}
