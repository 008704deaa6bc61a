package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the frames of a chat completion stream as events: the client half of the dialect.
///
/// One instance per stream, used by one thread at a time.
public final class ChatStreamReader {

    private final ChatChunkParser parser = new ChatChunkParser();
    private final ChatProgress progress = new ChatProgress();

    private boolean started;
    private boolean failed;
    private @Nullable String id;
    private @Nullable String model;

    /// The tool call that a fragment without an index belongs to.
    private int currentCall = -1;

    /// Takes the next frame and hands out what happened in it.
    ///
    /// @throws JsonException when its data is not JSON
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (!frame.hasData() || failed) {
            return;
        }
        if (frame.dataIs(ChatFrames.DONE)) {
            progress.done();
            return;
        }
        parser.parse(frame.dataArray(), frame.dataFrom(), frame.dataTo(), new Events(events));
        if (!failed && (frame.isErrorField() || frame.nameIs(ChatFrames.ERROR_NAME))) {
            fail(parser.topLevelMessage(), null, events);
        }
    }

    /// Whether `[DONE]` was seen.
    public boolean isDone() {
        return progress.isDone();
    }

    /// Whether the stream may end here and be a finished answer.
    public boolean isComplete() {
        return progress.isComplete() && !failed;
    }

    private void fail(
            @Nullable String message, @Nullable String code, Consumer<StreamEvent> events) {
        failed = true;
        String said = message == null ? "the provider reported an error" : message;
        String detail = code == null ? said : said + " (" + code + ")";
        events.accept(new StreamEvent.Failed(Failure.of(Failure.Kind.REPORTED, detail)));
    }

    private final class Events implements ChatChunkParser.Visitor {
        private final Consumer<StreamEvent> events;

        Events(Consumer<StreamEvent> events) {
            this.events = events;
        }

        private void emit(StreamEvent event) {
            if (!started && id != null && model != null) {
                started = true;
                events.accept(new StreamEvent.Started(id, model));
            }
            events.accept(event);
        }

        @Override
        public void id(JsonCursor value) throws JsonException {
            if (!started) {
                id = value.value();
            }
        }

        @Override
        public void model(JsonCursor value) throws JsonException {
            if (!started) {
                model = value.value();
            }
        }

        @Override
        public void text(int choice, JsonCursor value) throws JsonException {
            progress.begin(choice);
            emit(new StreamEvent.TextDelta(choice, value.value()));
        }

        @Override
        public void reasoning(int choice, JsonCursor value) throws JsonException {
            progress.begin(choice);
            emit(new StreamEvent.ReasoningDelta(choice, value.value()));
        }

        @Override
        public void refusal(int choice, JsonCursor value) throws JsonException {
            progress.begin(choice);
            emit(new StreamEvent.RefusalDelta(choice, value.value()));
        }

        @Override
        public void toolCall(int choice, int call, ChatChunkParser.ToolCallFields fields) {
            progress.begin(choice);
            if (call >= 0) {
                currentCall = call;
            } else if (fields.id != null || currentCall < 0) {
                currentCall++;
            }
            emit(
                    new StreamEvent.ToolCallDelta(
                            choice, currentCall, fields.id, fields.name, fields.arguments));
        }

        @Override
        public void otherContent(int choice) {
            progress.begin(choice);
        }

        @Override
        public void finish(int choice, JsonCursor value) throws JsonException {
            progress.finish(choice);
            emit(new StreamEvent.Finish(choice, reason(value.value())));
        }

        @Override
        public void usage(ChatChunkParser.UsageFields usage) {
            emit(
                    new StreamEvent.Usage(
                            usage.input, usage.cachedInput, usage.output, usage.reasoning));
        }

        @Override
        public void error(boolean openAi, @Nullable String message, @Nullable String code) {
            if (!failed) {
                fail(message, code, events);
            }
        }
    }

    private static StreamEvent.Reason reason(String word) {
        return switch (word) {
            case "stop" -> StreamEvent.Reason.STOP;
            case "length", "model_length" -> StreamEvent.Reason.LENGTH;
            case "tool_calls", "function_call" -> StreamEvent.Reason.TOOL_CALLS;
            case "content_filter" -> StreamEvent.Reason.CONTENT_FILTER;
            default -> StreamEvent.Reason.OTHER;
        };
    }
}
