package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;

/// Token counts. `inputTokens` leaves out what was read from and written to a cache, unlike our
/// input; reasoning is output and not counted by itself.
final class BedrockUsage {

    private BedrockUsage() {}

    /// Reads the usage object ahead.
    static Usage read(JsonCursor json) throws JsonException {
        long input = 0;
        long cacheRead = 0;
        long cacheWrite = 0;
        long output = 0;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "inputTokens" -> input = json.count();
                case "cacheReadInputTokens" -> cacheRead = json.count();
                case "cacheWriteInputTokens" -> cacheWrite = json.count();
                case "outputTokens" -> output = json.count();
                default -> json.skip();
            }
        }
        return new Usage(input + cacheRead + cacheWrite, cacheRead, cacheWrite, output, 0, false);
    }

    static void write(Usage usage, JsonWriter out) {
        long plain = usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens();
        out.object();
        out.name("inputTokens").number(Math.max(0, plain));
        out.name("outputTokens").number(usage.outputTokens());
        out.name("totalTokens").number(usage.inputTokens() + usage.outputTokens());
        if (usage.cachedInputTokens() > 0 || usage.cacheWriteTokens() > 0) {
            out.name("cacheReadInputTokens").number(usage.cachedInputTokens());
            out.name("cacheWriteInputTokens").number(usage.cacheWriteTokens());
        }
        out.endObject();
    }
}
