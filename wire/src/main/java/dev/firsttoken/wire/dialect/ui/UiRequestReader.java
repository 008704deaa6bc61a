package dev.firsttoken.wire.dialect.ui;

import dev.firsttoken.wire.dialect.PageTools;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Source;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what the default transport of `useChat` sends: `{"id","messages":[{"id","role","parts"}],
/// "trigger"}`, and what the page adds: `model`, `store` and the `tools` that it runs.
///
/// A message of the assistant holds a tool's call and its result in one part; here the result is
/// said by the user, in the message behind it.
final class UiRequestReader {

    /// What a part was signed with, in the metadata of the dialect that did.
    static final String SIGNATURE = "signature";

    /// All there is of reasoning that nobody may see.
    static final String REDACTED = "redactedData";

    private static final String STEP = "step-start";
    private static final String STATIC_TOOL = "tool-";
    private static final String DYNAMIC_TOOL = "dynamic-tool";

    private UiRequestReader() {}

    static Request read(byte[] bytes) throws InvalidRequestException {
        JsonFields body = JsonFields.ofBody(bytes);
        if (!body.isArray("messages")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        var messages = new ArrayList<Message>();
        for (JsonFields message : body.objects("messages")) {
            read(message, messages);
        }
        String model = body.string("model");
        List<Tool> tools = PageTools.read(body);
        var parameters = new Parameters();
        parameters.store = body.bool("store");
        String conversation = body.string("id");
        for (String ours : new String[] {"trigger", "messageId"}) {
            body.raw(ours);
        }
        var rest = new LinkedHashMap<>(body.rest());
        if (conversation != null) {
            rest.put(UiCodec.CONVERSATION, RawJson.ofString(conversation));
        }
        return new Request(
                model,
                true,
                true,
                List.copyOf(messages),
                tools,
                null,
                null,
                parameters,
                Extras.of(UiCodec.DIALECT, null, rest));
    }

    private static void read(JsonFields message, List<Message> messages)
            throws InvalidRequestException {
        String word = message.needString("role");
        Role role =
                switch (word) {
                    case "system" -> Role.SYSTEM;
                    case "user" -> Role.USER;
                    case "assistant" -> Role.ASSISTANT;
                    default -> throw message.unexpected("role", word, "system, user or assistant");
                };
        if (!message.isArray("parts")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of parts)", message.path("parts"));
        }
        var parts = new ArrayList<Part>();
        var results = new ArrayList<Part>();
        for (JsonFields part : message.objects("parts")) {
            String type = part.needString("type");
            if (type.equals(STEP)) {
                // The model has read the results before it said what follows.
                if (!results.isEmpty()) {
                    flush(role, parts, results, messages);
                }
            } else {
                part(type, part, parts, results);
            }
        }
        flush(role, parts, results, messages);
    }

    private static void flush(
            Role role, List<Part> parts, List<Part> results, List<Message> messages) {
        if (!parts.isEmpty()) {
            messages.add(new Message(role, List.copyOf(parts), null, Extras.NONE));
        }
        if (!results.isEmpty()) {
            messages.add(new Message(Role.USER, List.copyOf(results), null, Extras.NONE));
        }
        parts.clear();
        results.clear();
    }

    private static void part(String type, JsonFields part, List<Part> parts, List<Part> results)
            throws InvalidRequestException {
        switch (type) {
            case "text" -> {
                Part.Signed signed = signed(part.raw("providerMetadata"), part, SIGNATURE);
                parts.add(new Part.Text(part.needString("text"), List.of(), signed, Extras.NONE));
            }
            case "reasoning" -> reasoning(part, parts);
            case "file" -> {
                String mediaType = part.needString("mediaType");
                Source source = Source.ofAddress(part.needString("url"));
                parts.add(
                        mediaType.startsWith("image/")
                                ? new Part.Image(source, null, Extras.NONE)
                                : new Part.Document(source, part.string("filename"), Extras.NONE));
            }
            default -> {
                boolean dynamic = type.equals(DYNAMIC_TOOL);
                if (dynamic || type.startsWith(STATIC_TOOL)) {
                    String name =
                            dynamic
                                    ? part.needString("toolName")
                                    : type.substring(STATIC_TOOL.length());
                    tool(name, part, parts, results);
                }
                // What is left are sources and data of the page: no model has said them.
            }
        }
    }

    private static void reasoning(JsonFields part, List<Part> parts)
            throws InvalidRequestException {
        RawJson metadata = part.raw("providerMetadata");
        Part.Signed redacted = signed(metadata, part, REDACTED);
        if (redacted != null) {
            parts.add(new Part.RedactedReasoning(redacted, Extras.NONE));
        } else {
            Part.Signed signature = signed(metadata, part, SIGNATURE);
            parts.add(new Part.Reasoning(part.needString("text"), signature, Extras.NONE));
        }
    }

    /// What a part was signed with, by whoever signed it first.
    private static Part.@Nullable Signed signed(
            @Nullable RawJson metadata, JsonFields part, String member)
            throws InvalidRequestException {
        if (metadata == null) {
            return null;
        }
        String path = part.path("providerMetadata");
        for (var entry : JsonFields.of(metadata, path).rest().entrySet()) {
            if (entry.getValue().isObject()) {
                String data = JsonFields.of(entry.getValue(), path).string(member);
                if (data != null) {
                    return new Part.Signed(entry.getKey(), data);
                }
            }
        }
        return null;
    }

    /// A call without a result yet is a call all the same, unless its arguments never came.
    private static void tool(String name, JsonFields part, List<Part> parts, List<Part> results)
            throws InvalidRequestException {
        String id = part.needString("toolCallId");
        String state = part.string("state");
        RawJson input = part.raw("input");
        if (input == null || !input.isObject()) {
            return;
        }
        Part.Signed signed = signed(part.raw("callProviderMetadata"), part, SIGNATURE);
        parts.add(new Part.ToolCall(id, name, input, signed, Extras.NONE));
        RawJson output = part.raw("output");
        String error = part.string("errorText");
        if ("output-available".equals(state) && output != null) {
            String text = output.isString() ? output.string() : output.text();
            results.add(result(id, name, text, false));
        } else if ("output-error".equals(state)) {
            results.add(result(id, name, error == null ? "" : error, true));
        }
    }

    private static Part result(String id, String name, String text, boolean error) {
        return new Part.ToolResult(id, name, List.of(new Part.Text(text)), error, Extras.NONE);
    }
}
