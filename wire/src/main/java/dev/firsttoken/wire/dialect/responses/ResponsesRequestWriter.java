package dev.firsttoken.wire.dialect.responses;

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

/// Writes the body of `POST /v1/responses`.
///
/// Where this dialect's defaults are not those of the others, a request of another dialect says
/// what it means: answers are not kept, and schemas of functions are not followed to the letter.
final class ResponsesRequestWriter {

    /// What to include to get the probabilities of tokens.
    static final String LOGPROBS = "message.output_text.logprobs";

    private static final String TEXT_OPTION = "text.";
    private static final String REASONING_OPTION = "reasoning.";

    private final Request request;
    private final boolean ours;
    private final Losses losses = new Losses(ResponsesWords.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);

    private ResponsesRequestWriter(Request request) {
        this.request = request;
        this.ours = request.extras().dialect().equals(ResponsesWords.DIALECT);
    }

    static WrittenRequest write(Request request, String model) {
        var writer = new ResponsesRequestWriter(request);
        writer.json.object().member("model", model);
        if (request.stream()) {
            writer.json.name("stream").bool(true);
        }
        writer.input();
        writer.tools();
        writer.parameters(request.parameters());
        writer.rest();
        writer.json.endObject();
        return new WrittenRequest(
                "/v1/responses",
                Map.of("content-type", "application/json"),
                writer.body.toByteArray(),
                writer.losses.list());
    }

    private void input() {
        List<Message> messages = request.messages();
        String instructions =
                messages.isEmpty() ? null : ResponsesInput.instructions(messages.getFirst());
        json.member("instructions", instructions);
        int first = instructions == null ? 0 : 1;
        if (ours && first == messages.size()) {
            // The server has the input.
            return;
        }
        var items = new ResponsesInputWriter(json, losses);
        json.array("input");
        for (int i = first; i < messages.size(); i++) {
            items.write(messages.get(i), "messages[" + i + "]");
        }
        json.endArray();
    }

    private void tools() {
        List<Tool> tools = request.tools();
        if (!tools.isEmpty()) {
            json.array("tools");
            for (int i = 0; i < tools.size(); i++) {
                Tool tool = ours ? tools.get(i) : ResponsesTools.asElsewhere(tools.get(i));
                ResponsesTools.write(tool, "tools[" + i + "]", json, losses);
            }
            json.endArray();
        }
        ResponsesTools.writeChoice(request.toolChoice(), json);
        json.member("parallel_tool_calls", request.parallelCalls());
    }

    private void parameters(Parameters parameters) {
        json.member("max_output_tokens", parameters.maxOutputTokens);
        json.member("temperature", parameters.temperature);
        json.member("top_p", parameters.topP);
        json.member("top_logprobs", parameters.topLogProbs);
        if (!ours && Boolean.TRUE.equals(parameters.logProbs)) {
            json.array("include").string(LOGPROBS).endArray();
        }
        json.member("metadata", parameters.metadata);
        json.member("safety_identifier", parameters.user);
        json.member("store", ours || parameters.store != null ? parameters.store : Boolean.FALSE);
        // Anthropic's word for "not faster than paid for" is OpenAI's `default`.
        String tier = parameters.serviceTier;
        json.member("service_tier", "standard_only".equals(tier) ? "default" : tier);
        reasoning(parameters.thinking);
        text(parameters.format);
        losses.dropped("top_k", parameters.topK);
        losses.dropped("stop", parameters.stop.isEmpty() ? null : parameters.stop);
        losses.dropped("seed", parameters.seed);
        losses.dropped("frequency_penalty", parameters.frequencyPenalty);
        losses.dropped("presence_penalty", parameters.presencePenalty);
        losses.dropped("logit_bias", parameters.logitBias);
        Integer choices = parameters.choices;
        if (choices != null && choices > 1) {
            losses.add("n", "is " + choices + "; openai-responses gives one answer");
        }
    }

    private void reasoning(@Nullable Thinking thinking) {
        Map<String, RawJson> options = options(REASONING_OPTION);
        if (thinking == null && options.isEmpty()) {
            return;
        }
        json.object("reasoning");
        if (thinking != null) {
            json.member("effort", effort(thinking));
            json.member("summary", summary(thinking));
        }
        json.members(options).endObject();
    }

    private @Nullable String effort(Thinking thinking) {
        String effort = thinking.nearestEffort();
        Integer budget = thinking.budgetTokens();
        if (budget != null && thinking.effort() == null) {
            losses.add("thinking.budget_tokens", "is " + budget + "; sent as effort " + effort);
        }
        return effort;
    }

    /// Who thinks elsewhere shows it, unless told not to; here a summary must be asked for.
    private @Nullable String summary(Thinking thinking) {
        String display = thinking.display();
        if (ours) {
            return display;
        }
        boolean shows = thinking.budgetTokens() != null || thinking.adaptive();
        return shows && !"omitted".equals(display) ? "auto" : null;
    }

    private void text(@Nullable OutputFormat format) {
        Map<String, RawJson> options = options(TEXT_OPTION);
        if (format == null && options.isEmpty()) {
            return;
        }
        json.object("text");
        writeFormat(format, json);
        json.members(options).endObject();
    }

    /// Writes the member `format`, if there is one.
    static void writeFormat(@Nullable OutputFormat format, JsonWriter json) {
        switch (format) {
            case OutputFormat.PlainText _ ->
                    json.object("format").member("type", "text").endObject();
            case OutputFormat.JsonObject _ ->
                    json.object("format").member("type", "json_object").endObject();
            case OutputFormat.JsonSchema schema -> {
                json.object("format").member("type", "json_schema");
                json.member("name", schema.name() == null ? "answer" : schema.name());
                json.member("description", schema.description());
                json.member("schema", schema.schema()).member("strict", schema.strict());
                json.endObject();
            }
            case null -> {}
        }
    }

    /// The fields of ours that stood in an object of which the rest was understood.
    private Map<String, RawJson> options(String prefix) {
        var options = new LinkedHashMap<String, RawJson>();
        if (ours) {
            request.extras()
                    .fields()
                    .forEach((name, value) -> {
                        if (name.startsWith(prefix)) {
                            options.put(name.substring(prefix.length()), value);
                        }
                    });
        }
        return options;
    }

    private void rest() {
        Extras extras = request.extras();
        losses.droppedCache("cache_control", extras);
        var fields = new LinkedHashMap<>(extras.fields());
        fields.keySet()
                .removeIf(name ->
                        ours
                                && (name.startsWith(TEXT_OPTION)
                                        || name.startsWith(REASONING_OPTION)));
        losses.writeFields("", new Extras(null, extras.dialect(), fields), json);
    }
}
