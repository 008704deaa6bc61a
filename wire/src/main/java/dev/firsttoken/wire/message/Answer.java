package dev.firsttoken.wire.message;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A whole answer: what a stream says, folded. [AnswerAssembler] makes one of events, [#events]
/// makes events of one.
///
/// @param id empty when the provider gave none
/// @param createdSeconds Unix time, 0 when the provider did not say
/// @param choices in the order of their index
/// @param metadata see [Metadata]
public record Answer(
        String id,
        String model,
        long createdSeconds,
        List<Choice> choices,
        @Nullable Usage usage,
        Map<String, String> metadata) {

    /// @param logProbs of the text, an array; see [LogProbs]
    /// @param refusalLogProbs of the refusal
    public record Choice(
            int index,
            List<Part> parts,
            @Nullable String logProbs,
            @Nullable String refusalLogProbs,
            Finish finish) {}

    /// Tells the answer as a stream would that does not cut its texts.
    public void events(Consumer<StreamEvent> events) {
        events.accept(new Started(id, model, createdSeconds));
        metadata.forEach((name, value) -> events.accept(new Metadata(name, value)));
        for (Choice choice : choices) {
            int index = choice.index();
            int calls = 0;
            if (choice.logProbs != null) {
                events.accept(new LogProbs(index, false, choice.logProbs));
            }
            if (choice.refusalLogProbs != null) {
                events.accept(new LogProbs(index, true, choice.refusalLogProbs));
            }
            for (Part part : choice.parts()) {
                tell(index, calls, part, events);
                calls += part instanceof Part.ToolCall ? 1 : 0;
            }
            events.accept(choice.finish());
        }
        if (usage != null) {
            events.accept(usage);
        }
    }

    private static void tell(int choice, int calls, Part part, Consumer<StreamEvent> events) {
        switch (part) {
            case Part.Text text -> {
                if (!text.text().isEmpty()) {
                    events.accept(new TextDelta(choice, text.text()));
                }
                text.citations().forEach(c -> events.accept(new Cited(choice, c)));
                sign(choice, SignatureOf.TEXT, text.signature(), events);
                events.accept(new BlockStop(choice));
            }
            case Part.Reasoning reasoning -> {
                if (!reasoning.text().isEmpty()) {
                    events.accept(new ReasoningDelta(choice, reasoning.text()));
                }
                sign(choice, SignatureOf.REASONING, reasoning.signature(), events);
                events.accept(new BlockStop(choice));
            }
            case Part.RedactedReasoning redacted -> {
                sign(choice, SignatureOf.REDACTED, redacted.data(), events);
                events.accept(new BlockStop(choice));
            }
            case Part.Refusal refusal -> {
                if (!refusal.text().isEmpty()) {
                    events.accept(new RefusalDelta(choice, refusal.text()));
                }
                events.accept(new BlockStop(choice));
            }
            case Part.ToolCall call -> {
                String arguments = call.arguments().text();
                events.accept(new ToolCallDelta(choice, calls, call.id(), call.name(), arguments));
                sign(choice, SignatureOf.TOOL_CALL, call.signature(), events);
                events.accept(new BlockStop(choice));
            }
            case Part.Audio audio -> {
                String data = audio.source() instanceof Source.Inline in ? in.data() : "";
                String transcript = audio.transcript() == null ? "" : audio.transcript();
                events.accept(new AudioDelta(choice, audio.id(), data, transcript));
            }
            case Part.Image image -> {
                if (image.source() instanceof Source.Inline(String mediaType, String data)) {
                    events.accept(new StreamEvent.Image(choice, mediaType, data));
                }
            }
            case Part.Opaque(String type, var json) ->
                    events.accept(new Unrecognized(type, json.text()));
            case Part.Video _, Part.Document _, Part.ToolResult _ -> {
                // Only in requests: no model answers with one.
            }
        }
    }

    private static void sign(
            int choice,
            SignatureOf of,
            Part.@Nullable Signed signed,
            Consumer<StreamEvent> events) {
        if (signed != null) {
            events.accept(new Signature(choice, of, signed.issuer(), signed.data()));
        }
    }
}
