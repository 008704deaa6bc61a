package dev.firsttoken.simulator.dialect;

import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The events of one stream of a response, each with its number.
final class ResponsesStream {

    private final int first;
    private final List<Body> bodies = new ArrayList<>();

    ResponsesStream() {
        this(0);
    }

    /// @param first the number of the first event
    ResponsesStream(int first) {
        this.first = first;
    }

    /// @param content whether it counts as a token
    /// @param members of the event besides its type and its number: names and values by turns
    void event(String type, boolean content, @Nullable Object... members) {
        event(type, content, Json.object(members));
    }

    void event(String type, boolean content, Map<String, @Nullable Object> members) {
        Map<String, @Nullable Object> data =
                Json.object("type", type, "sequence_number", first + bodies.size());
        data.putAll(members);
        Piece piece = Piece.of("event: " + type + "\ndata: " + Json.text(data) + "\n\n");
        bodies.add(new Body(piece, 1, content));
    }

    List<Body> bodies() {
        return bodies;
    }
}
