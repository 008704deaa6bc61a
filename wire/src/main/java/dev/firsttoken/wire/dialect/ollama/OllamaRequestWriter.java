package dev.firsttoken.wire.dialect.ollama;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /api/chat`.
final class OllamaRequestWriter {

    private final Request request;
    private final Parameters parameters;
    private final String model;
    private final boolean ours;
    private final Losses losses = new Losses(OllamaWords.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);

    OllamaRequestWriter(Request request, String model) {
        this.request = request;
        this.parameters = request.parameters();
        this.model = model;
        this.ours = request.extras().dialect().equals(OllamaWords.DIALECT);
    }

    WrittenRequest write() {
        json.object().member("model", model).name("stream").bool(request.stream());
        var messages = new OllamaMessageWriter(json, losses, ours);
        json.array("messages");
        for (int i = 0; i < request.messages().size(); i++) {
            messages.write(request.messages().get(i), "messages[" + i + "]");
        }
        json.endArray();
        tools();
        format();
        thinking();
        json.member("logprobs", parameters.logProbs);
        json.member("top_logprobs", parameters.topLogProbs);
        options();
        rest();
        json.endObject();
        return new WrittenRequest(
                "/api/chat",
                Map.of("content-type", "application/json"),
                body.toByteArray(),
                losses.list());
    }

    /// The dialect leaves it to the model whether it calls: what it must not, it is not told of.
    private void tools() {
        Tool.Choice choice = request.toolChoice();
        switch (choice) {
            case Tool.Choice.Required _ ->
                    losses.add("tool_choice", "is required; ollama leaves it to the model");
            case Tool.Choice.One(String name) ->
                    losses.add("tool_choice", "is " + name + "; ollama is given that tool only");
            case Tool.Choice.Among(boolean required, _) -> {
                if (required) {
                    losses.add("tool_choice", "is required; ollama leaves it to the model");
                }
            }
            case Tool.Choice.Auto _, Tool.Choice.None _ -> {
                // Kept to by the tools that are told.
            }
            case null -> {}
        }
        var functions = new LinkedHashMap<String, Tool.Function>();
        for (int i = 0; i < request.tools().size(); i++) {
            String path = "tools[" + i + "]";
            switch (request.tools().get(i)) {
                case Tool.Function function -> {
                    if (isTold(function.name(), choice)) {
                        functions.put(path, function);
                    }
                }
                case Tool.Opaque(String dialect, _) ->
                        losses.add(path, "a tool of " + dialect + " is left out");
            }
        }
        if (!functions.isEmpty()) {
            json.array("tools");
            functions.forEach(this::function);
            json.endArray();
        }
        losses.dropped(
                "parallel_tool_calls",
                Boolean.FALSE.equals(request.parallelCalls()) ? false : null);
    }

    private static boolean isTold(String name, Tool.@Nullable Choice choice) {
        return switch (choice) {
            case Tool.Choice.None _ -> false;
            case Tool.Choice.One(String one) -> one.equals(name);
            case Tool.Choice.Among(_, List<String> names) -> names.contains(name);
            case Tool.Choice.Auto _, Tool.Choice.Required _ -> true;
            case null -> true;
        };
    }

    private void function(String path, Tool.Function function) {
        json.object().member("type", "function").object("function");
        json.member("name", function.name()).member("description", function.description());
        json.member("parameters", function.parameters());
        losses.dropped(path + ".strict", function.strict());
        losses.droppedCache(path, function.extras());
        losses.writeFields(path, function.extras(), json);
        json.endObject().endObject();
    }

    private void format() {
        switch (parameters.format) {
            case OutputFormat.JsonSchema schema -> {
                losses.dropped("response_format.json_schema.name", schema.name());
                losses.dropped("response_format.json_schema.description", schema.description());
                losses.dropped("response_format.json_schema.strict", schema.strict());
                json.member("format", schema.schema());
            }
            case OutputFormat.JsonObject _ -> json.member("format", "json");
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
        losses.dropped("thinking.budget_tokens", thinking.budgetTokens());
        if (thinking.isOff()) {
            json.name("think").bool(false);
            return;
        }
        String effort = thinking.effort();
        switch (effort) {
            case "low", "medium", "high" -> json.member("think", effort);
            case null -> json.name("think").bool(true);
            default -> {
                String given = effort.equals("minimal") ? "low" : "high";
                if (ours) {
                    json.member("think", effort);
                } else {
                    losses.add("reasoning_effort", "is " + effort + "; ollama is given " + given);
                    json.member("think", given);
                }
            }
        }
    }

    private void options() {
        json.object("options");
        json.member("num_predict", parameters.maxOutputTokens);
        json.member("temperature", parameters.temperature).member("top_p", parameters.topP);
        json.member("top_k", parameters.topK).member("seed", parameters.seed);
        json.member("frequency_penalty", parameters.frequencyPenalty);
        json.member("presence_penalty", parameters.presencePenalty);
        if (!parameters.stop.isEmpty()) {
            json.array("stop");
            parameters.stop.forEach(json::string);
            json.endArray();
        }
        if (ours) {
            request.extras()
                    .fields()
                    .forEach((name, value) -> {
                        if (name.startsWith(OllamaRequestReader.OPTION)) {
                            String option = name.substring(OllamaRequestReader.OPTION.length());
                            json.member(option, value);
                        }
                    });
        }
        json.endObject();
        Integer choices = parameters.choices;
        if (choices != null && choices > 1) {
            losses.add("n", "is " + choices + "; ollama gives one answer");
        }
        losses.dropped("logit_bias", parameters.logitBias);
        losses.dropped("metadata", parameters.metadata);
        losses.dropped("user", parameters.user);
        losses.dropped("store", Boolean.TRUE.equals(parameters.store) ? true : null);
        losses.dropped("service_tier", parameters.serviceTier);
    }

    private void rest() {
        Extras extras = request.extras();
        losses.droppedCache("cache_control", extras);
        Map<String, RawJson> fields = new LinkedHashMap<>(extras.fields());
        fields.keySet().removeIf(name -> ours && name.startsWith(OllamaRequestReader.OPTION));
        losses.writeFields("", new Extras(null, extras.dialect(), fields), json);
    }
}
