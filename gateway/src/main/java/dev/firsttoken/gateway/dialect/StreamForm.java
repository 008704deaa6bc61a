package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Map;

/// What a stream of a dialect looks like from outside.
///
/// @param type its media type
/// @param heartbeat what keeps a silent connection alive, and that every client ignores
/// @param headers what its head says beside the media type
public record StreamForm(String type, byte[] heartbeat, Map<String, String> headers) {

    /// What its events are.
    private enum Framing {
        /// Server-sent events, which end with an empty line and can be numbered.
        EVENTS,
        /// Lines of JSON.
        LINES,
        /// Binary messages, which begin with their length: four bytes, big endian, themselves
        /// counted.
        MESSAGES;

        static Framing of(String type) {
            if (type.startsWith("text/event-stream")) {
                return EVENTS;
            }
            return type.startsWith("application/vnd.amazon.eventstream") ? MESSAGES : LINES;
        }
    }

    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = {'\n'};

    /// Whether it is made of server-sent events, which can be numbered.
    public boolean isEvents() {
        return Framing.of(type) == Framing.EVENTS;
    }

    /// Whether it is text, all of it.
    public boolean isText() {
        return Framing.of(type) != Framing.MESSAGES;
    }

    /// What follows a frame that passes, beside what a reader hands out as the frame.
    byte[] frameEnd() {
        return Framing.of(type) == Framing.LINES ? LINE_END : NOTHING;
    }

    /// Hands out the events that were written, one by one.
    public void split(Utf8Buffer written, Lane.Out out) {
        byte[] bytes = written.array();
        int to = written.length();
        Framing framing = Framing.of(type);
        int from = 0;
        while (from < to) {
            int end = Math.clamp(end(framing, bytes, from, to), from + 1, to);
            out.event(bytes, from, end);
            from = end;
        }
    }

    /// Where the event ends that begins here; the end of all where nothing says so.
    private static int end(Framing framing, byte[] bytes, int from, int to) {
        if (framing == Framing.MESSAGES) {
            return from + length(bytes, from);
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n' && (framing == Framing.LINES || isBlankLineEnd(bytes, from, i))) {
                return i + 1;
            }
        }
        return to;
    }

    private static int length(byte[] bytes, int at) {
        return bytes[at] << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
    }

    private static boolean isBlankLineEnd(byte[] bytes, int from, int lf) {
        int before = lf - 1;
        if (before > from && bytes[before] == '\r') {
            before--;
        }
        return before >= from && bytes[before] == '\n';
    }
}
