package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the response object: the whole answer, and what was asked for beside it.
///
/// Clients expect each of these fields to be there; where the request said nothing, they get
/// OpenAI's default, but for `store`, which is false then.
final class ResponsesObject {

    private final AnswerHead head;
    private final Request request;
    private final Map<String, RawJson> asked;

    /// What was asked for: members that are the same in each object of a stream.
    private final String tail;

    ResponsesObject(AnswerHead head, Request request) {
        this.head = head;
        this.request = request;
        Extras extras = request.extras();
        this.asked = extras.dialect().equals(ResponsesWords.DIALECT) ? extras.fields() : Map.of();
        var members = new Utf8Buffer(1024);
        JsonWriter json = new JsonWriter(members).object();
        tail(request.parameters(), json);
        json.endObject();
        String object = new RawJson(members.toString()).inOneLine().text();
        this.tail = "," + object.substring(1);
    }

    /// @param incomplete why the answer is incomplete
    /// @param output the items that are done, by their place
    /// @param tier the service tier that the provider named
    void write(
            String status,
            @Nullable String incomplete,
            @Nullable Failure failure,
            List<@Nullable String> output,
            @Nullable Usage usage,
            @Nullable String tier,
            Utf8Buffer out) {
        JsonWriter json = new JsonWriter(out).object().member("id", "resp_" + head.id());
        json.member("object", "response").member("created_at", head.createdSeconds());
        json.member("status", status).name("error");
        if (failure == null) {
            json.nothing();
        } else {
            json.object().member("code", failure.kind().code());
            json.member("message", failure.detail()).endObject();
        }
        json.name("incomplete_details");
        if (incomplete == null) {
            json.nothing();
        } else {
            json.object().member("reason", incomplete).endObject();
        }
        json.member("model", head.model()).array("output");
        for (String item : output) {
            if (item != null) {
                json.raw(new RawJson(item));
            }
        }
        json.endArray();
        String asked = request.parameters().serviceTier;
        json.member("service_tier", tier != null ? tier : asked == null ? "default" : asked);
        json.name("usage");
        if (usage == null) {
            json.nothing();
        } else {
            ResponsesUsage.write(usage, json);
        }
        out.raw(tail);
    }

    private void tail(Parameters parameters, JsonWriter json) {
        json.name("background").bool(isTrue(ResponsesCodec.BACKGROUND));
        orNull("instructions", instructions(), json);
        json.name("max_output_tokens");
        if (parameters.maxOutputTokens == null) {
            json.nothing();
        } else {
            json.number(parameters.maxOutputTokens.longValue());
        }
        echo("max_tool_calls", "null", json);
        json.name("parallel_tool_calls").bool(!Boolean.FALSE.equals(request.parallelCalls()));
        echo(ResponsesCodec.PREVIOUS_RESPONSE_ID, "null", json);
        echo("prompt_cache_key", "null", json);
        reasoning(parameters.thinking, json);
        json.name("store").bool(Boolean.TRUE.equals(parameters.store));
        json.name("temperature").number(or(parameters.temperature, 1));
        json.object("text");
        ResponsesRequestWriter.writeFormat(
                parameters.format == null ? new OutputFormat.PlainText() : parameters.format, json);
        json.member("verbosity", asked.get("text.verbosity"));
        json.endObject();
        if (!ResponsesTools.writeChoice(request.toolChoice(), json)) {
            echo("tool_choice", "\"auto\"", json);
        }
        json.array("tools");
        var losses = new Losses(ResponsesWords.DIALECT);
        for (Tool tool : request.tools()) {
            ResponsesTools.write(tool, "tools", json, losses);
        }
        json.endArray();
        json.name("top_logprobs").number(or(parameters.topLogProbs, 0));
        json.name("top_p").number(or(parameters.topP, 1));
        json.name("presence_penalty").number(or(parameters.presencePenalty, 0));
        json.name("frequency_penalty").number(or(parameters.frequencyPenalty, 0));
        echo("truncation", "\"disabled\"", json);
        orNull("user", parameters.user, json);
        json.name("metadata");
        json.raw(parameters.metadata == null ? RawJson.EMPTY_OBJECT : parameters.metadata);
    }

    /// The instructions, as far as the request has any.
    private @Nullable String instructions() {
        List<Message> messages = request.messages();
        return messages.isEmpty() ? null : ResponsesInput.instructions(messages.getFirst());
    }

    private void reasoning(@Nullable Thinking thinking, JsonWriter json) {
        json.object("reasoning");
        orNull("effort", thinking == null ? null : thinking.effort(), json);
        orNull("summary", thinking == null ? null : thinking.display(), json);
        json.endObject();
    }

    private boolean isTrue(String name) {
        RawJson value = asked.get(name);
        return value != null && value.text().equals("true");
    }

    /// Writes a field of the request again.
    private void echo(String name, String otherwise, JsonWriter json) {
        RawJson value = asked.get(name);
        json.name(name).raw(value == null ? new RawJson(otherwise) : value);
    }

    private static double or(@Nullable Number value, double otherwise) {
        return value == null ? otherwise : value.doubleValue();
    }

    private static void orNull(String name, @Nullable String value, JsonWriter json) {
        if (value == null) {
            json.name(name).nothing();
        } else {
            json.member(name, value);
        }
    }
}
