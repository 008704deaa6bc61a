package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/// What a client sees of a stream: its id and its events.
final class StreamEvents {

    private StreamEvents() {}

    static String streamId(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase().startsWith("x-firsttoken-stream: ")) {
                return line.substring(21);
            }
        }
        throw new AssertionError("no stream id in " + head);
    }

    static String streamId(HttpResponse<?> response) {
        return response.headers().firstValue("x-firsttoken-stream").orElseThrow();
    }

    /// The events of a body, heartbeats left out.
    static List<String> events(String body) {
        var events = new ArrayList<String>();
        for (String event : body.split("\n\n")) {
            String text = event.replace(":\n", "");
            if (!text.isBlank()) {
                events.add(text);
            }
        }
        return events;
    }

    /// Whether nothing follows an event.
    static boolean isTerminal(String event) {
        return event.contains("[DONE]") || event.startsWith("data: {\"error\":{");
    }

    /// Reads so many events, or up to the terminal.
    static List<String> some(RawClient client, int count) throws Exception {
        var seen = new ArrayList<String>();
        while (seen.size() < count) {
            String event = client.readUntil("\n\n");
            String text = event.substring(event.indexOf("data:"), event.length() - 2);
            seen.add(new String(text.getBytes(UTF_8), UTF_8));
            if (isTerminal(seen.getLast())) {
                break;
            }
        }
        return seen;
    }

    static HttpResponse<String> resume(Stage stage, String id, long after) throws Exception {
        return stage.get("/v1/streams/" + id + "?after=" + after);
    }
}
