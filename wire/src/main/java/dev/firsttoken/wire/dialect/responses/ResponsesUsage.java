package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;

/// Token counts of one response: input includes what was cached, output includes reasoning.
final class ResponsesUsage {

    private long input;
    private long cached;
    private long cacheWrite;
    private long output;
    private long reasoning;

    /// Reads the usage object ahead.
    Usage read(JsonCursor json) throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "input_tokens" -> input = count(json);
                case "output_tokens" -> output = count(json);
                case "input_tokens_details", "output_tokens_details" -> details(json);
                default -> json.skip();
            }
        }
        return new Usage(input, cached, cacheWrite, output, reasoning, false);
    }

    private void details(JsonCursor json) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "cached_tokens" -> cached = count(json);
                case "cache_write_tokens" -> cacheWrite = count(json);
                case "reasoning_tokens" -> reasoning = count(json);
                default -> json.skip();
            }
        }
    }

    private static long count(JsonCursor json) throws JsonException {
        return Math.max(0, json.number());
    }

    static void write(Usage usage, JsonWriter out) {
        out.object();
        out.name("input_tokens").number(usage.inputTokens());
        out.object("input_tokens_details");
        out.name("cached_tokens").number(usage.cachedInputTokens());
        if (usage.cacheWriteTokens() > 0) {
            out.name("cache_write_tokens").number(usage.cacheWriteTokens());
        }
        out.endObject();
        out.name("output_tokens").number(usage.outputTokens());
        out.object("output_tokens_details");
        out.name("reasoning_tokens").number(usage.reasoningTokens()).endObject();
        out.name("total_tokens").number(usage.inputTokens() + usage.outputTokens());
        out.endObject();
    }
}
