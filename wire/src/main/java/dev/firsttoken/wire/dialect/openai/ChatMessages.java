package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Extras.CacheMark;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the messages of a request.
final class ChatMessages {

    /// A content part that the model has no place for.
    static final String PART = "openai-chat.part";

    private ChatMessages() {}

    static Message read(JsonFields message) throws InvalidRequestException {
        String role = message.needString("role");
        return switch (role) {
            case "system" -> plain(Role.SYSTEM, message);
            case "developer" -> plain(Role.DEVELOPER, message);
            case "user" -> plain(Role.USER, message);
            case "assistant" -> assistant(message);
            case "tool", "function" -> tool(message);
            default ->
                    throw message.unexpected(
                            "role", role, "system, developer, user, assistant or tool");
        };
    }

    private static Message plain(Role role, JsonFields message) throws InvalidRequestException {
        List<Part> parts = content(message);
        String name = message.string("name");
        return new Message(role, parts, name, extras(message));
    }

    private static Message assistant(JsonFields message) throws InvalidRequestException {
        var parts = new ArrayList<Part>();
        String reasoning = message.string("reasoning_content");
        if (reasoning != null && !reasoning.isEmpty()) {
            parts.add(new Part.Reasoning(reasoning, null, Extras.NONE));
        }
        parts.addAll(content(message));
        String refusal = message.string("refusal");
        if (refusal != null) {
            parts.add(new Part.Refusal(refusal, Extras.NONE));
        }
        JsonFields audio = message.object("audio");
        if (audio != null) {
            parts.add(new Part.Audio(null, audio.needString("id"), null, Extras.NONE));
        }
        for (JsonFields call : message.objects("tool_calls")) {
            parts.add(call(call));
        }
        String name = message.string("name");
        return new Message(Role.ASSISTANT, List.copyOf(parts), name, extras(message));
    }

    private static Part call(JsonFields call) throws InvalidRequestException {
        String type = call.has("type") ? call.needString("type") : "function";
        JsonFields function = type.equals("function") ? call.object("function") : null;
        if (function == null) {
            return opaque(type, call);
        }
        String id = call.needString("id");
        String name = function.needString("name");
        String arguments = function.string("arguments");
        RawJson json =
                arguments == null || arguments.isBlank()
                        ? RawJson.EMPTY_OBJECT
                        : new RawJson(arguments);
        return new Part.ToolCall(id, name, json, null, extras(call));
    }

    private static Message tool(JsonFields message) throws InvalidRequestException {
        String id = message.string("tool_call_id");
        String name = message.string("name");
        var result =
                new Part.ToolResult(
                        id == null ? "" : id, name, content(message), false, Extras.NONE);
        return new Message(Role.USER, List.of(result), null, extras(message));
    }

    private static List<Part> content(JsonFields message) throws InvalidRequestException {
        if (message.isString("content")) {
            return List.of(new Part.Text(message.needString("content")));
        }
        var parts = new ArrayList<Part>();
        for (JsonFields part : message.objects("content")) {
            parts.add(part(part));
        }
        return List.copyOf(parts);
    }

    private static Part part(JsonFields part) throws InvalidRequestException {
        String type = part.needString("type");
        return switch (type) {
            case "text" -> {
                String text = part.needString("text");
                yield new Part.Text(text, List.of(), null, extras(part));
            }
            case "refusal" -> {
                String refusal = part.needString("refusal");
                yield new Part.Refusal(refusal, extras(part));
            }
            case "image_url" -> {
                JsonFields image = part.object("image_url");
                if (image == null) {
                    throw missing(part, "image_url");
                }
                Source source = Source.ofAddress(image.needString("url"));
                yield new Part.Image(source, image.string("detail"), extras(part));
            }
            case "input_audio" -> {
                JsonFields audio = part.object("input_audio");
                if (audio == null) {
                    throw missing(part, "input_audio");
                }
                String mediaType = "audio/" + audio.needString("format");
                Source source = new Source.Inline(mediaType, audio.needString("data"));
                yield new Part.Audio(source, null, null, extras(part));
            }
            case "file" -> {
                JsonFields file = part.object("file");
                if (file == null) {
                    throw missing(part, "file");
                }
                String data = file.string("file_data");
                Source source =
                        data == null
                                ? new Source.FileId("openai", file.needString("file_id"))
                                : Source.ofAddress(data);
                yield new Part.Document(source, file.string("filename"), extras(part));
            }
            default -> opaque(type, part);
        };
    }

    private static Part opaque(String type, JsonFields part) {
        Map<String, RawJson> whole = new LinkedHashMap<>();
        whole.put("type", RawJson.ofString(type));
        whole.putAll(part.rest());
        return new Part.Opaque(PART, RawJson.ofObject(whole));
    }

    private static InvalidRequestException missing(JsonFields part, String name) {
        return new InvalidRequestException("missing (expected: an object)", part.path(name));
    }

    private static Extras extras(JsonFields object) throws InvalidRequestException {
        CacheMark cache = cache(object);
        return Extras.of(ChatCodec.DIALECT, cache, object.rest());
    }

    private static @Nullable CacheMark cache(JsonFields part) throws InvalidRequestException {
        JsonFields mark = part.object("prompt_cache_breakpoint");
        return mark == null ? null : CacheMark.DEFAULT;
    }

    static void writeCall(Part.ToolCall call, JsonWriter out) {
        out.object().member("id", call.id()).member("type", "function").object("function");
        out.member("name", call.name()).member("arguments", call.arguments().text());
        out.endObject().endObject();
    }
}
