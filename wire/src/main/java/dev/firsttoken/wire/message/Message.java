package dev.firsttoken.wire.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One turn of a conversation.
///
/// @param name who speaks, where several do
public record Message(Role role, List<Part> parts, @Nullable String name, Extras extras) {

    public static Message of(Role role, Part... parts) {
        return new Message(role, List.of(parts), null, Extras.NONE);
    }

    public static Message of(Role role, String text) {
        return of(role, new Part.Text(text));
    }

    /// Who speaks. What a tool says is a part of the user's message.
    public enum Role {
        SYSTEM,
        /// The system, in OpenAI's newer word.
        DEVELOPER,
        USER,
        ASSISTANT
    }
}
