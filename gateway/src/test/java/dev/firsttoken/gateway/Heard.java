package dev.firsttoken.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a client of some dialect understands of an answer. It reads with a JSON library and with
/// nothing of ours.
final class Heard {

    private static final ObjectMapper JSON = new ObjectMapper();

    final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();

    /// Calls as `name arguments`.
    final List<String> calls = new ArrayList<>();

    String finish = "";
    long input;
    long output;

    /// Whether the answer ended as a good one does.
    boolean ended;

    /// What the answer says has gone wrong; empty if nothing did.
    String error = "";

    private final Map<Integer, String> names = new TreeMap<>();
    private final Map<Integer, StringBuilder> arguments = new TreeMap<>();

    private Heard() {}

    static Heard stream(String dialect, String body) throws Exception {
        var heard = new Heard();
        if (dialect.equals("bedrock") && body.startsWith("{")) {
            // A refusal, as every other dialect's says `error`.
            heard.error = JSON.readTree(body).path("message").asText();
        } else if (dialect.equals("bedrock")) {
            for (AwsMessages.Message message : AwsMessages.read(body)) {
                heard.message(message);
            }
        } else {
            heard.ended = body.lines().anyMatch(line -> line.strip().equals("data: [DONE]"));
            for (JsonNode event : events(dialect, body)) {
                heard.event(dialect, event);
            }
        }
        heard.names.forEach(
                (index, name) -> heard.calls.add(name + " " + heard.arguments.get(index)));
        return heard;
    }

    /// The JSON of each event of a stream.
    static List<JsonNode> events(String dialect, String body) throws Exception {
        var events = new ArrayList<JsonNode>();
        if (dialect.equals("bedrock")) {
            for (AwsMessages.Message message : AwsMessages.read(body)) {
                events.add(JSON.readTree(message.payload()));
            }
            return events;
        }
        for (String line : body.split("\n")) {
            String data = line.strip();
            if (!dialect.equals("ollama")) {
                data = data.startsWith("data: ") ? data.substring(6) : "";
            }
            if (!data.isEmpty() && !data.equals("[DONE]")) {
                events.add(JSON.readTree(data));
            }
        }
        return events;
    }

    private void message(AwsMessages.Message message) throws Exception {
        JsonNode json = JSON.readTree(message.payload());
        if (message.headers().get(":message-type").equals("exception")) {
            error = json.path("message").asText();
            return;
        }
        int index = json.path("contentBlockIndex").asInt();
        switch (message.type()) {
            case "contentBlockStart" -> {
                if (json.path("start").has("toolUse")) {
                    names.put(index, json.at("/start/toolUse/name").asText());
                    arguments.put(index, new StringBuilder());
                }
            }
            case "contentBlockDelta" -> {
                JsonNode delta = json.path("delta");
                text.append(delta.path("text").asText(""));
                reasoning.append(delta.at("/reasoningContent/text").asText(""));
                if (delta.has("toolUse")) {
                    arguments.get(index).append(delta.at("/toolUse/input").asText());
                }
            }
            case "messageStop" -> {
                ended = true;
                finish = json.path("stopReason").asText();
            }
            case "metadata" -> usage(json.path("usage"), "inputTokens", "outputTokens");
            default -> {
                // Nothing to hear.
            }
        }
    }

    private void event(String dialect, JsonNode event) {
        if (event.has("error") && !event.path("error").isNull()) {
            JsonNode said = event.path("error");
            error = said.isTextual() ? said.asText() : said.path("message").asText();
        }
        switch (dialect) {
            case "chat" -> chunk(event);
            case "messages" -> message(event);
            case "responses" -> response(event);
            case "gemini" -> candidates(event);
            case "ollama" -> line(event);
            case "ui" -> part(event);
            case "ag-ui" -> run(event);
            case "cohere" -> delta(event);
            case "simple" -> text.append(event.path("content").asText(""));
            default -> throw new IllegalArgumentException(dialect);
        }
    }

    private void chunk(JsonNode event) {
        for (JsonNode choice : event.path("choices")) {
            if (choice.path("index").asInt() > 0) {
                continue;
            }
            JsonNode delta = choice.path("delta");
            content(delta.path("content"));
            reasoning.append(said(delta.path("reasoning_content")));
            reasoning.append(said(delta.path("reasoning")));
            for (JsonNode call : delta.path("tool_calls")) {
                String name = said(call.path("function").path("name"));
                // Some providers give calls no number, and each in one piece.
                int last = names.size() - (name.isEmpty() ? 1 : 0);
                int index = call.path("index").asInt(last);
                if (!name.isEmpty()) {
                    names.put(index, name);
                }
                arguments
                        .computeIfAbsent(index, _ -> new StringBuilder())
                        .append(said(call.path("function").path("arguments")));
            }
            finish = choice.path("finish_reason").asText(finish).replace("null", finish);
        }
        usage(event.path("usage"), "prompt_tokens", "completion_tokens");
    }

    /// A text, or parts of which some are thoughts.
    private void content(JsonNode content) {
        text.append(said(content));
        for (JsonNode part : content) {
            text.append(said(part.path("text")));
            for (JsonNode thought : part.path("thinking")) {
                reasoning.append(said(thought.path("text")));
            }
        }
    }

    private static String said(JsonNode node) {
        return node.isTextual() ? node.asText() : "";
    }

    private void usage(JsonNode usage, String in, String out) {
        if (usage.has(in)) {
            input = usage.path(in).asLong();
        }
        if (usage.has(out)) {
            output = usage.path(out).asLong();
        }
    }

    private void message(JsonNode event) {
        int index = event.path("index").asInt();
        switch (event.path("type").asText()) {
            case "content_block_start" -> {
                JsonNode block = event.path("content_block");
                if (block.path("type").asText().equals("tool_use")) {
                    names.put(index, block.path("name").asText());
                    // Some calls are there at once.
                    JsonNode whole = block.path("input");
                    arguments.put(
                            index, new StringBuilder(whole.isEmpty() ? "" : whole.toString()));
                }
            }
            case "content_block_delta" -> {
                JsonNode delta = event.path("delta");
                text.append(delta.path("text").asText(""));
                reasoning.append(delta.path("thinking").asText(""));
                if (delta.has("partial_json") && arguments.containsKey(index)) {
                    arguments.get(index).append(delta.path("partial_json").asText());
                }
            }
            case "message_start" ->
                    usage(event.path("message").path("usage"), "input_tokens", "output_tokens");
            case "message_delta" -> {
                finish = event.path("delta").path("stop_reason").asText();
                usage(event.path("usage"), "input_tokens", "output_tokens");
            }
            case "message_stop" -> ended = true;
            default -> {
                // Nothing to hear.
            }
        }
    }

    private void response(JsonNode event) {
        switch (event.path("type").asText()) {
            case "response.output_text.delta" -> text.append(event.path("delta").asText());
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
                    reasoning.append(event.path("delta").asText());
            case "response.output_item.done" -> {
                JsonNode item = event.path("item");
                if (item.path("type").asText().equals("function_call")) {
                    calls.add(item.path("name").asText() + " " + item.path("arguments").asText());
                }
            }
            case "response.completed", "response.incomplete" -> {
                ended = true;
                String status = event.at("/response/status").asText();
                finish = said(event.at("/response/incomplete_details/reason"));
                finish = finish.isEmpty() ? status : finish;
                usage(event.path("response").path("usage"), "input_tokens", "output_tokens");
            }
            case "error" -> error = event.path("message").asText(error);
            case "response.failed" -> error = event.at("/response/error/message").asText(error);
            default -> {
                // Nothing to hear.
            }
        }
    }

    private void candidates(JsonNode event) {
        for (JsonNode candidate : event.path("candidates")) {
            if (candidate.path("index").asInt() > 0) {
                continue;
            }
            for (JsonNode part : candidate.path("content").path("parts")) {
                StringBuilder to = part.path("thought").asBoolean() ? reasoning : text;
                to.append(part.path("text").asText(""));
                if (part.has("functionCall")) {
                    JsonNode call = part.path("functionCall");
                    calls.add(call.path("name").asText() + " " + call.path("args"));
                }
            }
            if (candidate.has("finishReason")) {
                finish = candidate.path("finishReason").asText();
                ended = true;
            }
        }
        JsonNode usage = event.path("usageMetadata");
        if (usage.has("promptTokenCount")) {
            input = usage.path("promptTokenCount").asLong();
            output =
                    usage.path("candidatesTokenCount").asLong()
                            + usage.path("thoughtsTokenCount").asLong();
        }
    }

    private void line(JsonNode event) {
        JsonNode message = event.path("message");
        text.append(message.path("content").asText(""));
        reasoning.append(message.path("thinking").asText(""));
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            calls.add(function.path("name").asText() + " " + function.path("arguments"));
        }
        if (event.path("done").asBoolean()) {
            ended = true;
            finish = event.path("done_reason").asText();
            usage(event, "prompt_eval_count", "eval_count");
        }
    }

    /// Cohere's. What it plans to do with tools is a thought, too.
    private void delta(JsonNode event) {
        int index = event.path("index").asInt();
        JsonNode message = event.at("/delta/message");
        switch (event.path("type").asText()) {
            case "content-start", "content-delta", "tool-plan-delta" -> {
                text.append(said(message.at("/content/text")));
                reasoning.append(said(message.at("/content/thinking")));
                reasoning.append(said(message.path("tool_plan")));
            }
            case "tool-call-start", "tool-call-delta" -> {
                JsonNode function = message.at("/tool_calls/function");
                if (function.has("name")) {
                    names.put(index, function.path("name").asText());
                }
                arguments
                        .computeIfAbsent(index, _ -> new StringBuilder())
                        .append(said(function.path("arguments")));
            }
            case "message-end" -> {
                ended = true;
                finish = event.at("/delta/finish_reason").asText();
            }
            default -> {
                // Nothing to hear.
            }
        }
    }

    private void part(JsonNode part) {
        switch (part.path("type").asText()) {
            case "text-delta" -> text.append(part.path("delta").asText());
            case "reasoning-delta" -> reasoning.append(part.path("delta").asText());
            case "tool-input-available" ->
                    calls.add(part.path("toolName").asText() + " " + part.path("input"));
            case "finish" -> {
                finish = part.path("finishReason").asText();
                usage(part.at("/messageMetadata/usage"), "inputTokens", "outputTokens");
            }
            case "error" -> error = part.path("errorText").asText();
            default -> {
                // Nothing to hear.
            }
        }
    }

    private void run(JsonNode event) {
        switch (event.path("type").asText()) {
            case "TEXT_MESSAGE_CONTENT" -> text.append(event.path("delta").asText());
            case "REASONING_MESSAGE_CONTENT" -> reasoning.append(event.path("delta").asText());
            case "TOOL_CALL_START" -> {
                names.put(names.size(), event.path("toolCallName").asText());
                arguments.put(names.size() - 1, new StringBuilder());
            }
            case "TOOL_CALL_ARGS" ->
                    arguments.get(names.size() - 1).append(event.path("delta").asText());
            case "RUN_FINISHED" -> {
                ended = true;
                finish = event.at("/result/finishReason").asText();
                usage(event.path("usage").path(0), "inputTokens", "outputTokens");
            }
            case "RUN_ERROR" -> error = event.path("message").asText();
            default -> {
                // Nothing to hear.
            }
        }
    }

    /// A whole answer.
    static Heard whole(String dialect, String body) throws Exception {
        var heard = new Heard();
        JsonNode answer = JSON.readTree(body);
        switch (dialect) {
            case "chat" -> {
                JsonNode choice = answer.path("choices").path(0);
                JsonNode message = choice.path("message");
                heard.text.append(message.path("content").asText(""));
                heard.reasoning.append(message.path("reasoning_content").asText(""));
                for (JsonNode call : message.path("tool_calls")) {
                    JsonNode function = call.path("function");
                    heard.calls.add(
                            function.path("name").asText()
                                    + " "
                                    + function.path("arguments").asText());
                }
                heard.finish = choice.path("finish_reason").asText();
                heard.usage(answer.path("usage"), "prompt_tokens", "completion_tokens");
            }
            case "messages" -> {
                for (JsonNode block : answer.path("content")) {
                    heard.text.append(block.path("text").asText(""));
                    heard.reasoning.append(block.path("thinking").asText(""));
                    if (block.path("type").asText().equals("tool_use")) {
                        heard.calls.add(block.path("name").asText() + " " + block.path("input"));
                    }
                }
                heard.finish = answer.path("stop_reason").asText();
                heard.usage(answer.path("usage"), "input_tokens", "output_tokens");
            }
            case "responses" -> {
                for (JsonNode item : answer.path("output")) {
                    for (JsonNode part : item.path("content")) {
                        heard.text.append(part.path("text").asText(""));
                    }
                    for (JsonNode part : item.path("summary")) {
                        heard.reasoning.append(part.path("text").asText(""));
                    }
                    if (item.path("type").asText().equals("function_call")) {
                        heard.calls.add(
                                item.path("name").asText() + " " + item.path("arguments").asText());
                    }
                }
                heard.finish = answer.path("status").asText();
                heard.usage(answer.path("usage"), "input_tokens", "output_tokens");
            }
            case "gemini" -> heard.candidates(answer);
            case "ollama" -> heard.line(answer);
            case "bedrock" -> {
                for (JsonNode block : answer.at("/output/message/content")) {
                    heard.text.append(block.path("text").asText(""));
                    heard.reasoning.append(
                            block.at("/reasoningContent/reasoningText/text").asText(""));
                    if (block.has("toolUse")) {
                        JsonNode call = block.path("toolUse");
                        heard.calls.add(call.path("name").asText() + " " + call.path("input"));
                    }
                }
                heard.finish = answer.path("stopReason").asText();
                heard.usage(answer.path("usage"), "inputTokens", "outputTokens");
            }
            default -> throw new IllegalArgumentException(dialect);
        }
        return heard;
    }
}
