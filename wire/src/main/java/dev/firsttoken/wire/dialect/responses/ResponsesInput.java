package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonFields;
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

/// Reads the items of a request's input as messages.
///
/// An item is less than a turn: what the assistant thought, said and called one after the other is
/// one message, and so are the results of its calls.
final class ResponsesInput {

    private final List<Message> messages = new ArrayList<>();

    /// The turn that is being put together: the assistant's, or the results for it.
    private @Nullable Role turn;

    private List<Part> parts = new ArrayList<>();

    /// The fields of the turn's message item, null when it has none yet.
    private @Nullable Extras said;

    private ResponsesInput() {}

    static List<Message> read(List<JsonFields> items) throws InvalidRequestException {
        var input = new ResponsesInput();
        for (JsonFields item : items) {
            input.item(item);
        }
        input.endTurn();
        return input.messages;
    }

    /// What a message says if it can be the instructions of a request: a plain text of the system.
    static @Nullable String instructions(Message message) {
        if (message.role() == Role.SYSTEM
                && message.name() == null
                && message.extras().equals(Extras.NONE)
                && message.parts().size() == 1
                && message.parts().getFirst() instanceof Part.Text text
                && text.equals(new Part.Text(text.text()))) {
            return text.text();
        }
        return null;
    }

    private void item(JsonFields item) throws InvalidRequestException {
        String type = item.string("type");
        if (type == null && !item.has("role") && item.has("id")) {
            type = "item_reference";
        }
        switch (type) {
            case "message" -> message(item);
            case null -> message(item);
            case "item_reference" ->
                    throw item.unexpected(
                            "type",
                            "item_reference",
                            "the item itself, since no items are kept here");
            case "function_call" -> join(Role.ASSISTANT, call(item));
            case "function_call_output" -> join(Role.USER, result(item));
            case "reasoning" -> join(Role.ASSISTANT, reasoning(item));
            default -> {
                boolean result = type.endsWith("_output") || type.equals("mcp_approval_response");
                boolean ofProvider =
                        type.equals("tool_search_output") || type.equals("program_output");
                Part part = opaque(ResponsesWords.ITEM, type, item);
                join(result && !ofProvider ? Role.USER : Role.ASSISTANT, part);
            }
        }
    }

    private void message(JsonFields item) throws InvalidRequestException {
        String word = item.needString("role");
        Role role =
                switch (word) {
                    case "user" -> Role.USER;
                    case "assistant" -> Role.ASSISTANT;
                    case "system" -> Role.SYSTEM;
                    case "developer" -> Role.DEVELOPER;
                    default ->
                            throw item.unexpected(
                                    "role", word, "user, assistant, system or developer");
                };
        List<Part> content = content(item, "content");
        Extras extras = Extras.of(ResponsesWords.DIALECT, null, item.rest());
        if (role != Role.ASSISTANT) {
            endTurn();
            messages.add(new Message(role, content, null, extras));
            return;
        }
        if (turn != Role.ASSISTANT || said != null) {
            endTurn();
            turn = Role.ASSISTANT;
        }
        said = extras;
        parts.addAll(content);
    }

    private void join(Role role, Part part) {
        if (turn != role) {
            endTurn();
            turn = role;
        }
        parts.add(part);
    }

    private void endTurn() {
        Role role = turn;
        if (role != null) {
            Extras extras = said == null ? Extras.NONE : said;
            messages.add(new Message(role, List.copyOf(parts), null, extras));
        }
        turn = null;
        said = null;
        parts = new ArrayList<>();
    }

    private static Part call(JsonFields item) throws InvalidRequestException {
        String id = item.needString("call_id");
        String name = item.needString("name");
        String arguments = item.string("arguments");
        RawJson json =
                arguments == null || arguments.isBlank()
                        ? RawJson.EMPTY_OBJECT
                        : new RawJson(arguments);
        return new Part.ToolCall(id, name, json, null, extras(item));
    }

    private static Part result(JsonFields item) throws InvalidRequestException {
        String id = item.needString("call_id");
        List<Part> content = content(item, "output");
        return new Part.ToolResult(id, null, content, false, extras(item));
    }

    /// A reasoning item: its text is its own, or else its summary. One that holds neither, nor
    /// anything encrypted, means something to its provider only.
    private static Part reasoning(JsonFields item) throws InvalidRequestException {
        String id = item.string("id");
        String encrypted = item.string("encrypted_content");
        RawJson summary = item.raw("summary");
        RawJson content = item.raw("content");
        String own = texts(content, item.path("content"));
        String text = own.isEmpty() ? texts(summary, item.path("summary")) : own;
        String name = id == null ? "" : id;
        boolean signed = encrypted != null && !encrypted.isEmpty();
        if (text.isEmpty() && !signed) {
            var whole = new LinkedHashMap<String, RawJson>();
            whole.put("type", RawJson.ofString("reasoning"));
            whole.put("id", RawJson.ofString(name));
            whole.put("summary", summary == null ? new RawJson("[]") : summary);
            whole.putAll(item.rest());
            return new Part.Opaque(ResponsesWords.ITEM, RawJson.ofObject(whole));
        }
        if (!signed && id != null) {
            item.putBack("id", RawJson.ofString(id));
        }
        if (!own.isEmpty() && content != null) {
            item.putBack("content", content);
        }
        if (summary != null && !summary.text().equals("[]")) {
            item.putBack("summary", summary);
        }
        Part.Signed signature =
                signed ? ResponsesWords.signed(name, String.valueOf(encrypted)) : null;
        return new Part.Reasoning(text, signature, extras(item));
    }

    private static String texts(@Nullable RawJson parts, String path)
            throws InvalidRequestException {
        if (parts == null) {
            return "";
        }
        var texts = new ArrayList<String>();
        JsonFields wrapped = JsonFields.of(new RawJson("{\"a\":" + parts.text() + "}"), path);
        for (JsonFields part : wrapped.objects("a")) {
            texts.add(part.needString("text"));
        }
        return String.join("\n\n", texts);
    }

    private static List<Part> content(JsonFields owner, String name)
            throws InvalidRequestException {
        if (owner.isString(name)) {
            return List.of(new Part.Text(owner.needString(name)));
        }
        if (!owner.isArray(name)) {
            throw new InvalidRequestException(
                    "missing (expected: a text, or an array of parts)", owner.path(name));
        }
        var parts = new ArrayList<Part>();
        for (JsonFields part : owner.objects(name)) {
            parts.add(part(part));
        }
        return List.copyOf(parts);
    }

    private static Part part(JsonFields part) throws InvalidRequestException {
        String type = part.needString("type");
        return switch (type) {
            case "input_text", "output_text", "text" -> {
                String text = part.needString("text");
                // Of an earlier answer: no model is told them.
                part.raw("logprobs");
                yield new Part.Text(text, citations(part), null, extras(part));
            }
            case "refusal" -> {
                String refusal = part.needString("refusal");
                yield new Part.Refusal(refusal, extras(part));
            }
            case "input_image" -> {
                String url = part.string("image_url");
                String detail = part.string("detail");
                Source source =
                        url == null
                                ? new Source.FileId(
                                        ResponsesWords.FILES, part.needString("file_id"))
                                : Source.ofAddress(url);
                yield new Part.Image(source, detail, extras(part));
            }
            case "input_file" -> {
                String data = part.string("file_data");
                String url = data == null ? part.string("file_url") : data;
                Source source =
                        url == null
                                ? new Source.FileId(
                                        ResponsesWords.FILES, part.needString("file_id"))
                                : Source.ofAddress(url);
                String name = part.string("filename");
                yield new Part.Document(source, name, extras(part));
            }
            default -> opaque(ResponsesWords.PART, type, part);
        };
    }

    private static List<Citation> citations(JsonFields part) throws InvalidRequestException {
        var citations = new ArrayList<Citation>();
        for (JsonFields annotation : part.objects("annotations")) {
            try {
                citations.add(ResponsesAnnotations.read(annotation.restAsObject()));
            } catch (JsonException e) {
                throw new InvalidRequestException(
                        "is not JSON: " + e.getMessage(), annotation.path());
            }
        }
        return List.copyOf(citations);
    }

    private static Part opaque(String what, String type, JsonFields object) {
        Map<String, RawJson> whole = new LinkedHashMap<>();
        whole.put("type", RawJson.ofString(type));
        whole.putAll(object.rest());
        return new Part.Opaque(what, RawJson.ofObject(whole));
    }

    private static Extras extras(JsonFields object) throws InvalidRequestException {
        CacheMark cache =
                object.object("prompt_cache_breakpoint") == null ? null : CacheMark.DEFAULT;
        return Extras.of(ResponsesWords.DIALECT, cache, object.rest());
    }
}
