package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.List;

/// Writes the messages of a request.
final class ChatMessageWriter {

    private final JsonWriter json;
    private final Losses losses;

    ChatMessageWriter(JsonWriter json, Losses losses) {
        this.json = json;
        this.losses = losses;
    }

    /// Writes one message, or several: each result of a tool is a message of its own here, and
    /// comes first.
    void write(Message message, String path) {
        switch (message.role()) {
            case ASSISTANT -> assistant(message, path);
            case SYSTEM -> said("system", message, message.parts(), path);
            case DEVELOPER -> said("developer", message, message.parts(), path);
            case USER -> user(message, path);
        }
    }

    private void user(Message message, String path) {
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
            said("user", message, others, path);
        }
    }

    private void result(Part.ToolResult result, Message message, String path) {
        json.object().member("role", "tool").member("tool_call_id", result.callId());
        json.member("name", result.name());
        var texts = new ArrayList<Part>();
        for (int i = 0; i < result.content().size(); i++) {
            Part part = result.content().get(i);
            if (part instanceof Part.Text) {
                texts.add(part);
            } else {
                losses.add(path + ".content[" + i + "]", "a tool says only text here; left out");
            }
        }
        if (result.error()) {
            losses.add(path + ".is_error", "has no form here; the text begins with 'Error: '");
            texts.addFirst(new Part.Text("Error: "));
        }
        content(texts, path);
        losses.droppedCache(path, result.extras());
        losses.writeFields(path, result.extras(), json);
        if (message.parts().size() == 1) {
            losses.writeFields(path, message.extras(), json);
        }
        json.endObject();
    }

    private void said(String role, Message message, List<Part> parts, String path) {
        json.object().member("role", role);
        content(parts, path);
        json.member("name", message.name());
        end(message.extras(), path);
    }

    private void assistant(Message message, String path) {
        json.object().member("role", "assistant");
        var content = new ArrayList<Part>();
        var calls = new ArrayList<Part>();
        var reasoning = new StringBuilder();
        List<Part> parts = message.parts();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String at = path + ".parts[" + i + "]";
            switch (part) {
                case Part.ToolCall _ -> calls.add(part);
                case Part.Reasoning thought -> {
                    reasoning.append(thought.text());
                    if (thought.signature() != null) {
                        losses.dropped(at + ".signature", thought.signature());
                    }
                }
                case Part.RedactedReasoning _ -> losses.dropped(at, part);
                case Part.Audio audio when audio.id() != null ->
                        json.object("audio").member("id", audio.id()).endObject();
                case Part.Opaque opaque when isCall(opaque) -> calls.add(part);
                case Part.Text _,
                        Part.Refusal _,
                        Part.Image _,
                        Part.Audio _,
                        Part.Video _,
                        Part.Document _,
                        Part.ToolResult _,
                        Part.Opaque _ ->
                        content.add(part);
            }
        }
        if (content.isEmpty()) {
            json.name("content").nothing();
        } else {
            content(content, path);
        }
        if (!reasoning.isEmpty()) {
            json.member("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            json.array("tool_calls");
            for (Part call : calls) {
                call(call, path);
            }
            json.endArray();
        }
        json.member("name", message.name());
        end(message.extras(), path);
    }

    /// A call of a tool that is no function has no content of its own name.
    private static boolean isCall(Part.Opaque opaque) {
        return opaque.type().equals(ChatMessages.PART) && opaque.json().text().contains("\"id\"");
    }

    private void call(Part part, String path) {
        switch (part) {
            case Part.ToolCall call -> {
                losses.dropped(path + ".signature", call.signature());
                json.object().member("id", call.id()).member("type", "function");
                json.object("function").member("name", call.name());
                json.member("arguments", call.arguments().text()).endObject();
                end(call.extras(), path);
            }
            case Part.Opaque opaque -> json.raw(opaque.json());
            default -> throw new IllegalArgumentException("part: not a call");
        }
    }

    /// Writes the content: as a text where it is one, since many servers know nothing else.
    private void content(List<Part> parts, String path) {
        boolean plain = true;
        for (Part part : parts) {
            plain &=
                    part instanceof Part.Text text
                            && text.extras().equals(Extras.NONE)
                            && text.citations().isEmpty();
        }
        if (plain && parts.size() <= 1) {
            json.member("content", parts.isEmpty() ? "" : ((Part.Text) parts.getFirst()).text());
            return;
        }
        json.array("content");
        for (int i = 0; i < parts.size(); i++) {
            part(parts.get(i), path + ".content[" + i + "]");
        }
        json.endArray();
    }

    private void part(Part part, String path) {
        switch (part) {
            case Part.Text text -> {
                json.object().member("type", "text").member("text", text.text());
                if (!text.citations().isEmpty()) {
                    losses.dropped(path + ".citations", text.citations());
                }
                end(text.extras(), path);
            }
            case Part.Refusal(String text, Extras extras) -> {
                json.object().member("type", "refusal").member("refusal", text);
                end(extras, path);
            }
            case Part.Image image -> image(image, path);
            case Part.Audio audio -> audio(audio, path);
            case Part.Document document -> document(document, path);
            case Part.Opaque(String type, RawJson opaque) -> {
                if (type.equals(ChatMessages.PART)) {
                    json.raw(opaque);
                } else {
                    losses.add(path, "'" + type + "' has no form here and is left out");
                }
            }
            case Part.Video _,
                    Part.Reasoning _,
                    Part.RedactedReasoning _,
                    Part.ToolCall _,
                    Part.ToolResult _ ->
                    losses.dropped(path, part);
        }
    }

    private void image(Part.Image image, String path) {
        String url =
                switch (image.source()) {
                    case Source.Url(String address) -> address;
                    case Source.Inline inline -> inline.address();
                    case Source.FileId _, Source.PlainText _ -> null;
                };
        if (url == null) {
            losses.add(path, "a picture is an address or its bytes here; left out");
            return;
        }
        json.object().member("type", "image_url").object("image_url").member("url", url);
        json.member("detail", image.detail()).endObject();
        end(image.extras(), path);
    }

    private void audio(Part.Audio audio, String path) {
        if (!(audio.source() instanceof Source.Inline(String mediaType, String data))) {
            losses.dropped(path, audio);
            return;
        }
        json.object().member("type", "input_audio").object("input_audio");
        json.member("data", data);
        json.member("format", mediaType.substring(mediaType.indexOf('/') + 1)).endObject();
        end(audio.extras(), path);
    }

    private void document(Part.Document document, String path) {
        switch (document.source()) {
            case Source.Inline inline -> {
                json.object().member("type", "file").object("file");
                json.member("filename", document.name() == null ? "document" : document.name());
                json.member("file_data", inline.address()).endObject();
                end(document.extras(), path);
            }
            case Source.FileId(String dialect, String id) -> {
                if (!dialect.equals("openai")) {
                    losses.add(path, "a file at " + dialect + " means nothing here; left out");
                    return;
                }
                json.object().member("type", "file").object("file").member("file_id", id);
                json.endObject();
                end(document.extras(), path);
            }
            case Source.PlainText(String text) -> {
                losses.add(path, "a document of plain text is sent as text");
                json.object().member("type", "text").member("text", text);
                end(document.extras(), path);
            }
            case Source.Url _ ->
                    losses.add(path, "a document by address has no form here; left out");
        }
    }

    private void end(Extras extras, String path) {
        if (extras.cache() != null) {
            if (extras.dialect().equals(ChatCodec.DIALECT)) {
                json.object("prompt_cache_breakpoint").member("mode", "explicit").endObject();
            } else {
                losses.droppedCache(path, extras);
            }
        }
        losses.writeFields(path, extras, json);
        json.endObject();
    }
}
