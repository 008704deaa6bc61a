package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Source;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/messages`.
final class MessagesRequestReader {

    /// The header that switches on what is not in the API yet. It is kept among the request's
    /// fields, since only a provider of this dialect may see it.
    static final String BETA = "anthropic-beta";

    private MessagesRequestReader() {}

    /// @param counting whether only the tokens shall be counted, and `max_tokens` may be left out
    static Request read(Headers headers, byte[] bytes, boolean counting)
            throws InvalidRequestException {
        JsonFields body = JsonFields.ofBody(bytes);
        var messages = new ArrayList<Message>();
        if (body.isString("system")) {
            messages.add(Message.of(Role.SYSTEM, body.needString("system")));
        } else if (body.has("system")) {
            messages.add(
                    new Message(Role.SYSTEM, parts(body.objects("system")), null, Extras.NONE));
        }
        if (!body.isArray("messages")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        for (JsonFields message : body.objects("messages")) {
            messages.add(message(message));
        }
        var tools = new ArrayList<Tool>();
        for (JsonFields tool : body.objects("tools")) {
            tools.add(tool(tool));
        }
        Parameters parameters = parameters(body);
        if (parameters.maxOutputTokens == null && !counting) {
            throw new InvalidRequestException("missing (expected: a number)", "max_tokens");
        }
        JsonFields choice = body.object("tool_choice");
        Boolean serial = choice == null ? null : choice.bool("disable_parallel_tool_use");
        String model = body.string("model");
        boolean stream = Boolean.TRUE.equals(body.bool("stream"));
        Extras.CacheMark cache = MessagesCache.read(body);
        Map<String, RawJson> rest = body.rest();
        // A header it is, and what stands in the body under its name is not.
        rest.remove(BETA);
        String beta = headers.get(BETA);
        if (beta != null) {
            rest.put(BETA, RawJson.ofString(beta));
        }
        return new Request(
                model,
                stream,
                true,
                List.copyOf(messages),
                List.copyOf(tools),
                choice == null ? null : toolChoice(choice),
                serial == null ? null : !serial,
                parameters,
                new Extras(cache, MessagesWords.DIALECT, rest));
    }

    private static Parameters parameters(JsonFields body) throws InvalidRequestException {
        var parameters = new Parameters();
        parameters.maxOutputTokens = body.count("max_tokens");
        parameters.temperature = body.number("temperature");
        parameters.topP = body.number("top_p");
        parameters.topK = body.count("top_k");
        parameters.stop = body.strings("stop_sequences");
        parameters.serviceTier = body.string("service_tier");
        JsonFields metadata = body.object("metadata");
        if (metadata != null) {
            parameters.user = metadata.string("user_id");
        }
        String effort = null;
        JsonFields output = body.object("output_config");
        if (output != null) {
            effort = output.string("effort");
            JsonFields format = output.object("format");
            RawJson schema = format == null ? null : format.raw("schema");
            if (schema != null) {
                parameters.format = new OutputFormat.JsonSchema(null, null, schema, null);
            }
        }
        JsonFields thinking = body.object("thinking");
        if (thinking == null) {
            parameters.thinking = effort == null ? null : Thinking.ofEffort(effort);
            return parameters;
        }
        String type = thinking.needString("type");
        parameters.thinking =
                switch (type) {
                    case "enabled" ->
                            new Thinking(
                                    effort,
                                    thinking.count("budget_tokens"),
                                    false,
                                    thinking.string("display"));
                    case "adaptive" -> new Thinking(effort, null, true, thinking.string("display"));
                    case "disabled" -> Thinking.OFF;
                    default ->
                            throw thinking.unexpected(
                                    "type", type, "enabled, adaptive or disabled");
                };
        return parameters;
    }

    private static Tool.Choice toolChoice(JsonFields choice) throws InvalidRequestException {
        String type = choice.needString("type");
        return switch (type) {
            case "auto" -> new Tool.Choice.Auto();
            case "any" -> new Tool.Choice.Required();
            case "none" -> new Tool.Choice.None();
            case "tool" -> new Tool.Choice.One(choice.needString("name"));
            default -> throw choice.unexpected("type", type, "auto, any, none or tool");
        };
    }

    /// A tool without a type, or of type `custom`, is run by the client; all others are
    /// Anthropic's.
    private static Tool tool(JsonFields tool) throws InvalidRequestException {
        if (tool.has("type")) {
            String type = tool.needString("type");
            if (!type.equals("custom")) {
                Map<String, RawJson> fields = tool.rest();
                var whole = new LinkedHashMap<String, RawJson>();
                whole.put("type", RawJson.ofString(type));
                whole.putAll(fields);
                return new Tool.Opaque(MessagesWords.DIALECT, RawJson.ofObject(whole));
            }
        }
        String name = tool.needString("name");
        String description = tool.string("description");
        RawJson schema = tool.raw("input_schema");
        Boolean strict = tool.bool("strict");
        return new Tool.Function(name, description, schema, strict, extras(tool));
    }

    private static Message message(JsonFields message) throws InvalidRequestException {
        String word = message.needString("role");
        Role role =
                switch (word) {
                    case "user" -> Role.USER;
                    case "assistant" -> Role.ASSISTANT;
                    case "system" -> Role.SYSTEM;
                    default -> throw message.unexpected("role", word, "user, assistant or system");
                };
        return new Message(role, content(message, "content"), null, extras(message));
    }

    private static List<Part> content(JsonFields owner, String name)
            throws InvalidRequestException {
        if (owner.isString(name)) {
            return List.of(new Part.Text(owner.needString(name)));
        }
        if (!owner.isArray(name)) {
            throw new InvalidRequestException(
                    "missing (expected: a text, or an array of blocks)", owner.path(name));
        }
        return parts(owner.objects(name));
    }

    /// Reads content blocks: those of a request, and those of an answer.
    static List<Part> parts(List<JsonFields> blocks) throws InvalidRequestException {
        var parts = new ArrayList<Part>();
        for (JsonFields block : blocks) {
            parts.add(part(block));
        }
        return List.copyOf(parts);
    }

    private static Part part(JsonFields block) throws InvalidRequestException {
        String type = block.needString("type");
        switch (type) {
            case "text" -> {
                String text = block.needString("text");
                return new Part.Text(text, citations(block), null, extras(block));
            }
            case "image" -> {
                Source source = source(block);
                if (source != null) {
                    return new Part.Image(source, null, extras(block));
                }
            }
            case "document" -> {
                Source source = source(block);
                if (source != null) {
                    String title = block.string("title");
                    return new Part.Document(source, title, extras(block));
                }
            }
            case "thinking" -> {
                String text = block.needString("thinking");
                String signature = block.string("signature");
                return new Part.Reasoning(text, signed(signature), extras(block));
            }
            case "redacted_thinking" -> {
                Part.Signed data = new Part.Signed(MessagesWords.DIALECT, block.needString("data"));
                return new Part.RedactedReasoning(data, extras(block));
            }
            case "tool_use" -> {
                String id = block.needString("id");
                String name = block.needString("name");
                RawJson input = block.raw("input");
                RawJson arguments = input == null ? RawJson.EMPTY_OBJECT : input;
                return new Part.ToolCall(id, name, arguments, null, extras(block));
            }
            case "tool_result" -> {
                String id = block.needString("tool_use_id");
                List<Part> content =
                        block.has("content") ? content(block, "content") : List.<Part>of();
                boolean error = Boolean.TRUE.equals(block.bool("is_error"));
                return new Part.ToolResult(id, null, content, error, extras(block));
            }
            default -> {
                // Known to this dialect only.
            }
        }
        Map<String, RawJson> whole = new LinkedHashMap<>();
        whole.put("type", RawJson.ofString(type));
        whole.putAll(block.rest());
        return new Part.Opaque(MessagesWords.BLOCK, RawJson.ofObject(whole));
    }

    private static Part.@Nullable Signed signed(@Nullable String signature) {
        return signature == null || signature.isEmpty()
                ? null
                : new Part.Signed(MessagesWords.DIALECT, signature);
    }

    private static List<Citation> citations(JsonFields block) throws InvalidRequestException {
        if (!block.isArray("citations")) {
            // In a request it may be an object that switches them on.
            return List.of();
        }
        var citations = new ArrayList<Citation>();
        for (JsonFields citation : block.objects("citations")) {
            try {
                citations.add(MessagesBlockReader.citation(citation.restAsObject()));
            } catch (JsonException e) {
                throw new InvalidRequestException(
                        "is not JSON: " + e.getMessage(), citation.path());
            }
        }
        return List.copyOf(citations);
    }

    /// The block's source, or null when it is of a kind that only this dialect knows; then it was
    /// not taken.
    private static @Nullable Source source(JsonFields block) throws InvalidRequestException {
        RawJson raw = block.raw("source");
        if (raw == null) {
            throw new InvalidRequestException(
                    "missing (expected: an object)", block.path("source"));
        }
        JsonFields source = JsonFields.of(raw, block.path("source"));
        String type = source.needString("type");
        return switch (type) {
            case "base64" ->
                    new Source.Inline(source.needString("media_type"), source.needString("data"));
            case "url" -> new Source.Url(source.needString("url"));
            case "file" -> new Source.FileId(MessagesWords.DIALECT, source.needString("file_id"));
            case "text" -> new Source.PlainText(source.needString("data"));
            default -> {
                block.putBack("source", raw);
                yield null;
            }
        };
    }

    private static Extras extras(JsonFields object) throws InvalidRequestException {
        Extras.CacheMark cache = MessagesCache.read(object);
        return Extras.of(MessagesWords.DIALECT, cache, object.rest());
    }
}
