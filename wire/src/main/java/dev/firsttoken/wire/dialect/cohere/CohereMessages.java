package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.List;

/// Writes the messages of a request. What a tool says is a message of its own.
final class CohereMessages {

    private final JsonWriter json;
    private final Losses losses;

    CohereMessages(JsonWriter json, Losses losses) {
        this.json = json;
        this.losses = losses;
    }

    /// Writes one message, or several: results of tools come first.
    void write(Message message, String path) {
        losses.dropped(path + ".name", message.name());
        losses.droppedFields(path, message.extras());
        var others = new ArrayList<Part>();
        List<Part> parts = message.parts();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.ToolResult result) {
                result(result, path + ".content[" + i + "]");
            } else {
                others.add(parts.get(i));
            }
        }
        if (others.size() == parts.size() || !others.isEmpty()) {
            said(message.role(), others, path);
        }
    }

    private void result(Part.ToolResult result, String path) {
        var text = new StringBuilder();
        if (result.error()) {
            losses.add(path + ".is_error", "has no form in cohere; the text begins with 'Error: '");
            text.append("Error: ");
        }
        for (int i = 0; i < result.content().size(); i++) {
            if (result.content().get(i) instanceof Part.Text said) {
                text.append(said.text());
            } else {
                losses.dropped(path + ".content[" + i + "]", "part");
            }
        }
        losses.droppedFields(path, result.extras());
        losses.droppedCache(path, result.extras());
        json.object().member("role", "tool").member("tool_call_id", result.callId());
        json.member("content", text.toString()).endObject();
    }

    private void said(Message.Role role, List<Part> parts, String path) {
        json.object();
        json.member(
                "role",
                switch (role) {
                    case SYSTEM, DEVELOPER -> "system";
                    case USER -> "user";
                    case ASSISTANT -> "assistant";
                });
        var calls = new ArrayList<Part.ToolCall>();
        json.array("content");
        for (int i = 0; i < parts.size(); i++) {
            String at = path + ".content[" + i + "]";
            if (parts.get(i) instanceof Part.ToolCall call) {
                calls.add(call);
            } else {
                part(parts.get(i), at);
            }
            losses.droppedCache(at, parts.get(i).extras());
            losses.droppedFields(at, parts.get(i).extras());
        }
        json.endArray();
        if (!calls.isEmpty()) {
            json.array("tool_calls");
            for (Part.ToolCall call : calls) {
                losses.dropped(path + ".tool_calls.signature", call.signature());
                json.object().member("id", call.id()).member("type", "function");
                json.object("function").member("name", call.name());
                json.member("arguments", call.arguments().text()).endObject().endObject();
            }
            json.endArray();
        }
        json.endObject();
    }

    private void part(Part part, String path) {
        switch (part) {
            case Part.Text text -> {
                losses.dropped(path + ".signature", text.signature());
                if (!text.citations().isEmpty()) {
                    losses.dropped(path + ".citations", text.citations());
                }
                text(text.text());
            }
            case Part.Refusal refusal -> text(refusal.text());
            case Part.Document document
                    when document.source() instanceof Source.PlainText(String words) -> {
                losses.add(path, "a document of plain text is sent as text");
                text(words);
            }
            case Part.Image image -> image(image, path);
            case Part.Reasoning reasoning -> {
                losses.dropped(path + ".signature", reasoning.signature());
                json.object().member("type", "thinking");
                json.member("thinking", reasoning.text()).endObject();
            }
            case Part.Opaque opaque ->
                    losses.add(path, "'" + opaque.type() + "' has no form in cohere; left out");
            case Part.Document _,
                    Part.RedactedReasoning _,
                    Part.Audio _,
                    Part.Video _,
                    Part.ToolCall _,
                    Part.ToolResult _ ->
                    losses.dropped(path, part);
        }
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            json.object().member("type", "text").member("text", text).endObject();
        }
    }

    private void image(Part.Image image, String path) {
        String url =
                switch (image.source()) {
                    case Source.Inline inline -> inline.address();
                    case Source.Url(String address) -> address;
                    case Source.FileId _, Source.PlainText _ -> null;
                };
        if (url == null) {
            losses.dropped(path, image);
            return;
        }
        json.object().member("type", "image_url").object("image_url").member("url", url);
        json.member("detail", image.detail()).endObject().endObject();
    }
}
