package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
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

/// Reads the body of `POST /v1/chat/completions` for a provider of another dialect.
final class ChatRequestReader {

    private ChatRequestReader() {}

    static Request read(byte[] bytes) throws InvalidRequestException {
        JsonFields body = JsonFields.ofBody(bytes);
        if (!body.isArray("messages")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        var messages = new ArrayList<Message>();
        for (JsonFields message : body.objects("messages")) {
            messages.add(ChatMessages.read(message));
        }
        var tools = new ArrayList<Tool>();
        for (JsonFields tool : body.objects("tools")) {
            tools.add(tool(tool));
        }
        boolean usage = false;
        JsonFields options = body.object("stream_options");
        Map<String, RawJson> optionsRest = Map.of();
        if (options != null) {
            usage = Boolean.TRUE.equals(options.bool("include_usage"));
            optionsRest = options.rest();
        }
        String model = body.string("model");
        boolean stream = Boolean.TRUE.equals(body.bool("stream"));
        Tool.Choice choice = toolChoice(body);
        Boolean parallel = body.bool("parallel_tool_calls");
        Parameters parameters = parameters(body);
        Map<String, RawJson> rest = new LinkedHashMap<>(body.rest());
        optionsRest.forEach((name, value) -> rest.put("stream_options." + name, value));
        return new Request(
                model,
                stream,
                usage,
                List.copyOf(messages),
                List.copyOf(tools),
                choice,
                parallel,
                parameters,
                new Extras(null, ChatCodec.DIALECT, rest));
    }

    private static Parameters parameters(JsonFields body) throws InvalidRequestException {
        var parameters = new Parameters();
        Integer legacy = body.count("max_tokens");
        Integer max = body.count("max_completion_tokens");
        parameters.maxOutputTokens = max == null ? legacy : max;
        parameters.temperature = body.number("temperature");
        parameters.topP = body.number("top_p");
        parameters.topK = body.count("top_k");
        String stop = body.isString("stop") ? body.string("stop") : null;
        parameters.stop = stop == null ? body.strings("stop") : List.of(stop);
        parameters.seed = body.whole("seed");
        parameters.frequencyPenalty = body.number("frequency_penalty");
        parameters.presencePenalty = body.number("presence_penalty");
        parameters.logitBias = body.raw("logit_bias");
        parameters.choices = body.count("n");
        parameters.logProbs = body.bool("logprobs");
        parameters.topLogProbs = body.count("top_logprobs");
        parameters.metadata = body.raw("metadata");
        parameters.user = body.string("user");
        String safety = body.string("safety_identifier");
        parameters.user = safety == null ? parameters.user : safety;
        parameters.store = body.bool("store");
        parameters.serviceTier = body.string("service_tier");
        String effort = body.string("reasoning_effort");
        parameters.thinking = effort == null ? null : Thinking.ofEffort(effort);
        parameters.format = format(body.object("response_format"));
        return parameters;
    }

    private static @Nullable OutputFormat format(@Nullable JsonFields format)
            throws InvalidRequestException {
        if (format == null) {
            return null;
        }
        String type = format.needString("type");
        return switch (type) {
            case "text" -> new OutputFormat.PlainText();
            case "json_object" -> new OutputFormat.JsonObject();
            case "json_schema" -> {
                JsonFields given = format.object("json_schema");
                RawJson schema = given == null ? null : given.raw("schema");
                if (given == null || schema == null) {
                    throw new InvalidRequestException(
                            "missing (expected: a JSON Schema)", format.path("json_schema.schema"));
                }
                yield new OutputFormat.JsonSchema(
                        given.string("name"),
                        given.string("description"),
                        schema,
                        given.bool("strict"));
            }
            default -> throw format.unexpected("type", type, "text, json_object or json_schema");
        };
    }

    private static Tool.@Nullable Choice toolChoice(JsonFields body)
            throws InvalidRequestException {
        if (body.isString("tool_choice")) {
            String word = body.needString("tool_choice");
            return switch (word) {
                case "auto" -> new Tool.Choice.Auto();
                case "required" -> new Tool.Choice.Required();
                case "none" -> new Tool.Choice.None();
                default ->
                        throw body.unexpected(
                                "tool_choice", word, "auto, required, none or an object");
            };
        }
        JsonFields choice = body.object("tool_choice");
        if (choice == null) {
            return null;
        }
        String type = choice.needString("type");
        if (type.equals("function") || type.equals("custom")) {
            JsonFields one = choice.object(type);
            if (one == null) {
                throw new InvalidRequestException(
                        "missing (expected: an object)", choice.path(type));
            }
            return new Tool.Choice.One(one.needString("name"));
        }
        JsonFields allowed = choice.object("allowed_tools");
        if (!type.equals("allowed_tools") || allowed == null) {
            throw choice.unexpected("type", type, "function, custom or allowed_tools");
        }
        var names = new ArrayList<String>();
        for (JsonFields tool : allowed.objects("tools")) {
            JsonFields function = tool.object("function");
            if (function != null) {
                names.add(function.needString("name"));
            }
        }
        return new Tool.Choice.Among("required".equals(allowed.string("mode")), List.copyOf(names));
    }

    private static Tool tool(JsonFields tool) throws InvalidRequestException {
        String type = tool.needString("type");
        JsonFields function = type.equals("function") ? tool.object("function") : null;
        if (function == null) {
            var whole = new LinkedHashMap<String, RawJson>();
            whole.put("type", RawJson.ofString(type));
            whole.putAll(tool.rest());
            return new Tool.Opaque(ChatCodec.DIALECT, RawJson.ofObject(whole));
        }
        String name = function.needString("name");
        String description = function.string("description");
        RawJson parameters = function.raw("parameters");
        Boolean strict = function.bool("strict");
        return new Tool.Function(
                name,
                description,
                parameters,
                strict,
                Extras.of(ChatCodec.DIALECT, null, function.rest()));
    }
}
