package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /v2/chat`.
final class CohereRequestWriter {

    private final Request request;
    private final Parameters parameters;
    private final String model;
    private final Losses losses = new Losses(CohereWords.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);

    CohereRequestWriter(Request request, String model) {
        this.request = request;
        this.parameters = request.parameters();
        this.model = model;
    }

    WrittenRequest write() {
        json.object().member("model", model).name("stream").bool(request.stream());
        var messages = new CohereMessages(json, losses);
        json.array("messages");
        for (int i = 0; i < request.messages().size(); i++) {
            messages.write(request.messages().get(i), "messages[" + i + "]");
        }
        json.endArray();
        tools();
        format();
        thinking();
        sampling();
        dropped();
        Extras extras = request.extras();
        losses.droppedCache("cache_control", extras);
        losses.writeFields("", extras, json);
        json.endObject();
        return new WrittenRequest(
                "/v2/chat",
                Map.of("content-type", "application/json"),
                body.toByteArray(),
                losses.list());
    }

    private void tools() {
        Tool.Choice choice = request.toolChoice();
        List<Tool> tools = offered(choice);
        if (Boolean.FALSE.equals(request.parallelCalls()) && !tools.isEmpty()) {
            losses.add("parallel_tool_calls", "is false; cohere leaves it to the model");
        }
        if (tools.isEmpty()) {
            return;
        }
        boolean strict = false;
        json.array("tools");
        for (int i = 0; i < tools.size(); i++) {
            switch (tools.get(i)) {
                case Tool.Function function -> {
                    strict |= Boolean.TRUE.equals(function.strict());
                    function(function, "tools[" + i + "]");
                }
                case Tool.Opaque(String dialect, _) ->
                        losses.add("tools[" + i + "]", "a tool of " + dialect + " is left out");
            }
        }
        json.endArray();
        if (strict) {
            // It is for all tools or for none.
            json.name("strict_tools").bool(true);
        }
        switch (choice) {
            case Tool.Choice.Required _, Tool.Choice.One _ ->
                    json.member("tool_choice", "REQUIRED");
            case Tool.Choice.Among(boolean required, _) ->
                    json.member("tool_choice", required ? "REQUIRED" : null);
            case Tool.Choice.None _ -> json.member("tool_choice", "NONE");
            case Tool.Choice.Auto _ -> {
                // It is that without being told.
            }
            case null -> {}
        }
    }

    /// One tool that must be called is the only one that is told.
    private List<Tool> offered(Tool.@Nullable Choice choice) {
        if (!(choice instanceof Tool.Choice.One(String name))) {
            return request.offeredTools();
        }
        losses.add("tool_choice", "is " + name + "; cohere is given that tool only");
        return request.tools().stream()
                .filter(tool ->
                        tool instanceof Tool.Function function && function.name().equals(name))
                .toList();
    }

    private void function(Tool.Function function, String path) {
        json.object().member("type", "function").object("function");
        json.member("name", function.name()).member("description", function.description());
        RawJson schema = function.parameters();
        json.member(
                "parameters",
                Objects.requireNonNullElse(
                        schema, new RawJson("{\"type\":\"object\",\"properties\":{}}")));
        json.endObject();
        losses.droppedCache(path, function.extras());
        losses.writeFields(path, function.extras(), json);
        json.endObject();
    }

    private void format() {
        switch (parameters.format) {
            case OutputFormat.JsonSchema schema -> {
                losses.dropped("response_format.json_schema.name", schema.name());
                losses.dropped("response_format.json_schema.description", schema.description());
                losses.dropped("response_format.json_schema.strict", schema.strict());
                json.object("response_format").member("type", "json_object");
                json.member("json_schema", schema.schema()).endObject();
            }
            case OutputFormat.JsonObject _ ->
                    json.object("response_format").member("type", "json_object").endObject();
            case OutputFormat.PlainText _ -> {
                // It is that without being told.
            }
            case null -> {}
        }
    }

    private void thinking() {
        Thinking thinking = parameters.thinking;
        if (thinking == null) {
            return;
        }
        losses.dropped("thinking.display", thinking.display());
        json.object("thinking").member("type", thinking.isOff() ? "disabled" : "enabled");
        Integer budget = thinking.budgetTokens();
        if (budget == null && thinking.effort() != null && !thinking.isOff()) {
            budget = Thinking.budgetOf(thinking.effort());
        }
        json.member("token_budget", budget).endObject();
    }

    private void sampling() {
        json.member("max_tokens", parameters.maxOutputTokens);
        if (!parameters.stop.isEmpty()) {
            json.array("stop_sequences");
            parameters.stop.forEach(json::string);
            json.endArray();
        }
        json.member("temperature", atMostOne("temperature", parameters.temperature));
        json.member("p", parameters.topP).member("k", parameters.topK);
        json.member("seed", parameters.seed);
        json.member(
                "frequency_penalty", atMostOne("frequency_penalty", parameters.frequencyPenalty));
        json.member("presence_penalty", atMostOne("presence_penalty", parameters.presencePenalty));
        json.member("logprobs", parameters.logProbs);
    }

    private @Nullable Double atMostOne(String name, @Nullable Double value) {
        if (value == null || value >= 0 && value <= 1) {
            return value;
        }
        double nearest = Math.clamp(value, 0.0, 1.0);
        losses.add(name, "is " + value + "; cohere takes 0 to 1 and is given " + nearest);
        return nearest;
    }

    private void dropped() {
        Integer choices = parameters.choices;
        if (choices != null && choices > 1) {
            losses.add("n", "is " + choices + "; cohere gives one answer");
        }
        losses.dropped("top_logprobs", parameters.topLogProbs);
        losses.dropped("logit_bias", parameters.logitBias);
        losses.dropped("metadata", parameters.metadata);
        losses.dropped("user", parameters.user);
        losses.dropped("store", Boolean.TRUE.equals(parameters.store) ? true : null);
        losses.dropped("service_tier", parameters.serviceTier);
    }
}
