package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a whole answer, and the pieces of it that a stream has too.
final class OllamaAnswerWriter {

    private OllamaAnswerWriter() {}

    static void write(AnswerHead head, Answer answer, Utf8Buffer out) {
        var text = new StringBuilder();
        var thinking = new StringBuilder();
        var calls = new ArrayList<Part.ToolCall>();
        Finish finish = new Finish(0, Reason.OTHER);
        if (!answer.choices().isEmpty()) {
            Answer.Choice first = answer.choices().getFirst();
            finish = first.finish();
            for (Part part : first.parts()) {
                switch (part) {
                    case Part.Text said -> text.append(said.text());
                    case Part.Refusal said -> text.append(said.text());
                    case Part.Reasoning thought -> thinking.append(thought.text());
                    case Part.ToolCall call -> calls.add(call);
                    case Part.RedactedReasoning _,
                            Part.Image _,
                            Part.Audio _,
                            Part.Video _,
                            Part.Document _,
                            Part.ToolResult _,
                            Part.Opaque _ -> {
                        // No form here.
                    }
                }
            }
        }
        JsonWriter json = new JsonWriter(out).object();
        writeHead(head, json);
        json.object("message").member("role", "assistant").member("content", text.toString());
        if (!thinking.isEmpty()) {
            json.member("thinking", thinking.toString());
        }
        writeCalls(calls, json);
        json.endObject();
        writeEnd(finish, answer.metadata(), answer.usage(), json);
        json.endObject();
    }

    static void writeHead(AnswerHead head, JsonWriter out) {
        out.member("model", head.model());
        out.member("created_at", Instant.ofEpochSecond(head.createdSeconds()).toString());
    }

    /// Writes the calls whose arguments are whole: the others were cut with the answer.
    static void writeCalls(List<Part.ToolCall> calls, JsonWriter out) {
        if (calls.isEmpty()) {
            return;
        }
        out.array("tool_calls");
        for (Part.ToolCall call : calls) {
            if (call.arguments().isWholeObject()) {
                out.object();
                if (!call.id().isEmpty() && !call.id().startsWith(OllamaWords.UNNAMED_CALL)) {
                    out.member("id", call.id());
                }
                out.object("function").member("name", call.name());
                out.member("arguments", call.arguments().inOneLine()).endObject().endObject();
            }
        }
        out.endArray();
    }

    /// Writes why the answer ended, how long it took and what was counted.
    static void writeEnd(
            Finish finish, Map<String, String> metadata, @Nullable Usage usage, JsonWriter out) {
        out.name("done").bool(true).member("done_reason", OllamaWords.doneReason(finish));
        durations(metadata.get(OllamaWords.DURATIONS), out);
        if (usage != null) {
            out.member("prompt_eval_count", usage.inputTokens());
            out.member("eval_count", usage.outputTokens());
        }
    }

    /// Clients read how long it took without asking whether it is there: what nobody measured is 0.
    private static void durations(@Nullable String object, JsonWriter out) {
        if (object == null) {
            out.name("total_duration").number(0);
            return;
        }
        JsonCursor json = new RawJson(object).cursor();
        try {
            json.enterObject();
            while (json.nextField()) {
                String name = json.field();
                out.name(name).raw(json.raw());
            }
        } catch (JsonException e) {
            throw new IllegalArgumentException(OllamaWords.DURATIONS + ": not an object", e);
        }
    }
}
