package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import java.util.List;

/// Token counts of one answer. They come with every chunk, cumulative, and a count that is absent
/// stays as it was.
///
/// What a prompt of a tool costs is counted beside the prompt, and thoughts beside the candidates,
/// unlike our input and output.
final class GeminiUsage {

    private long prompt;
    private long toolPrompt;
    private long cached;
    private long candidates;
    private long thoughts;
    private String tier = "";
    private Usage told = Usage.NONE;

    /// Reads the `usageMetadata` object ahead, and tells it when it has changed.
    void read(JsonCursor json, List<StreamEvent> found) throws JsonException {
        String was = tier;
        boolean counted = false;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "promptTokenCount" -> {
                    prompt = json.count();
                    counted = true;
                }
                case "toolUsePromptTokenCount" -> toolPrompt = json.count();
                case "cachedContentTokenCount" -> cached = json.count();
                case "candidatesTokenCount" -> {
                    candidates = json.count();
                    counted = true;
                }
                case "thoughtsTokenCount" -> thoughts = json.count();
                case "serviceTier" -> tier = json.readNonEmptyString() ? json.value() : tier;
                default -> json.skip();
            }
        }
        if (!tier.equals(was)) {
            found.add(new Metadata(Metadata.SERVICE_TIER, tier));
        }
        Usage now = new Usage(prompt + toolPrompt, cached, candidates + thoughts, thoughts);
        if (counted && !now.equals(told)) {
            told = now;
            found.add(now);
        }
    }

    static void write(Usage usage, JsonWriter out) {
        out.object();
        out.name("promptTokenCount").number(usage.inputTokens());
        out.name("candidatesTokenCount")
                .number(Math.max(0, usage.outputTokens() - usage.reasoningTokens()));
        out.name("totalTokenCount").number(usage.inputTokens() + usage.outputTokens());
        if (usage.cachedInputTokens() > 0) {
            out.name("cachedContentTokenCount").number(usage.cachedInputTokens());
        }
        if (usage.reasoningTokens() > 0) {
            out.name("thoughtsTokenCount").number(usage.reasoningTokens());
        }
        out.endObject();
    }
}
