package dev.firsttoken.wire.dialect.bedrock;

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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `/model/{model}/converse` and `/model/{model}/converse-stream`.
final class BedrockRequestReader {

    /// Before the names of fields of `additionalModelRequestFields` that have no place in the
    /// model.
    static final String MODEL_FIELD = "additionalModelRequestFields.";

    private static final String STREAM = "/converse-stream";
    private static final String WHOLE = "/converse";

    private BedrockRequestReader() {}

    static Request read(String target, byte[] bytes) throws InvalidRequestException {
        String path = UrlPath.withoutQuery(target);
        JsonFields body = JsonFields.ofBody(bytes);
        var messages = new ArrayList<Message>();
        if (body.isArray("system")) {
            messages.add(
                    new Message(
                            Role.SYSTEM,
                            BedrockPartReader.read(body.objects("system"), false),
                            null,
                            Extras.NONE));
        }
        if (!body.isArray("messages")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        for (JsonFields message : body.objects("messages")) {
            messages.add(message(message));
        }
        var rest = new LinkedHashMap<String, RawJson>();
        var tools = new ArrayList<Tool>();
        JsonFields toolConfig = body.object("toolConfig");
        Tool.Choice choice = null;
        if (toolConfig != null) {
            tools(toolConfig, tools);
            JsonFields given = toolConfig.object("toolChoice");
            choice = given == null ? null : choice(given);
        }
        Parameters parameters = parameters(body, rest);
        rest.putAll(body.rest());
        return new Request(
                model(path),
                path.endsWith(STREAM),
                true,
                List.copyOf(messages),
                List.copyOf(tools),
                choice,
                null,
                parameters,
                new Extras(null, BedrockWords.DIALECT, rest));
    }

    private static @Nullable String model(String path) {
        String before = "/model/";
        int from = path.indexOf(before);
        int to = path.lastIndexOf(WHOLE);
        return from < 0 || to < from + before.length()
                ? null
                : UrlPath.decoded(path.substring(from + before.length(), to));
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
        return new Message(
                role,
                BedrockPartReader.read(message.objects("content"), role == Role.ASSISTANT),
                null,
                Extras.of(BedrockWords.DIALECT, null, message.rest()));
    }

    private static void tools(JsonFields config, List<Tool> tools) throws InvalidRequestException {
        for (JsonFields tool : config.objects("tools")) {
            JsonFields spec = tool.object("toolSpec");
            JsonFields point = tool.object("cachePoint");
            if (spec != null) {
                tools.add(function(spec));
            } else if (point == null) {
                tools.add(new Tool.Opaque(BedrockWords.DIALECT, tool.restAsObject()));
            } else if (!tools.isEmpty() && tools.getLast() instanceof Tool.Function last) {
                Extras extras =
                        new Extras(
                                BedrockPartReader.mark(point),
                                BedrockWords.DIALECT,
                                last.extras().fields());
                tools.removeLast();
                tools.add(
                        new Tool.Function(
                                last.name(),
                                last.description(),
                                last.parameters(),
                                last.strict(),
                                extras));
            }
        }
    }

    private static Tool function(JsonFields spec) throws InvalidRequestException {
        String name = spec.needString("name");
        String description = spec.string("description");
        JsonFields schema = spec.object("inputSchema");
        RawJson json = schema == null ? null : schema.raw("json");
        Boolean strict = spec.bool("strict");
        return new Tool.Function(
                name,
                description,
                json,
                strict,
                Extras.of(BedrockWords.DIALECT, null, spec.rest()));
    }

    private static Tool.Choice choice(JsonFields choice) throws InvalidRequestException {
        JsonFields one = choice.object("tool");
        if (one != null) {
            return new Tool.Choice.One(one.needString("name"));
        }
        return choice.has("any") ? new Tool.Choice.Required() : new Tool.Choice.Auto();
    }

    private static Parameters parameters(JsonFields body, Map<String, RawJson> rest)
            throws InvalidRequestException {
        var parameters = new Parameters();
        JsonFields config = body.object("inferenceConfig");
        if (config != null) {
            parameters.maxOutputTokens = config.count("maxTokens");
            parameters.temperature = config.number("temperature");
            parameters.topP = config.number("topP");
            parameters.stop = config.strings("stopSequences");
        }
        parameters.metadata = body.raw("requestMetadata");
        JsonFields tier = body.object("serviceTier");
        parameters.serviceTier = tier == null ? null : tier.string("type");
        String effort = null;
        JsonFields output = body.object("outputConfig");
        if (output != null) {
            effort = output.string("effort");
            parameters.format = format(output.object("textFormat"));
        }
        parameters.thinking = effort == null ? null : Thinking.ofEffort(effort);
        JsonFields fields = body.object("additionalModelRequestFields");
        if (fields != null) {
            parameters.topK = fields.count("top_k");
            JsonFields thinking = fields.object("thinking");
            if (thinking != null) {
                parameters.thinking = thinking(thinking, effort);
            }
            fields.rest().forEach((name, value) -> rest.put(MODEL_FIELD + name, value));
        }
        return parameters;
    }

    /// The thinking of Claude, as it is in the API of those who make it.
    private static Thinking thinking(JsonFields thinking, @Nullable String effort)
            throws InvalidRequestException {
        String type = thinking.needString("type");
        return switch (type) {
            case "enabled" -> {
                Integer budget = thinking.count("budget_tokens");
                yield new Thinking(effort, budget, false, thinking.string("display"));
            }
            case "adaptive" -> new Thinking(effort, null, true, thinking.string("display"));
            case "disabled" -> Thinking.OFF;
            default -> throw thinking.unexpected("type", type, "enabled, adaptive or disabled");
        };
    }

    private static @Nullable OutputFormat format(@Nullable JsonFields format)
            throws InvalidRequestException {
        JsonFields structure = format == null ? null : format.object("structure");
        JsonFields definition = structure == null ? null : structure.object("jsonSchema");
        if (definition == null) {
            return null;
        }
        String schema = definition.needString("schema");
        RawJson json = new RawJson(schema);
        if (!json.isWholeObject()) {
            throw new InvalidRequestException(
                    "is not a JSON object (expected: a schema as text)", definition.path("schema"));
        }
        return new OutputFormat.JsonSchema(
                definition.string("name"), definition.string("description"), json, null);
    }
}
