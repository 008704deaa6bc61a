package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.event.InvalidRequestException;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /api/chat`.
///
/// One instance per request: a result of a tool answers the call of its name that has waited
/// longest.
final class OllamaRequestReader {

    /// Before the names of options that have no place in the model.
    static final String OPTION = "options.";

    private record Waiting(String id, String name) {}

    private final Deque<Waiting> unanswered = new ArrayDeque<>();
    private int unnamed;

    private OllamaRequestReader() {}

    static Request read(byte[] bytes) throws InvalidRequestException {
        return new OllamaRequestReader().request(JsonFields.ofBody(bytes));
    }

    private Request request(JsonFields body) throws InvalidRequestException {
        if (!body.isArray("messages")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        var messages = new ArrayList<Message>();
        for (JsonFields message : body.objects("messages")) {
            messages.add(message(message));
        }
        var tools = new ArrayList<Tool>();
        for (JsonFields tool : body.objects("tools")) {
            tools.add(tool(tool));
        }
        String model = body.string("model");
        boolean stream = !Boolean.FALSE.equals(body.bool("stream"));
        var rest = new LinkedHashMap<String, RawJson>();
        Parameters parameters = parameters(body, rest);
        rest.putAll(body.rest());
        return new Request(
                model,
                stream,
                true,
                List.copyOf(messages),
                List.copyOf(tools),
                null,
                null,
                parameters,
                new Extras(null, OllamaWords.DIALECT, rest));
    }

    private Message message(JsonFields message) throws InvalidRequestException {
        String word = message.needString("role");
        return switch (word) {
            case "system" -> said(Role.SYSTEM, message);
            case "user" -> said(Role.USER, message);
            case "assistant" -> said(Role.ASSISTANT, message);
            case "tool" -> result(message);
            default -> throw message.unexpected("role", word, "system, user, assistant or tool");
        };
    }

    private Message said(Role role, JsonFields message) throws InvalidRequestException {
        var parts = new ArrayList<Part>();
        String thinking = message.string("thinking");
        if (thinking != null && !thinking.isEmpty()) {
            parts.add(new Part.Reasoning(thinking, null, Extras.NONE));
        }
        String content = message.string("content");
        if (content != null && !content.isEmpty()) {
            parts.add(new Part.Text(content));
        }
        for (String image : message.strings("images")) {
            Source source = new Source.Inline(mediaType(image), image);
            parts.add(new Part.Image(source, null, Extras.NONE));
        }
        for (JsonFields call : message.objects("tool_calls")) {
            parts.add(call(call));
        }
        return new Message(role, List.copyOf(parts), null, extras(message));
    }

    /// The dialect does not say of what type a picture is; its first bytes do.
    static String mediaType(String base64) {
        if (base64.startsWith("/9j/")) {
            return "image/jpeg";
        }
        if (base64.startsWith("R0lGOD")) {
            return "image/gif";
        }
        return base64.startsWith("UklGR") ? "image/webp" : "image/png";
    }

    private Part call(JsonFields call) throws InvalidRequestException {
        JsonFields function = call.object("function");
        if (function == null) {
            throw new InvalidRequestException(
                    "missing (expected: an object)", call.path("function"));
        }
        String name = function.needString("name");
        RawJson arguments = function.raw("arguments");
        String id = call.string("id");
        String known = id == null ? OllamaWords.UNNAMED_CALL + unnamed++ : id;
        unanswered.add(new Waiting(known, name));
        return new Part.ToolCall(
                known,
                name,
                arguments == null ? RawJson.EMPTY_OBJECT : arguments,
                null,
                Extras.NONE);
    }

    private Message result(JsonFields message) throws InvalidRequestException {
        String name = message.string("tool_name");
        String older = message.string("name");
        name = name == null ? older : name;
        String id = message.string("tool_call_id");
        id = id == null ? answered(name) : id;
        String content = message.string("content");
        var result =
                new Part.ToolResult(
                        id,
                        name,
                        List.of(new Part.Text(content == null ? "" : content)),
                        false,
                        Extras.NONE);
        return new Message(Role.USER, List.of(result), null, extras(message));
    }

    /// The call that a result without an id answers: older clients do not even say its name.
    private String answered(@Nullable String name) {
        for (Waiting call : unanswered) {
            if (name == null || name.equals(call.name())) {
                unanswered.remove(call);
                return call.id();
            }
        }
        return OllamaWords.UNNAMED_CALL + unnamed++;
    }

    private static Tool tool(JsonFields tool) throws InvalidRequestException {
        String type = tool.has("type") ? tool.needString("type") : "function";
        JsonFields function = type.equals("function") ? tool.object("function") : null;
        if (function == null) {
            throw tool.unexpected("type", type, "function, with an object of that name");
        }
        String name = function.needString("name");
        String description = function.string("description");
        RawJson schema = function.raw("parameters");
        return new Tool.Function(
                name,
                description,
                schema,
                null,
                Extras.of(OllamaWords.DIALECT, null, function.rest()));
    }

    private static Parameters parameters(JsonFields body, Map<String, RawJson> rest)
            throws InvalidRequestException {
        var parameters = new Parameters();
        parameters.thinking = thinking(body);
        parameters.format = format(body);
        parameters.logProbs = body.bool("logprobs");
        parameters.topLogProbs = body.count("top_logprobs");
        JsonFields options = body.object("options");
        if (options == null) {
            return parameters;
        }
        Long most = options.whole("num_predict");
        if (most != null && most > 0) {
            parameters.maxOutputTokens = (int) Math.min(most, Integer.MAX_VALUE);
        }
        parameters.temperature = options.number("temperature");
        parameters.topP = options.number("top_p");
        parameters.topK = options.count("top_k");
        parameters.seed = options.whole("seed");
        parameters.frequencyPenalty = options.number("frequency_penalty");
        parameters.presencePenalty = options.number("presence_penalty");
        String stop = options.isString("stop") ? options.string("stop") : null;
        parameters.stop = stop == null ? options.strings("stop") : List.of(stop);
        options.rest().forEach((name, value) -> rest.put(OPTION + name, value));
        return parameters;
    }

    /// `think` is a boolean or one of `low`, `medium`, `high`.
    private static @Nullable Thinking thinking(JsonFields body) throws InvalidRequestException {
        if (body.isString("think")) {
            return Thinking.ofEffort(body.needString("think"));
        }
        Boolean think = body.bool("think");
        if (think == null) {
            return null;
        }
        return think ? new Thinking(null, null, true, null) : Thinking.OFF;
    }

    /// `format` is `json`, a schema, or an empty text for neither.
    private static @Nullable OutputFormat format(JsonFields body) throws InvalidRequestException {
        if (!body.isString("format")) {
            RawJson schema = body.raw("format");
            return schema == null ? null : new OutputFormat.JsonSchema(null, null, schema, null);
        }
        String word = body.needString("format");
        return switch (word) {
            case "" -> null;
            case "json" -> new OutputFormat.JsonObject();
            default -> throw body.unexpected("format", word, "json or a schema");
        };
    }

    private static Extras extras(JsonFields object) {
        return Extras.of(OllamaWords.DIALECT, null, object.rest());
    }
}
