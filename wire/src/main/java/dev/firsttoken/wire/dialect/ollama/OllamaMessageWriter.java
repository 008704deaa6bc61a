package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the messages of a request. A message has one text here, and pictures beside it.
final class OllamaMessageWriter {

    private final JsonWriter json;
    private final Losses losses;

    /// Whether the messages come from a client of this dialect.
    private final boolean ours;

    /// The names of the tools by the ids of their calls.
    private final Map<String, String> names = new HashMap<>();

    OllamaMessageWriter(JsonWriter json, Losses losses, boolean ours) {
        this.json = json;
        this.losses = losses;
        this.ours = ours;
    }

    /// Writes one message, or several: each result of a tool is a message of its own here, and
    /// comes first.
    void write(Message message, String path) {
        losses.dropped(path + ".name", message.name());
        var others = new ArrayList<Part>();
        boolean results = false;
        List<Part> parts = message.parts();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.ToolResult result) {
                results = true;
                result(result, message, path + ".parts[" + i + "]");
            } else {
                others.add(parts.get(i));
            }
        }
        if (!others.isEmpty() || !results) {
            said(message, others, path);
        }
    }

    private void result(Part.ToolResult result, Message message, String path) {
        String name = result.name() == null ? names.get(result.callId()) : result.name();
        var text = new StringBuilder();
        var images = new ArrayList<String>();
        if (result.error()) {
            losses.add(path + ".is_error", "has no form in ollama; the text begins with 'Error: '");
            text.append("Error: ");
        }
        for (int i = 0; i < result.content().size(); i++) {
            Part part = result.content().get(i);
            if (part instanceof Part.Text said) {
                text.append(said.text());
            } else {
                image(part, path + ".content[" + i + "]", images);
            }
        }
        json.object().member("role", "tool").member("content", text.toString());
        json.member("tool_name", name);
        if (hasId(result.callId())) {
            json.member("tool_call_id", result.callId());
        }
        images(images);
        losses.droppedCache(path, result.extras());
        losses.writeFields(path, result.extras(), json);
        if (message.parts().size() == 1) {
            losses.writeFields(path, message.extras(), json);
        }
        json.endObject();
    }

    /// Older servers refuse an id, and match by names and order.
    private boolean hasId(String id) {
        return ours && !id.isEmpty() && !id.startsWith(OllamaWords.UNNAMED_CALL);
    }

    private void said(Message message, List<Part> parts, String path) {
        String role =
                switch (message.role()) {
                    case SYSTEM, DEVELOPER -> "system";
                    case USER -> "user";
                    case ASSISTANT -> "assistant";
                };
        var text = new StringBuilder();
        var thinking = new StringBuilder();
        var images = new ArrayList<String>();
        var calls = new ArrayList<Part.ToolCall>();
        for (int i = 0; i < parts.size(); i++) {
            String at = path + ".content[" + i + "]";
            switch (parts.get(i)) {
                case Part.Text said -> {
                    if (!said.citations().isEmpty()) {
                        losses.dropped(at + ".citations", said.citations());
                    }
                    losses.dropped(at + ".signature", said.signature());
                    text(said.text(), text);
                    rest(said, at);
                }
                case Part.Refusal said -> text(said.text(), text);
                case Part.Reasoning thought -> {
                    losses.dropped(at + ".signature", thought.signature());
                    thinking.append(thought.text());
                }
                case Part.ToolCall call -> {
                    losses.dropped(at + ".signature", call.signature());
                    call(call, at, calls);
                }
                case Part.Document document
                        when document.source() instanceof Source.PlainText(String words) -> {
                    losses.add(at, "a document of plain text is sent as text");
                    text(words, text);
                }
                case Part.Image image -> {
                    image(image, at, images);
                    rest(image, at);
                }
                case Part.Document _,
                        Part.RedactedReasoning _,
                        Part.Audio _,
                        Part.Video _,
                        Part.ToolResult _ ->
                        losses.dropped(at, parts.get(i));
                case Part.Opaque opaque ->
                        losses.add(at, "'" + opaque.type() + "' has no form in ollama; left out");
            }
        }
        json.object().member("role", role).member("content", text.toString());
        if (!thinking.isEmpty()) {
            json.member("thinking", thinking.toString());
        }
        images(images);
        calls(calls);
        losses.writeFields(path, message.extras(), json);
        json.endObject();
    }

    /// Texts of one message are paragraphs of one.
    private static void text(String more, StringBuilder text) {
        text.append(text.isEmpty() || more.isEmpty() ? "" : "\n\n").append(more);
    }

    private void rest(Part part, String path) {
        losses.droppedCache(path, part.extras());
        losses.writeFields(path, part.extras(), json);
    }

    private void call(Part.ToolCall call, String path, List<Part.ToolCall> calls) {
        names.put(call.id(), call.name());
        if (call.arguments().isWholeObject()) {
            calls.add(call);
        } else {
            losses.add(path, "its arguments are not a JSON object; the call is left out");
        }
    }

    private void calls(List<Part.ToolCall> calls) {
        if (calls.isEmpty()) {
            return;
        }
        json.array("tool_calls");
        for (Part.ToolCall call : calls) {
            json.object();
            if (hasId(call.id())) {
                json.member("id", call.id());
            }
            json.object("function").member("name", call.name());
            json.member("arguments", call.arguments().inOneLine()).endObject().endObject();
        }
        json.endArray();
    }

    private void image(Part part, String path, List<String> images) {
        if (part instanceof Part.Image image) {
            losses.dropped(path + ".detail", image.detail());
            if (image.source() instanceof Source.Inline(_, String data)) {
                images.add(data);
            } else {
                losses.add(path, "a picture is its bytes in ollama; left out");
            }
        } else {
            losses.dropped(path, part);
        }
    }

    private void images(List<String> images) {
        if (!images.isEmpty()) {
            json.array("images");
            images.forEach(json::string);
            json.endArray();
        }
    }
}
