package dev.firsttoken.wire.message;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of a message, of one kind.
public sealed interface Part {

    Extras extras();

    /// @param signature what its provider wants back with it (Gemini)
    record Text(String text, List<Citation> citations, @Nullable Signed signature, Extras extras)
            implements Part {
        public Text(String text) {
            this(text, List.of(), null, Extras.NONE);
        }
    }

    /// @param detail how closely to look, in OpenAI's words
    record Image(Source source, @Nullable String detail, Extras extras) implements Part {}

    /// @param id what an earlier answer's audio is called, when it is the assistant's
    /// @param transcript what is said in it, if that is known
    record Audio(
            @Nullable Source source,
            @Nullable String id,
            @Nullable String transcript,
            Extras extras)
            implements Part {}

    record Video(Source source, Extras extras) implements Part {}

    /// @param name the file's name or the document's title
    record Document(Source source, @Nullable String name, Extras extras) implements Part {}

    /// The assistant's thinking.
    ///
    /// @param text empty when it was not shown
    record Reasoning(String text, @Nullable Signed signature, Extras extras) implements Part {}

    /// Thinking that nobody may see.
    record RedactedReasoning(Signed data, Extras extras) implements Part {}

    record Refusal(String text, Extras extras) implements Part {}

    /// The assistant asks for a tool to be run.
    ///
    /// @param arguments an object, unless the answer was cut inside of it
    record ToolCall(
            String id, String name, RawJson arguments, @Nullable Signed signature, Extras extras)
            implements Part {}

    /// What a tool said; only in a [Message] of the user.
    ///
    /// @param name the tool's, where the dialect says it
    record ToolResult(
            String callId, @Nullable String name, List<Part> content, boolean error, Extras extras)
            implements Part {}

    /// A part that only its dialect knows, such as the call of a tool that runs at the provider.
    ///
    /// @param type what it is in which dialect, such as `anthropic.content_block`: the same words
    ///   as in [dev.firsttoken.wire.event.StreamEvent.Unrecognized]
    record Opaque(String type, RawJson json) implements Part {
        @Override
        public Extras extras() {
            return Extras.NONE;
        }
    }

    /// An opaque text that its issuer wants back unchanged.
    ///
    /// @param issuer the dialect whose providers can read it
    record Signed(String issuer, String data) {}
}
