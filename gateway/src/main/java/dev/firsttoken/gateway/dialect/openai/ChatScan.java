package dev.firsttoken.gateway.dialect.openai;

import dev.firsttoken.gateway.dialect.SseScan;
import dev.firsttoken.wire.dialect.openai.ChatChunkScan;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import org.jspecify.annotations.Nullable;

/// Looks at chunks of OpenAI chat, and makes no object of what it sees.
final class ChatScan implements SseScan {

    private final ChatChunkScan scan = new ChatChunkScan();
    private final boolean usageWanted;

    ChatScan(boolean usageWanted) {
        this.usageWanted = usageWanted;
    }

    @Override
    public void look(SseFrame frame) throws JsonException {
        scan.look(frame);
    }

    @Override
    public boolean hasContent() {
        return scan.hasContent();
    }

    @Override
    public boolean isOursAlone() {
        return !usageWanted && scan.isUsageOnly();
    }

    @Override
    public @Nullable Failure failure() {
        if (!scan.hasError()) {
            return null;
        }
        String said = scan.errorMessage();
        return Failure.of(
                Failure.Kind.REPORTED, said == null ? "the provider reported an error" : said);
    }

    @Override
    public boolean isFailureInForm() {
        return scan.hasOpenAiError();
    }

    @Override
    public boolean isDone() {
        return scan.isDone();
    }

    @Override
    public boolean isComplete() {
        return scan.isComplete();
    }

    @Override
    public Usage usage() {
        return scan.hasUsage()
                ? new Usage(
                        scan.inputTokens(),
                        scan.cachedInputTokens(),
                        scan.cacheWriteTokens(),
                        scan.outputTokens(),
                        scan.reasoningTokens(),
                        false)
                : Usage.NONE;
    }
}
