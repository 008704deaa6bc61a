package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import java.util.List;

/// Token counts of one message. Each usage object holds what changed: a count that is absent stays
/// as it was.
///
/// `input_tokens` leaves out what was read from and written to a cache, unlike our input.
final class MessagesUsage {

    private long input;
    private long cacheRead;
    private long cacheWrite;
    private long output;
    private long thinking;
    private String tier = "";

    /// Reads the usage object ahead.
    void read(JsonCursor json, List<StreamEvent> found) throws JsonException {
        String was = tier;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "input_tokens" -> input = count(json, input);
                case "cache_read_input_tokens" -> cacheRead = count(json, cacheRead);
                case "cache_creation_input_tokens" -> cacheWrite = count(json, cacheWrite);
                case "output_tokens" -> output = count(json, output);
                case "output_tokens_details" -> details(json);
                case "service_tier" -> tier = json.readNonEmptyString() ? json.value() : tier;
                default -> json.skip();
            }
        }
        if (!tier.equals(was)) {
            found.add(new Metadata(Metadata.SERVICE_TIER, tier));
        }
        found.add(
                new Usage(
                        input + cacheRead + cacheWrite,
                        cacheRead,
                        cacheWrite,
                        output,
                        thinking,
                        false));
    }

    private void details(JsonCursor json) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals("thinking_tokens")) {
                thinking = count(json, thinking);
            } else {
                json.skip();
            }
        }
    }

    private static long count(JsonCursor json, long otherwise) throws JsonException {
        if (json.isNull()) {
            json.skip();
            return otherwise;
        }
        return Math.max(0, json.number());
    }

    static void write(Usage usage, JsonWriter out) {
        long plain = usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens();
        out.object();
        out.name("input_tokens").number(Math.max(0, plain));
        out.name("cache_creation_input_tokens").number(usage.cacheWriteTokens());
        out.name("cache_read_input_tokens").number(usage.cachedInputTokens());
        out.name("output_tokens").number(usage.outputTokens());
        if (usage.reasoningTokens() > 0) {
            out.object("output_tokens_details");
            out.name("thinking_tokens").number(usage.reasoningTokens()).endObject();
        }
        out.endObject();
    }
}
