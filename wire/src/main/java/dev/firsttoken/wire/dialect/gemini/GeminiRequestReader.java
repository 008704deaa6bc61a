package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.dialect.UrlPath;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `…/models/{model}:generateContent` and `:streamGenerateContent?alt=sse`.
final class GeminiRequestReader {

    /// Before the names of fields of `generationConfig` that have no place in the model.
    static final String CONFIG = "generationConfig.";

    /// Before those of `toolConfig`.
    static final String TOOL_CONFIG = "toolConfig.";

    private static final String STREAM = "streamGenerateContent";

    private GeminiRequestReader() {}

    static Request read(String target, byte[] bytes) throws InvalidRequestException {
        String path = UrlPath.withoutQuery(target);
        boolean stream = path.endsWith(":" + STREAM);
        if (stream && !("&" + UrlPath.query(target) + "&").contains("&alt=sse&")) {
            throw new InvalidRequestException(
                    "missing (expected: alt=sse; streams as one JSON array are not served)", "alt");
        }
        JsonFields body = JsonFields.ofBody(bytes);
        var rest = new LinkedHashMap<String, RawJson>();
        var messages = new ArrayList<Message>();
        var parts = new GeminiPartReader();
        JsonFields system = body.object(GeminiNames.in(body, "systemInstruction"));
        if (system != null) {
            messages.add(new Message(Role.SYSTEM, parts.read(system), null, Extras.NONE));
        }
        if (!body.isArray("contents")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of contents)", "contents");
        }
        for (JsonFields content : body.objects("contents")) {
            messages.add(message(content, parts));
        }
        var tools = new ArrayList<Tool>();
        for (JsonFields tool : body.objects("tools")) {
            tools(tool, tools);
        }
        Tool.Choice choice = toolChoice(body, rest);
        Parameters parameters = parameters(body, rest);
        rest.putAll(body.rest());
        return new Request(
                model(path),
                stream,
                true,
                List.copyOf(messages),
                List.copyOf(tools),
                choice,
                null,
                parameters,
                new Extras(null, GeminiWords.DIALECT, rest));
    }

    /// The model's name in the path, which may have slashes.
    private static @Nullable String model(String path) {
        String models = "/models/";
        int from = path.indexOf(models);
        int to = path.lastIndexOf(':');
        if (from < 0 || to < from) {
            return null;
        }
        return UrlPath.decoded(path.substring(from + models.length(), to));
    }

    private static Message message(JsonFields content, GeminiPartReader parts)
            throws InvalidRequestException {
        String word = content.string("role");
        Role role =
                switch (word) {
                    case "user", "function" -> Role.USER;
                    case "model" -> Role.ASSISTANT;
                    case null -> Role.USER;
                    default -> throw content.unexpected("role", word, "user or model");
                };
        return new Message(
                role,
                parts.read(content),
                null,
                Extras.of(GeminiWords.DIALECT, null, content.rest()));
    }

    /// One tool here is a list of functions, something that runs at the provider, or both.
    private static void tools(JsonFields tool, List<Tool> tools) throws InvalidRequestException {
        String declarations = GeminiNames.in(tool, "functionDeclarations");
        for (JsonFields function : tool.objects(declarations)) {
            String name = function.needString("name");
            String description = function.string("description");
            RawJson schema = function.raw(GeminiNames.in(function, "parametersJsonSchema"));
            RawJson own = schema == null ? function.raw("parameters") : null;
            tools.add(
                    new Tool.Function(
                            name,
                            description,
                            own == null ? schema : GeminiSchema.asJsonSchema(own),
                            null,
                            Extras.of(GeminiWords.DIALECT, null, function.rest())));
        }
        Map<String, RawJson> others = tool.rest();
        if (!others.isEmpty()) {
            tools.add(new Tool.Opaque(GeminiWords.DIALECT, RawJson.ofObject(others)));
        }
    }

    private static Tool.@Nullable Choice toolChoice(JsonFields body, Map<String, RawJson> rest)
            throws InvalidRequestException {
        JsonFields config = body.object(GeminiNames.in(body, "toolConfig"));
        if (config == null) {
            return null;
        }
        String calling = GeminiNames.in(config, "functionCallingConfig");
        RawJson whole = config.raw(calling);
        Tool.Choice choice = null;
        if (whole != null) {
            JsonFields fields = JsonFields.of(whole, config.path(calling));
            String mode = fields.string("mode");
            List<String> names = fields.strings(GeminiNames.in(fields, "allowedFunctionNames"));
            switch (mode == null ? "AUTO" : mode.toUpperCase(Locale.ROOT)) {
                case "AUTO", "MODE_UNSPECIFIED" -> choice = new Tool.Choice.Auto();
                case "NONE" -> choice = new Tool.Choice.None();
                case "ANY" -> choice = any(names);
                // Arguments that must follow their schemas: known to this dialect only.
                case "VALIDATED" -> config.putBack(calling, whole);
                case null, default ->
                        throw fields.unexpected(
                                "mode", String.valueOf(mode), "AUTO, ANY, NONE or VALIDATED");
            }
        }
        config.rest().forEach((name, value) -> rest.put(TOOL_CONFIG + name, value));
        return choice;
    }

    private static Tool.Choice any(List<String> names) {
        return switch (names.size()) {
            case 0 -> new Tool.Choice.Required();
            case 1 -> new Tool.Choice.One(names.getFirst());
            default -> new Tool.Choice.Among(true, names);
        };
    }

    private static Parameters parameters(JsonFields body, Map<String, RawJson> rest)
            throws InvalidRequestException {
        var parameters = new Parameters();
        parameters.serviceTier = body.string(GeminiNames.in(body, "serviceTier"));
        JsonFields config = body.object(GeminiNames.in(body, "generationConfig"));
        if (config == null) {
            return parameters;
        }
        parameters.maxOutputTokens = config.count(GeminiNames.in(config, "maxOutputTokens"));
        parameters.temperature = config.number("temperature");
        parameters.topP = config.number(GeminiNames.in(config, "topP"));
        parameters.topK = config.count(GeminiNames.in(config, "topK"));
        parameters.stop = config.strings(GeminiNames.in(config, "stopSequences"));
        parameters.seed = config.whole("seed");
        String frequency = GeminiNames.in(config, "frequencyPenalty");
        parameters.frequencyPenalty = config.number(frequency);
        parameters.presencePenalty = config.number(GeminiNames.in(config, "presencePenalty"));
        parameters.choices = config.count(GeminiNames.in(config, "candidateCount"));
        parameters.logProbs = config.bool(GeminiNames.in(config, "responseLogprobs"));
        parameters.topLogProbs = config.count("logprobs");
        parameters.thinking = thinking(config);
        parameters.format = format(config);
        config.rest().forEach((name, value) -> rest.put(CONFIG + name, value));
        return parameters;
    }

    private static @Nullable Thinking thinking(JsonFields config) throws InvalidRequestException {
        JsonFields thinking = config.object(GeminiNames.in(config, "thinkingConfig"));
        if (thinking == null) {
            return null;
        }
        Boolean shown = thinking.bool(GeminiNames.in(thinking, "includeThoughts"));
        Long budget = thinking.whole(GeminiNames.in(thinking, "thinkingBudget"));
        String level = thinking.string(GeminiNames.in(thinking, "thinkingLevel"));
        String display = shown == null ? null : shown ? "summarized" : "omitted";
        if (budget != null && budget == 0) {
            return Thinking.OFF;
        }
        String effort =
                level == null || level.equals("THINKING_LEVEL_UNSPECIFIED")
                        ? null
                        : level.toLowerCase(Locale.ROOT);
        if (budget == null) {
            return new Thinking(effort, null, effort == null, display);
        }
        if (budget > Integer.MAX_VALUE) {
            throw thinking.unexpected("thinkingBudget", budget.toString(), "a number of tokens");
        }
        return budget < 0
                ? new Thinking(effort, null, true, display)
                : new Thinking(effort, budget.intValue(), false, display);
    }

    private static @Nullable OutputFormat format(JsonFields config) throws InvalidRequestException {
        String typeField = GeminiNames.in(config, "responseMimeType");
        String type = config.string(typeField);
        RawJson schema = config.raw(GeminiNames.in(config, "responseJsonSchema"));
        RawJson own = config.raw(GeminiNames.in(config, "responseSchema"));
        if (own != null && schema == null) {
            schema = GeminiSchema.asJsonSchema(own);
        }
        if (schema != null) {
            return new OutputFormat.JsonSchema(null, null, schema, null);
        }
        return switch (type) {
            case "application/json" -> new OutputFormat.JsonObject();
            case "text/plain" -> new OutputFormat.PlainText();
            case null -> null;
            default -> {
                config.putBack(typeField, RawJson.ofString(type));
                yield null;
            }
        };
    }
}
