package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Conversation;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /v1/messages`.
final class MessagesRequestWriter {

    /// What is asked for when nobody said how long an answer may be: the dialect wants a number.
    static final int DEFAULT_MAX_TOKENS = 4096;

    private final Request request;
    private final Parameters parameters;
    private final Losses losses = new Losses(MessagesWords.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);

    private MessagesRequestWriter(Request request) {
        this.request = request;
        this.parameters = request.parameters();
    }

    static WrittenRequest write(Request request, String model) {
        var writer = new MessagesRequestWriter(request);
        writer.json.object().member("model", model);
        int maxTokens = writer.maxTokens();
        writer.json.member("max_tokens", maxTokens);
        if (request.stream()) {
            writer.json.name("stream").bool(true);
        }
        writer.conversation();
        writer.tools();
        writer.parameters(maxTokens);
        writer.rest();
        writer.json.endObject();
        return writer.written("/v1/messages");
    }

    /// Writes the body of `POST /v1/messages/count_tokens`: what counts, and nothing else.
    static WrittenRequest writeCount(Request request, String model) {
        var writer = new MessagesRequestWriter(request);
        writer.json.object().member("model", model);
        writer.conversation();
        writer.tools();
        writer.json.endObject();
        return writer.written("/v1/messages/count_tokens");
    }

    private WrittenRequest written(String path) {
        return new WrittenRequest(path, headers(request), body.toByteArray(), losses.list());
    }

    /// What the dialect demands beside the body.
    static Map<String, String> headers(Request request) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("content-type", "application/json");
        headers.put("anthropic-version", "2023-06-01");
        String beta = beta(request.extras());
        if (beta != null) {
            headers.put(MessagesRequestReader.BETA, beta);
        }
        return headers;
    }

    private static @Nullable String beta(Extras extras) {
        RawJson beta = extras.fields().get(MessagesRequestReader.BETA);
        if (beta == null || !extras.dialect().equals(MessagesWords.DIALECT)) {
            return null;
        }
        try {
            return beta.cursor().string();
        } catch (JsonException e) {
            return null;
        }
    }

    private int maxTokens() {
        if (parameters.maxOutputTokens != null) {
            return parameters.maxOutputTokens;
        }
        losses.add("max_tokens", "was not given; " + DEFAULT_MAX_TOKENS + " is asked for");
        return DEFAULT_MAX_TOKENS;
    }

    private void conversation() {
        Conversation.of(request.messages(), losses).write(json, this::part);
    }

    private void part(Part part, String at) {
        if (part instanceof Part.Reasoning reasoning && !isOurs(reasoning.signature())) {
            losses.add(at, "reasoning without a signature of anthropic is left out");
        } else {
            MessagesParts.write(part, at, json, losses);
        }
    }

    private static boolean isOurs(Part.@Nullable Signed signature) {
        return signature != null && signature.issuer().equals(MessagesWords.DIALECT);
    }

    private void tools() {
        List<Tool> tools = request.offeredTools();
        Tool.Choice choice = request.toolChoice();
        if (!tools.isEmpty()) {
            json.array("tools");
            for (int i = 0; i < tools.size(); i++) {
                tool(tools.get(i), "tools[" + i + "]");
            }
            json.endArray();
        }
        Boolean parallel = request.parallelCalls();
        if (choice == null && (parallel == null || parallel || tools.isEmpty())) {
            return;
        }
        json.object("tool_choice");
        switch (choice) {
            case Tool.Choice.Required _ -> json.member("type", "any");
            case Tool.Choice.None _ -> json.member("type", "none");
            case Tool.Choice.One(String name) -> json.member("type", "tool").member("name", name);
            case Tool.Choice.Among(boolean required, _) ->
                    json.member("type", required ? "any" : "auto");
            case Tool.Choice.Auto _ -> json.member("type", "auto");
            case null -> json.member("type", "auto");
        }
        if (parallel != null && !(choice instanceof Tool.Choice.None)) {
            json.name("disable_parallel_tool_use").bool(!parallel);
        }
        json.endObject();
    }

    private void tool(Tool tool, String path) {
        switch (tool) {
            case Tool.Function function -> {
                json.object().member("name", function.name());
                json.member("description", function.description());
                RawJson schema = function.parameters();
                json.member(
                        "input_schema",
                        schema == null ? new RawJson("{\"type\":\"object\"}") : schema);
                json.member("strict", function.strict());
                MessagesParts.end(function.extras(), path, json, losses);
            }
            case Tool.Opaque(String dialect, RawJson definition) -> {
                if (dialect.equals(MessagesWords.DIALECT)) {
                    json.raw(definition);
                } else {
                    losses.add(path, "a tool of " + dialect + " is left out");
                }
            }
        }
    }

    private void parameters(int maxTokens) {
        boolean thinks = thinking(maxTokens);
        Double temperature = parameters.temperature;
        if (temperature != null && thinks && temperature != 1) {
            losses.add("temperature", "is left out: anthropic has none while it thinks");
        } else if (temperature != null && temperature > 1) {
            losses.add("temperature", "is " + temperature + "; 1 is the most that anthropic takes");
            json.member("temperature", 1.0);
        } else {
            json.member("temperature", temperature);
        }
        json.member("top_p", parameters.topP);
        if (thinks) {
            losses.dropped("top_k", parameters.topK);
        } else {
            json.member("top_k", parameters.topK);
        }
        if (!parameters.stop.isEmpty()) {
            json.array("stop_sequences");
            parameters.stop.forEach(json::string);
            json.endArray();
        }
        if (parameters.user != null) {
            json.object("metadata").member("user_id", parameters.user).endObject();
        }
        tier();
        Integer choices = parameters.choices;
        if (choices != null && choices > 1) {
            losses.add("n", "is " + choices + "; anthropic gives one answer");
        }
        losses.dropped("seed", parameters.seed);
        losses.dropped("frequency_penalty", parameters.frequencyPenalty);
        losses.dropped("presence_penalty", parameters.presencePenalty);
        losses.dropped("logit_bias", parameters.logitBias);
        losses.dropped("logprobs", Boolean.TRUE.equals(parameters.logProbs) ? true : null);
        losses.dropped("top_logprobs", parameters.topLogProbs);
        losses.dropped("metadata", parameters.metadata);
        losses.dropped("store", Boolean.TRUE.equals(parameters.store) ? true : null);
    }

    private void tier() {
        String tier = parameters.serviceTier;
        if (tier == null) {
            return;
        }
        if (tier.equals("auto") || tier.equals("standard_only")) {
            json.member("service_tier", tier);
        } else if (tier.equals("default")) {
            json.member("service_tier", "standard_only");
        } else {
            losses.dropped("service_tier", tier);
        }
    }

    /// Writes `thinking` and `output_config`.
    ///
    /// @return whether the model will think
    private boolean thinking(int maxTokens) {
        Thinking thinking = parameters.thinking;
        boolean ours = request.extras().dialect().equals(MessagesWords.DIALECT);
        String effort = null;
        boolean thinks = false;
        if (thinking != null && thinking.isOff()) {
            json.object("thinking").member("type", "disabled").endObject();
        } else if (thinking != null && thinking.adaptive()) {
            thinks = true;
            effort = thinking.effort();
            json.object("thinking").member("type", "adaptive");
            json.member("display", display(thinking)).endObject();
        } else if (thinking != null && ours && thinking.budgetTokens() == null) {
            effort = thinking.effort();
        } else if (thinking != null) {
            Integer given = thinking.budgetTokens();
            effort = ours ? thinking.effort() : null;
            int budget =
                    Math.min(
                            given == null ? Thinking.budgetOf(thinking.effort()) : given,
                            maxTokens - 1);
            if (given != null && ours) {
                budget = given;
            }
            if (budget >= Thinking.LEAST_BUDGET || ours) {
                thinks = true;
                json.object("thinking").member("type", "enabled");
                json.member("budget_tokens", budget);
                json.member("display", display(thinking)).endObject();
            } else {
                losses.add(
                        "reasoning_effort",
                        "is left out: thinking needs more than "
                                + Thinking.LEAST_BUDGET
                                + " tokens of output");
            }
        }
        outputConfig(effort);
        return thinks;
    }

    private static @Nullable String display(Thinking thinking) {
        String display = thinking.display();
        return "summarized".equals(display) || "omitted".equals(display) ? display : null;
    }

    private void outputConfig(@Nullable String effort) {
        RawJson schema =
                switch (parameters.format) {
                    case OutputFormat.JsonSchema given -> {
                        losses.dropped("response_format.json_schema.name", given.name());
                        yield given.schema();
                    }
                    case OutputFormat.JsonObject _ -> {
                        losses.add(
                                "response_format",
                                "is any JSON object; anthropic is given a schema for that");
                        yield new RawJson("{\"type\":\"object\",\"additionalProperties\":true}");
                    }
                    case OutputFormat.PlainText _ -> null;
                    case null -> null;
                };
        if (effort == null && schema == null) {
            return;
        }
        json.object("output_config").member("effort", effort);
        if (schema != null) {
            json.object("format").member("type", "json_schema").member("schema", schema);
            json.endObject();
        }
        json.endObject();
    }

    private void rest() {
        Extras extras = request.extras();
        MessagesCache.write(extras.cache(), json);
        var fields = new LinkedHashMap<>(extras.fields());
        if (extras.dialect().equals(MessagesWords.DIALECT)) {
            fields.remove(MessagesRequestReader.BETA);
        }
        losses.writeFields("", new Extras(null, extras.dialect(), fields), json);
    }
}
