package dev.firsttoken.wire.message;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.message.Message.Role;
import java.util.ArrayList;
import java.util.List;

/// A conversation as some dialects have it: what the system says stands before it, and the turns of
/// user and assistant alternate.
///
/// @param system what the system says, wherever it said it
public record Conversation(List<Part> system, List<Turn> turns) {

    /// What one side says until the other does.
    ///
    /// @param role of the user or the assistant
    /// @param parts what tools said comes before everything else
    public record Turn(Role role, List<Part> parts) {}

    /// Brings messages into that form.
    ///
    /// @param losses told what is moved and what is left out: names, and fields of other dialects
    public static Conversation of(List<Message> messages, Losses losses) {
        var system = new ArrayList<Part>();
        var turns = new ArrayList<Turn>();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            String path = "messages[" + i + "]";
            losses.dropped(path + ".name", message.name());
            losses.droppedFields(path, message.extras());
            if (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER) {
                if (!turns.isEmpty()) {
                    losses.add(
                            path,
                            "is moved before the conversation: "
                                    + losses.dialect()
                                    + " has it there");
                }
                system.addAll(message.parts());
            } else if (!turns.isEmpty() && turns.getLast().role == message.role()) {
                turns.getLast().parts.addAll(message.parts());
            } else {
                turns.add(new Turn(message.role(), new ArrayList<>(message.parts())));
            }
        }
        turns.replaceAll(turn -> new Turn(turn.role, resultsFirst(turn.parts)));
        return new Conversation(List.copyOf(system), List.copyOf(turns));
    }

    /// Writes one part, as a dialect has it.
    @FunctionalInterface
    public interface PartWriter {

        /// @param path where the part stands, for losses
        void write(Part part, String path);
    }

    /// Writes it as two members: `"system":[…],"messages":[{"role":"user","content":[…]},…]`.
    public void write(JsonWriter json, PartWriter writer) {
        if (!system.isEmpty()) {
            json.array("system");
            write(system, "system", writer);
            json.endArray();
        }
        json.array("messages");
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            json.object().member("role", turn.role == Role.USER ? "user" : "assistant");
            json.array("content");
            write(turn.parts, "messages[" + i + "].content", writer);
            json.endArray().endObject();
        }
        json.endArray();
    }

    private static void write(List<Part> parts, String path, PartWriter writer) {
        for (int i = 0; i < parts.size(); i++) {
            writer.write(parts.get(i), path + "[" + i + "]");
        }
    }

    private static List<Part> resultsFirst(List<Part> parts) {
        var ordered = new ArrayList<Part>();
        for (Part part : parts) {
            if (part instanceof Part.ToolResult) {
                ordered.add(part);
            }
        }
        for (Part part : parts) {
            if (!(part instanceof Part.ToolResult)) {
                ordered.add(part);
            }
        }
        return List.copyOf(ordered);
    }
}
