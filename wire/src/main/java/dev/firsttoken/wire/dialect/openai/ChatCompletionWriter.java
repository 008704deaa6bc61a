package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.AnswerAssembler;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.List;

/// The answer to a chat request that did not ask for a stream: one `chat.completion` object.
public final class ChatCompletionWriter {

    private ChatCompletionWriter() {}

    /// Writes the object.
    ///
    /// @param events a whole stream: every choice with its [StreamEvent.Finish], and no
    ///   [StreamEvent.Failed]
    /// @throws IllegalArgumentException if the stream failed or a choice did not end, since this
    ///   object has no way to say so
    public static void write(
            String id,
            String model,
            long createdSeconds,
            List<StreamEvent> events,
            Utf8Buffer out) {
        var assembler = new AnswerAssembler();
        events.forEach(assembler);
        Failure failure = assembler.failure();
        if (failure != null) {
            throw new IllegalArgumentException(
                    "events: failed with " + failure.kind() + " (expected: a complete answer)");
        }
        try {
            write(id, model, createdSeconds, assembler.answer(), out);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static void write(String id, String model, long createdSeconds, Answer answer, Utf8Buffer out) {
        out.raw("{\"id\":").jsonString(id);
        out.raw(",\"object\":\"chat.completion\",\"created\":").number(createdSeconds);
        out.raw(",\"model\":").jsonString(model).raw(",\"choices\":[");
        String separator = "";
        for (Answer.Choice choice : answer.choices()) {
            out.raw(separator).raw("{\"index\":").number(choice.index()).raw(",\"message\":");
            message(choice, out);
            out.raw(",\"logprobs\":");
            ChatStreamWriter.writeLogProbs(choice.logProbs(), choice.refusalLogProbs(), out);
            out.raw(",\"finish_reason\":\"");
            out.raw(ChatStreamWriter.word(choice.finish().reason())).raw("\"}");
            separator = ",";
        }
        out.raw("]");
        Usage total = answer.usage();
        if (total != null) {
            out.raw(",\"usage\":");
            ChatStreamWriter.writeUsage(total, out);
        }
        ChatStreamWriter.writeMetadata(answer.metadata(), out);
        out.raw("}");
    }

    private static void message(Answer.Choice choice, Utf8Buffer out) {
        var text = new StringBuilder();
        var reasoning = new StringBuilder();
        var refusal = new StringBuilder();
        var calls = new ArrayList<Part.ToolCall>();
        var annotations = new ArrayList<RawJson>();
        var images = new ArrayList<Source.Inline>();
        Part.Audio audio = null;
        for (Part part : choice.parts()) {
            switch (part) {
                case Part.Text said -> {
                    text.append(said.text());
                    for (Citation citation : said.citations()) {
                        RawJson annotation = ChatAnnotations.write(citation);
                        if (annotation != null) {
                            annotations.add(annotation);
                        }
                    }
                }
                case Part.Reasoning thought -> reasoning.append(thought.text());
                case Part.Refusal refused -> refusal.append(refused.text());
                case Part.ToolCall call -> calls.add(call);
                case Part.Audio spoken -> audio = spoken;
                case Part.Image image -> {
                    if (image.source() instanceof Source.Inline inline) {
                        images.add(inline);
                    }
                }
                case Part.RedactedReasoning _,
                        Part.Opaque _,
                        Part.Video _,
                        Part.Document _,
                        Part.ToolResult _ -> {
                    // No form here.
                }
            }
        }
        boolean onlyOthers =
                text.isEmpty() && !(calls.isEmpty() && refusal.isEmpty() && audio == null);
        JsonWriter json = new JsonWriter(out).object().member("role", "assistant");
        stringOrNull("content", onlyOthers ? null : text, json);
        if (!reasoning.isEmpty()) {
            json.member("reasoning_content", reasoning.toString());
        }
        stringOrNull("refusal", refusal.isEmpty() ? null : refusal, json);
        if (!annotations.isEmpty()) {
            json.array("annotations");
            annotations.forEach(json::raw);
            json.endArray();
        }
        if (audio != null) {
            json.object("audio").member("id", audio.id() == null ? "" : audio.id());
            json.member("data", audio.source() instanceof Source.Inline in ? in.data() : "");
            json.member("transcript", audio.transcript() == null ? "" : audio.transcript());
            json.endObject();
        }
        if (!images.isEmpty()) {
            json.array("images");
            for (Source.Inline image : images) {
                json.object().member("type", "image_url").object("image_url");
                json.member("url", "data:" + image.mediaType() + ";base64," + image.data());
                json.endObject().endObject();
            }
            json.endArray();
        }
        if (!calls.isEmpty()) {
            json.array("tool_calls");
            calls.forEach(call -> ChatMessages.writeCall(call, json));
            json.endArray();
        }
        json.endObject();
    }

    private static void stringOrNull(
            String name, @org.jspecify.annotations.Nullable StringBuilder text, JsonWriter json) {
        if (text == null) {
            json.name(name).nothing();
        } else {
            json.member(name, text.toString());
        }
    }
}
