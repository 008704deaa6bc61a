package dev.firsttoken.wire.dialect.responses;

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

/// Reads the body of `POST /v1/responses`.
///
/// Instructions become the first message. What else is asked of a server that keeps responses stays
/// among the extras: `previous_response_id`, `conversation`, `prompt`, `background`.
final class ResponsesRequestReader {

    /// What stands in for an input: the server has it.
    private static final List<String> INSTEAD_OF_INPUT =
            List.of(ResponsesCodec.PREVIOUS_RESPONSE_ID, "conversation", "prompt");

    private ResponsesRequestReader() {}

    static Request read(byte[] bytes) throws InvalidRequestException {
        JsonFields body = JsonFields.ofBody(bytes);
        var messages = new ArrayList<Message>();
        String instructions = body.string("instructions");
        if (instructions != null) {
            messages.add(Message.of(Role.SYSTEM, instructions));
        }
        if (body.isString("input")) {
            messages.add(Message.of(Role.USER, body.needString("input")));
        } else if (body.has("input")) {
            messages.addAll(ResponsesInput.read(body.objects("input")));
        } else if (INSTEAD_OF_INPUT.stream().noneMatch(body::has)) {
            throw new InvalidRequestException(
                    "missing (expected: a text or an array of items)", "input");
        }
        var tools = new ArrayList<Tool>();
        for (JsonFields tool : body.objects("tools")) {
            tools.add(ResponsesTools.read(tool));
        }
        String model = body.string("model");
        boolean stream = Boolean.TRUE.equals(body.bool("stream"));
        Tool.Choice choice = ResponsesTools.readChoice(body);
        Boolean parallel = body.bool("parallel_tool_calls");
        var rest = new LinkedHashMap<String, RawJson>();
        Parameters parameters = parameters(body, rest);
        rest.putAll(body.rest());
        return new Request(
                model,
                stream,
                true,
                List.copyOf(messages),
                List.copyOf(tools),
                choice,
                parallel,
                parameters,
                new Extras(null, ResponsesWords.DIALECT, rest));
    }

    /// @param rest gets what is left of objects of which something was understood
    private static Parameters parameters(JsonFields body, Map<String, RawJson> rest)
            throws InvalidRequestException {
        var parameters = new Parameters();
        parameters.maxOutputTokens = body.count("max_output_tokens");
        parameters.temperature = body.number("temperature");
        parameters.topP = body.number("top_p");
        parameters.topLogProbs = body.count("top_logprobs");
        parameters.logProbs = logProbs(body);
        parameters.metadata = body.raw("metadata");
        parameters.user = body.string("user");
        String safety = body.string("safety_identifier");
        parameters.user = safety == null ? parameters.user : safety;
        parameters.store = body.bool("store");
        parameters.serviceTier = body.string("service_tier");
        JsonFields reasoning = body.object("reasoning");
        if (reasoning != null) {
            String effort = reasoning.string("effort");
            String summary = reasoning.string("summary");
            if (effort != null || summary != null) {
                parameters.thinking = new Thinking(effort, null, false, summary);
            }
            reasoning.rest().forEach((name, value) -> rest.put("reasoning." + name, value));
        }
        JsonFields text = body.object("text");
        if (text != null) {
            parameters.format = format(text.object("format"));
            text.rest().forEach((name, value) -> rest.put("text." + name, value));
        }
        return parameters;
    }

    /// Whether the probabilities are among what is to be included. The list itself is not taken.
    private static @Nullable Boolean logProbs(JsonFields body) throws InvalidRequestException {
        RawJson include = body.raw("include");
        if (include == null) {
            return null;
        }
        body.putBack("include", include);
        var wrapped = new RawJson("{\"include\":" + include.text() + "}");
        boolean wanted =
                JsonFields.of(wrapped, "")
                        .strings("include")
                        .contains(ResponsesRequestWriter.LOGPROBS);
        return wanted ? true : null;
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
                RawJson schema = format.raw("schema");
                if (schema == null) {
                    throw new InvalidRequestException(
                            "missing (expected: a JSON Schema)", format.path("schema"));
                }
                yield new OutputFormat.JsonSchema(
                        format.string("name"),
                        format.string("description"),
                        schema,
                        format.bool("strict"));
            }
            default -> throw format.unexpected("type", type, "text, json_object or json_schema");
        };
    }
}
