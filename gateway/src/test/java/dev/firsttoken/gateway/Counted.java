package dev.firsttoken.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// What a stream says of its tokens and of why it ended, in one way of counting and in one set of
/// words, whatever dialect it is in. Nothing of ours reads it.
final class Counted {

    /// Tokens; -1 where nothing is said.
    ///
    /// @param input all of it, what came from a cache included
    /// @param output all of it, reasoning included
    record Tokens(long input, long cached, long output, long reasoned) {}

    /// Words for reasons. What is not here is its own word.
    private static final Map<String, String> REASONS =
            Map.ofEntries(
                    Map.entry("end_turn", "stop"),
                    Map.entry("stop_sequence", "stop"),
                    Map.entry("STOP", "stop"),
                    Map.entry("completed", "stop"),
                    Map.entry("COMPLETE", "stop"),
                    Map.entry("max_tokens", "length"),
                    Map.entry("MAX_TOKENS", "length"),
                    Map.entry("max_output_tokens", "length"),
                    Map.entry("tool_calls", "tool"),
                    Map.entry("tool_use", "tool"),
                    Map.entry("tool-calls", "tool"),
                    Map.entry("TOOL_CALL", "tool"),
                    Map.entry("refusal", "filter"),
                    Map.entry("SAFETY", "filter"),
                    Map.entry("content_filter", "filter"),
                    Map.entry("content-filter", "filter"),
                    Map.entry("guardrail_intervened", "filter"),
                    Map.entry("content_filtered", "filter"),
                    Map.entry("pause_turn", "pause"),
                    Map.entry("OTHER", "other"));

    private long input = -1;
    private long cached = -1;
    private long written;
    private long output = -1;
    private long reasoned = -1;

    private Counted() {}

    static Tokens tokens(String dialect, String body) throws Exception {
        var counted = new Counted();
        for (JsonNode event : Heard.events(dialect, body)) {
            counted.read(dialect, event);
        }
        boolean apart = dialect.equals("messages") || dialect.equals("bedrock");
        long all =
                counted.input < 0 || !apart
                        ? counted.input
                        : counted.input + Math.max(0, counted.cached) + counted.written;
        return new Tokens(all, counted.cached, counted.output, counted.reasoned);
    }

    /// @param calls whether the answer calls tools: not every dialect has a word for that
    static String reason(String word, boolean calls) {
        String reason = REASONS.getOrDefault(word, word);
        return calls && reason.equals("stop") ? "tool" : reason;
    }

    /// What a client of a dialect is told instead of a reason that it has no word for.
    static String told(String client, String reason) {
        boolean known = REASONS.containsValue(reason) && !reason.equals("pause");
        return switch (client) {
            case "chat" ->
                    reason.equals("pause") || reason.equals("compaction")
                            ? "stop"
                            : known || reason.equals("length") ? reason : "other";
            case "ui", "ag-ui" -> known || reason.equals("length") ? reason : "other";
            case "gemini" ->
                    reason.equals("pause") || reason.equals("compaction") ? "other" : reason;
            default -> reason;
        };
    }

    private void read(String dialect, JsonNode event) {
        switch (dialect) {
            case "chat" ->
                    chat(event.has("x_groq") ? event.at("/x_groq/usage") : event.path("usage"));
            case "messages" ->
                    messages(
                            event.has("message")
                                    ? event.at("/message/usage")
                                    : event.path("usage"));
            case "responses" -> {
                JsonNode usage = event.at("/response/usage");
                input = number(usage.path("input_tokens"), input);
                cached = number(usage.at("/input_tokens_details/cached_tokens"), cached);
                output = number(usage.path("output_tokens"), output);
                reasoned = number(usage.at("/output_tokens_details/reasoning_tokens"), reasoned);
            }
            case "gemini" -> gemini(event.path("usageMetadata"));
            case "ollama" -> {
                input = number(event.path("prompt_eval_count"), input);
                output = number(event.path("eval_count"), output);
            }
            case "bedrock" -> {
                JsonNode usage = event.path("usage");
                input = number(usage.path("inputTokens"), input);
                cached = number(usage.path("cacheReadInputTokens"), cached);
                written = number(usage.path("cacheWriteInputTokens"), written);
                output = number(usage.path("outputTokens"), output);
            }
            case "cohere" -> {
                // What is billed. Nothing of it is cached.
                JsonNode usage = event.at("/delta/usage/billed_units");
                input = number(usage.path("input_tokens"), input);
                output = number(usage.path("output_tokens"), output);
            }
            case "ui" -> page(event.at("/messageMetadata/usage"));
            case "ag-ui" -> page(event.path("usage").path(0));
            default -> throw new IllegalArgumentException(dialect);
        }
    }

    private void chat(JsonNode usage) {
        input = number(usage.path("prompt_tokens"), input);
        output = number(usage.path("completion_tokens"), output);
        cached = number(usage.at("/prompt_tokens_details/cached_tokens"), cached);
        cached = number(usage.path("prompt_cache_hit_tokens"), cached);
        reasoned = number(usage.at("/completion_tokens_details/reasoning_tokens"), reasoned);
        // Some count reasoning beside the output.
        output = Math.max(output, number(usage.path("total_tokens"), 0) - input);
    }

    private void messages(JsonNode usage) {
        input = number(usage.path("input_tokens"), input);
        cached = number(usage.path("cache_read_input_tokens"), cached);
        written = number(usage.path("cache_creation_input_tokens"), written);
        output = number(usage.path("output_tokens"), output);
        reasoned = number(usage.at("/output_tokens_details/thinking_tokens"), reasoned);
    }

    private void gemini(JsonNode usage) {
        if (usage.has("promptTokenCount")) {
            input =
                    usage.path("promptTokenCount").asLong()
                            + usage.path("toolUsePromptTokenCount").asLong();
            output =
                    usage.path("candidatesTokenCount").asLong()
                            + usage.path("thoughtsTokenCount").asLong();
        }
        cached = number(usage.path("cachedContentTokenCount"), cached);
        reasoned = number(usage.path("thoughtsTokenCount"), reasoned);
    }

    private void page(JsonNode usage) {
        input = number(usage.path("inputTokens"), input);
        cached = number(usage.path("cachedInputTokens"), cached);
        output = number(usage.path("outputTokens"), output);
        reasoned = number(usage.path("reasoningTokens"), reasoned);
    }

    private static long number(JsonNode node, long otherwise) {
        return node.isNumber() ? node.asLong() : otherwise;
    }
}
