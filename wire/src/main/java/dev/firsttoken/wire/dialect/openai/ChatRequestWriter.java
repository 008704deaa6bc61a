package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `POST /v1/chat/completions`.
final class ChatRequestWriter {

    private static final String STREAM_OPTION = "stream_options.";

    private final Request request;
    private final Losses losses = new Losses(ChatCodec.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);

    private ChatRequestWriter(Request request) {
        this.request = request;
    }

    static WrittenRequest write(Request request, String model) {
        var writer = new ChatRequestWriter(request);
        writer.json.object().member("model", model);
        writer.stream();
        var messages = new ChatMessageWriter(writer.json, writer.losses);
        writer.json.array("messages");
        for (int i = 0; i < request.messages().size(); i++) {
            Message message = request.messages().get(i);
            messages.write(message, "messages[" + i + "]");
        }
        writer.json.endArray();
        writer.tools();
        writer.parameters(request.parameters());
        writer.rest();
        writer.json.endObject();
        return new WrittenRequest(
                "/v1/chat/completions",
                Map.of("content-type", "application/json"),
                writer.body.toByteArray(),
                writer.losses.list());
    }

    private boolean isOurs() {
        return request.extras().dialect().equals(ChatCodec.DIALECT);
    }

    private void stream() {
        if (!request.stream()) {
            return;
        }
        json.name("stream").bool(true).object("stream_options");
        json.name("include_usage").bool(true);
        if (isOurs()) {
            request.extras()
                    .fields()
                    .forEach((name, value) -> {
                        if (name.startsWith(STREAM_OPTION)) {
                            json.member(name.substring(STREAM_OPTION.length()), value);
                        }
                    });
        }
        json.endObject();
    }

    private void tools() {
        List<Tool> tools = request.tools();
        if (!tools.isEmpty()) {
            json.array("tools");
            for (int i = 0; i < tools.size(); i++) {
                tool(tools.get(i), "tools[" + i + "]");
            }
            json.endArray();
        }
        switch (request.toolChoice()) {
            case Tool.Choice.Auto _ -> json.member("tool_choice", "auto");
            case Tool.Choice.Required _ -> json.member("tool_choice", "required");
            case Tool.Choice.None _ -> json.member("tool_choice", "none");
            case Tool.Choice.One(String name) -> {
                json.object("tool_choice");
                function(name);
                json.endObject();
            }
            case Tool.Choice.Among(boolean required, List<String> names) -> {
                json.object("tool_choice").member("type", "allowed_tools");
                json.object("allowed_tools").member("mode", required ? "required" : "auto");
                json.array("tools");
                for (String name : names) {
                    json.object();
                    function(name);
                    json.endObject();
                }
                json.endArray().endObject().endObject();
            }
            case null -> {}
        }
        json.member("parallel_tool_calls", request.parallelCalls());
    }

    private void function(String name) {
        json.member("type", "function").object("function").member("name", name).endObject();
    }

    private void tool(Tool tool, String path) {
        switch (tool) {
            case Tool.Function function -> {
                json.object().member("type", "function").object("function");
                json.member("name", function.name());
                json.member("description", function.description());
                json.member("parameters", function.parameters());
                json.member("strict", function.strict());
                losses.droppedCache(path, function.extras());
                losses.writeFields(path, function.extras(), json);
                json.endObject().endObject();
            }
            case Tool.Opaque(String dialect, RawJson definition) -> {
                if (dialect.equals(ChatCodec.DIALECT)) {
                    json.raw(definition);
                } else {
                    losses.add(path, "a tool of " + dialect + " is left out");
                }
            }
        }
    }

    private void parameters(Parameters parameters) {
        json.member("max_completion_tokens", parameters.maxOutputTokens);
        json.member("temperature", parameters.temperature);
        json.member("top_p", parameters.topP);
        if (isOurs()) {
            // Not OpenAI's, but that of many who speak its dialect.
            json.member("top_k", parameters.topK);
        } else {
            losses.dropped("top_k", parameters.topK);
        }
        if (!parameters.stop.isEmpty()) {
            json.array("stop");
            parameters.stop.forEach(json::string);
            json.endArray();
        }
        json.member("seed", parameters.seed);
        json.member("frequency_penalty", parameters.frequencyPenalty);
        json.member("presence_penalty", parameters.presencePenalty);
        json.member("logit_bias", parameters.logitBias);
        json.member("n", parameters.choices);
        json.member("logprobs", parameters.logProbs);
        json.member("top_logprobs", parameters.topLogProbs);
        json.member("metadata", parameters.metadata);
        json.member("user", parameters.user);
        json.member("store", parameters.store);
        json.member("service_tier", tier(parameters.serviceTier));
        json.member("reasoning_effort", effort(parameters.thinking));
        format(parameters.format);
    }

    /// Anthropic's word for "not faster than paid for" is OpenAI's `default`.
    private static @Nullable String tier(@Nullable String tier) {
        return "standard_only".equals(tier) ? "default" : tier;
    }

    private @Nullable String effort(@Nullable Thinking thinking) {
        if (thinking == null) {
            return null;
        }
        losses.dropped("thinking.display", thinking.display());
        String effort = thinking.nearestEffort();
        Integer budget = thinking.budgetTokens();
        if (thinking.effort() == null && budget != null) {
            losses.add("thinking.budget_tokens", "is " + budget + "; sent as effort " + effort);
        }
        return effort;
    }

    private void format(@Nullable OutputFormat format) {
        switch (format) {
            case OutputFormat.PlainText _ ->
                    json.object("response_format").member("type", "text").endObject();
            case OutputFormat.JsonObject _ ->
                    json.object("response_format").member("type", "json_object").endObject();
            case OutputFormat.JsonSchema schema -> {
                json.object("response_format").member("type", "json_schema");
                json.object("json_schema");
                json.member("name", schema.name() == null ? "answer" : schema.name());
                json.member("description", schema.description());
                json.member("schema", schema.schema()).member("strict", schema.strict());
                json.endObject().endObject();
            }
            case null -> {}
        }
    }

    private void rest() {
        Extras extras = request.extras();
        losses.droppedCache("cache_control", extras);
        var fields = new LinkedHashMap<>(extras.fields());
        fields.keySet().removeIf(name -> isOurs() && name.startsWith(STREAM_OPTION));
        losses.writeFields("", new Extras(null, extras.dialect(), fields), json);
    }
}
