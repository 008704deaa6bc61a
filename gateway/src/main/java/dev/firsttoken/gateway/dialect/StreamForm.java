package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Map;

/// What a stream of a dialect looks like from outside.
///
/// @param type its media type
/// @param heartbeat what keeps a silent connection alive, and that every client ignores
/// @param headers what its head says beside the media type
public record StreamForm(String type, byte[] heartbeat, Map<String, String> headers) {

    private static final String EVENTS = "text/event-stream";

    /// Whether it is made of server-sent events, which can be numbered; otherwise of lines.
    public boolean isEvents() {
        return isEvents(type);
    }

    static boolean isEvents(String type) {
        return type.startsWith(EVENTS);
    }

    /// Hands out the events that were written, one by one.
    public void split(Utf8Buffer written, Lane.Out out) {
        byte[] bytes = written.array();
        int to = written.length();
        int from = 0;
        boolean events = isEvents();
        for (int i = 0; i < to; i++) {
            if (bytes[i] == '\n' && (!events || isBlankLineEnd(bytes, from, i))) {
                out.event(bytes, from, i + 1);
                from = i + 1;
            }
        }
        if (from < to) {
            out.event(bytes, from, to);
        }
    }

    private static boolean isBlankLineEnd(byte[] bytes, int from, int lf) {
        int before = lf - 1;
        if (before > from && bytes[before] == '\r') {
            before--;
        }
        return before >= from && bytes[before] == '\n';
    }
}
