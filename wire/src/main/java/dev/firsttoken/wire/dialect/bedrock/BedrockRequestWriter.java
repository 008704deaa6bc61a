package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.dialect.UrlPath;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Conversation;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes `POST /model/{model}/converse` and `/converse-stream`. What is settings of a model and
/// not of the dialect is written for Claude only, and for clients of this dialect.
final class BedrockRequestWriter {

    private static final Map<String, String> HEADERS = Map.of("content-type", "application/json");
    private static final Map<String, String> STREAM_HEADERS =
            Map.of("content-type", "application/json", "accept", BedrockMessages.TYPE);

    private final Request request;
    private final Parameters parameters;
    private final String model;

    /// Whether the client speaks this dialect, too.
    private final boolean ours;

    private final Losses losses = new Losses(BedrockWords.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);
    private final BedrockParts parts = new BedrockParts(json, losses);

    BedrockRequestWriter(Request request, String model) {
        this.request = request;
        this.parameters = request.parameters();
        this.model = model;
        this.ours = request.extras().dialect().equals(BedrockWords.DIALECT);
    }

    WrittenRequest write() {
        var thinking = new BedrockThinking(parameters, ours, BedrockWords.isClaude(model), losses);
        json.object();
        Conversation.of(request.messages(), losses).write(json, this::part);
        inference(thinking);
        tools();
        modelFields(thinking);
        output(thinking);
        tier();
        json.member("requestMetadata", parameters.metadata);
        dropped();
        rest();
        json.endObject();
        return new WrittenRequest(
                path(request, model), headers(request), body.toByteArray(), losses.list());
    }

    static String path(Request request, String model) {
        return "/model/"
                + UrlPath.encoded(model)
                + (request.stream() ? "/converse-stream" : "/converse");
    }

    static Map<String, String> headers(Request request) {
        return request.stream() ? STREAM_HEADERS : HEADERS;
    }

    private void part(Part part, String at) {
        if (part instanceof Part.Reasoning reasoning && !mayBeSent(reasoning)) {
            losses.add(at, "reasoning without a signature is left out");
        } else {
            parts.write(part, at);
        }
    }

    /// Models that sign their reasoning refuse any other; those that do not sign take their own.
    private boolean mayBeSent(Part.Reasoning reasoning) {
        Part.Signed signature = reasoning.signature();
        return signature == null ? ours : signature.issuer().equals(BedrockWords.SIGNER);
    }

    private void inference(BedrockThinking thinking) {
        Double temperature = parameters.temperature;
        if (temperature != null && thinking.thinks() && temperature != 1) {
            losses.add("temperature", "is left out: this model has none while it thinks");
            temperature = null;
        } else if (temperature != null && temperature > 1) {
            losses.add("temperature", "is " + temperature + "; 1 is the most that bedrock takes");
            temperature = 1.0;
        }
        Integer maxTokens = thinking.maxTokens();
        boolean stops = !parameters.stop.isEmpty();
        if (maxTokens == null && temperature == null && parameters.topP == null && !stops) {
            return;
        }
        json.object("inferenceConfig").member("maxTokens", maxTokens);
        json.member("temperature", temperature).member("topP", parameters.topP);
        if (stops) {
            json.array("stopSequences");
            parameters.stop.forEach(json::string);
            json.endArray();
        }
        json.endObject();
    }

    private void tools() {
        List<Tool> tools = request.offeredTools();
        Tool.Choice choice = request.toolChoice();
        if (Boolean.FALSE.equals(request.parallelCalls()) && !tools.isEmpty()) {
            losses.add("parallel_tool_calls", "is false; bedrock leaves it to the model");
        }
        if (choice instanceof Tool.Choice.None) {
            if (tools.isEmpty() || !hasCalls()) {
                return;
            }
            // A conversation with calls is refused when there are no tools.
            losses.add("tool_choice", "is none; bedrock leaves it to the model");
        }
        if (tools.isEmpty()) {
            return;
        }
        json.object("toolConfig").array("tools");
        for (int i = 0; i < tools.size(); i++) {
            tool(tools.get(i), "tools[" + i + "]");
        }
        json.endArray();
        switch (choice) {
            case Tool.Choice.Required _ -> choice("any", null);
            case Tool.Choice.One(String name) -> choice("tool", name);
            case Tool.Choice.Among(boolean required, _) -> choice(required ? "any" : "auto", null);
            case Tool.Choice.Auto _ -> choice("auto", null);
            case Tool.Choice.None _ -> {
                // There is no word for it.
            }
            case null -> {}
        }
        json.endObject();
    }

    private boolean hasCalls() {
        return request.messages().stream()
                .map(Message::parts)
                .flatMap(List::stream)
                .anyMatch(part -> part instanceof Part.ToolCall || part instanceof Part.ToolResult);
    }

    private void choice(String kind, @Nullable String name) {
        json.object("toolChoice").object(kind).member("name", name).endObject().endObject();
    }

    private void tool(Tool tool, String path) {
        switch (tool) {
            case Tool.Function function -> {
                RawJson schema = function.parameters();
                json.object().object("toolSpec").member("name", function.name());
                json.member("description", function.description());
                json.object("inputSchema");
                json.member("json", schema == null ? new RawJson("{\"type\":\"object\"}") : schema);
                json.endObject().member("strict", function.strict());
                losses.writeFields(path, function.extras(), json);
                json.endObject().endObject();
                BedrockParts.cachePoint(function.extras().cache(), json);
            }
            case Tool.Opaque(String dialect, RawJson definition) -> {
                if (dialect.equals(BedrockWords.DIALECT)) {
                    json.raw(definition);
                } else {
                    losses.add(path, "a tool of " + dialect + " is left out");
                }
            }
        }
    }

    private void modelFields(BedrockThinking thinking) {
        var fields = new LinkedHashMap<String, RawJson>();
        if (parameters.topK != null) {
            if (thinking.thinks() || !BedrockWords.isClaude(model) && !ours) {
                losses.dropped("top_k", parameters.topK);
            } else {
                fields.put("top_k", new RawJson(parameters.topK.toString()));
            }
        }
        RawJson setting = thinking.setting();
        if (setting != null) {
            fields.put("thinking", setting);
        }
        if (ours) {
            request.extras()
                    .fields()
                    .forEach((name, value) -> {
                        if (name.startsWith(BedrockRequestReader.MODEL_FIELD)) {
                            fields.put(
                                    name.substring(BedrockRequestReader.MODEL_FIELD.length()),
                                    value);
                        }
                    });
        }
        if (!fields.isEmpty()) {
            json.member("additionalModelRequestFields", RawJson.ofObject(fields));
        }
    }

    private void output(BedrockThinking thinking) {
        OutputFormat.JsonSchema schema =
                switch (parameters.format) {
                    case OutputFormat.JsonSchema given -> {
                        losses.dropped("response_format.json_schema.strict", given.strict());
                        yield given;
                    }
                    case OutputFormat.JsonObject _ -> {
                        losses.add(
                                "response_format",
                                "is any JSON object; bedrock is given a schema for that");
                        yield new OutputFormat.JsonSchema(
                                null,
                                null,
                                new RawJson("{\"type\":\"object\",\"additionalProperties\":true}"),
                                null);
                    }
                    case OutputFormat.PlainText _ -> null;
                    case null -> null;
                };
        String effort = thinking.effort();
        if (schema == null && effort == null) {
            return;
        }
        json.object("outputConfig").member("effort", effort);
        if (schema != null) {
            json.object("textFormat").member("type", "json_schema");
            json.object("structure").object("jsonSchema");
            json.member("schema", schema.schema().text()).member("name", schema.name());
            json.member("description", schema.description());
            json.endObject().endObject().endObject();
        }
        json.endObject();
    }

    private void tier() {
        String tier = parameters.serviceTier;
        switch (tier) {
            case "default", "priority", "flex", "reserved" ->
                    json.object("serviceTier").member("type", tier).endObject();
            case "auto" -> {
                // It is that without being told.
            }
            case null -> {}
            default -> losses.dropped("service_tier", tier);
        }
    }

    private void dropped() {
        Integer choices = parameters.choices;
        if (choices != null && choices > 1) {
            losses.add("n", "is " + choices + "; bedrock gives one answer");
        }
        losses.dropped("seed", parameters.seed);
        losses.dropped("frequency_penalty", parameters.frequencyPenalty);
        losses.dropped("presence_penalty", parameters.presencePenalty);
        losses.dropped("logit_bias", parameters.logitBias);
        losses.dropped("logprobs", Boolean.TRUE.equals(parameters.logProbs) ? true : null);
        losses.dropped("top_logprobs", parameters.topLogProbs);
        losses.dropped("user", parameters.user);
        losses.dropped("store", Boolean.TRUE.equals(parameters.store) ? true : null);
    }

    private void rest() {
        Extras extras = request.extras();
        losses.droppedCache("cache_control", extras);
        var fields = new LinkedHashMap<>(extras.fields());
        fields.keySet().removeIf(name -> ours && name.startsWith(BedrockRequestReader.MODEL_FIELD));
        losses.writeFields("", new Extras(null, extras.dialect(), fields), json);
    }
}
