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
        for (String line : body.split("\n")) {
            String data = line.strip();
            if (!dialect.equals("ollama")) {
                data = data.startsWith("data: ") ? data.substring(6) : "";
            }
            if (data.equals("[DONE]")) {
                heard.ended = true;
            } else if (!data.isEmpty()) {
                heard.event(dialect, JSON.readTree(data));
            }
        }
        heard.names.forEach(
                (index, name) -> heard.calls.add(name + " " + heard.arguments.get(index)));
        return heard;
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
            case "simple" -> text.append(event.path("content").asText(""));
            default -> throw new IllegalArgumentException(dialect);
        }
    }

    private void chunk(JsonNode event) {
        for (JsonNode choice : event.path("choices")) {
            JsonNode delta = choice.path("delta");
            text.append(delta.path("content").asText(""));
            reasoning.append(delta.path("reasoning_content").asText(""));
            for (JsonNode call : delta.path("tool_calls")) {
                int index = call.path("index").asInt();
                if (call.path("function").has("name")) {
                    names.put(index, call.path("function").path("name").asText());
                }
                arguments
                        .computeIfAbsent(index, _ -> new StringBuilder())
                        .append(call.path("function").path("arguments").asText(""));
            }
            finish = choice.path("finish_reason").asText(finish).replace("null", finish);
        }
        usage(event.path("usage"), "prompt_tokens", "completion_tokens");
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
            case "response.completed" -> {
                ended = true;
                finish = event.path("response").path("status").asText();
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
            default -> throw new IllegalArgumentException(dialect);
        }
        return heard;
    }
}
