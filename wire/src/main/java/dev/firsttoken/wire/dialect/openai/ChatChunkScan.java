package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import org.jspecify.annotations.Nullable;

/// Looks at the frames of a chat completion stream that go through verbatim: is there content, is
/// it over, what did it cost, did it fail.
///
/// [#look] fills in the answers for one frame and allocates nothing unless the frame reports an
/// error. One instance per stream, used by one thread at a time.
public final class ChatChunkScan {

    private final ChatChunkParser parser = new ChatChunkParser();
    private final ChatProgress progress = new ChatProgress();
    private final Looker looker = new Looker();

    private boolean content;
    private boolean usageSeen;
    private boolean usageInFrame;
    private long inputTokens;
    private long cachedInputTokens;
    private long cacheWriteTokens;
    private long outputTokens;
    private long reasoningTokens;
    private boolean error;
    private boolean openAiError;
    private @Nullable String errorMessage;

    /// Takes the next frame.
    ///
    /// @throws JsonException when its data is not JSON; then nothing is known of it
    public void look(SseFrame frame) throws JsonException {
        content = false;
        usageInFrame = false;
        looker.clear();
        boolean namedError = frame.isErrorField() || frame.nameIs(ChatFrames.ERROR_NAME);
        if (!frame.hasData() || frame.dataLength() == 0 && !namedError) {
            return;
        }
        if (ChatFrames.isDone(frame)) {
            progress.done();
            return;
        }
        if (error) {
            // As the reader of events has it: what follows a failure belongs to no answer.
            return;
        }
        try {
            parser.parse(frame.dataArray(), frame.dataFrom(), frame.dataTo(), looker);
            progress.keepFrame();
            content = looker.contentFound;
            keepUsage(looker.usageFound);
        } catch (JsonException e) {
            progress.dropFrame();
            if (!namedError) {
                throw e;
            }
        }
        if (looker.errorFound) {
            error = true;
            openAiError |= looker.openAiErrorFound;
            errorMessage = looker.messageFound;
        }
        if (namedError) {
            error = true;
            errorMessage = errorMessage == null ? parser.topLevelMessage() : errorMessage;
        }
    }

    private void keepUsage(@Nullable ChatUsageFields usage) {
        if (usage != null) {
            usageSeen = true;
            usageInFrame = true;
            inputTokens = usage.input;
            cachedInputTokens = usage.cachedInput;
            cacheWriteTokens = usage.cacheWrite;
            outputTokens = usage.output;
            reasoningTokens = usage.reasoning;
        }
    }

    /// Whether the frame has something that a person or program waiting for the answer can use.
    public boolean hasContent() {
        return content;
    }

    /// Whether the frame is there for its token counts alone: `choices` is empty and usage is not.
    public boolean isUsageOnly() {
        return usageInFrame && parser.choicesWereEmpty();
    }

    /// Whether the provider reported an error, in this frame or an earlier one.
    public boolean hasError() {
        return error;
    }

    /// Whether that error has OpenAI's form, which its SDKs raise on: an object under `error`.
    public boolean hasOpenAiError() {
        return openAiError;
    }

    public @Nullable String errorMessage() {
        return errorMessage;
    }

    /// Whether `[DONE]` was seen.
    public boolean isDone() {
        return progress.isDone();
    }

    /// Whether the stream may end here and be a finished answer.
    public boolean isComplete() {
        return progress.isComplete() && !error;
    }

    /// Whether token counts were seen. They are cumulative: the last ones hold.
    public boolean hasUsage() {
        return usageSeen;
    }

    public long inputTokens() {
        return inputTokens;
    }

    public long cachedInputTokens() {
        return cachedInputTokens;
    }

    public long cacheWriteTokens() {
        return cacheWriteTokens;
    }

    public long outputTokens() {
        return outputTokens;
    }

    public long reasoningTokens() {
        return reasoningTokens;
    }

    /// What is found in one frame. It counts once all of the frame was read.
    private final class Looker implements ChatChunkVisitor {
        private boolean contentFound;
        private @Nullable ChatUsageFields usageFound;
        private boolean errorFound;
        private boolean openAiErrorFound;
        private @Nullable String messageFound;

        private void clear() {
            contentFound = false;
            usageFound = null;
            errorFound = false;
            openAiErrorFound = false;
            messageFound = null;
        }

        @Override
        public void text(int choice, JsonCursor value) {
            content(choice);
        }

        @Override
        public void reasoning(int choice, JsonCursor value) {
            content(choice);
        }

        @Override
        public void refusal(int choice, JsonCursor value) {
            content(choice);
        }

        @Override
        public void toolCall(int choice, int call, ChatToolCallFields fields) {
            content(choice);
        }

        @Override
        public void audio(int choice, JsonCursor value) {
            content(choice);
        }

        private void content(int choice) {
            contentFound = true;
            progress.begin(choice);
        }

        @Override
        public void finish(int choice, JsonCursor value) {
            progress.finish(choice);
        }

        @Override
        public void usage(ChatUsageFields usage) {
            usageFound = usage;
        }

        @Override
        public void error(boolean openAi, @Nullable String message, @Nullable String code) {
            errorFound = true;
            openAiErrorFound |= openAi;
            messageFound = message;
        }
    }
}
