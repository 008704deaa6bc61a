package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the frames of a chat completion stream as events: the client half of the dialect.
///
/// One instance per stream, used by one thread at a time.
public final class ChatStreamReader {

    /// The highest index of a tool call that the parser takes.
    private static final int MAX_CALL = Integer.MAX_VALUE - 1;

    private final ChatChunkParser parser = new ChatChunkParser();
    private final ChatProgress progress = new ChatProgress();

    private boolean started;
    private boolean failed;
    private @Nullable String id;
    private @Nullable String model;

    /// For each choice, the tool call that a fragment without an index belongs to.
    private final Map<Integer, Integer> currentCalls = new HashMap<>();

    /// The same for the choices of the frame that is being read.
    private final Map<Integer, Integer> callsInFrame = new HashMap<>();

    /// What happened in the current frame, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    private final Events visitor = new Events();

    /// Takes the next frame and hands out what happened in it.
    ///
    /// @throws JsonException when its data is not JSON; then nothing is handed out and the frame
    ///   leaves no trace
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        boolean namedError = frame.isErrorField() || frame.nameIs(ChatFrames.ERROR_NAME);
        if (!frame.hasData() || frame.dataLength() == 0 && !namedError) {
            return;
        }
        if (frame.dataIs(ChatFrames.DONE)) {
            progress.done();
            return;
        }
        if (failed) {
            return;
        }
        found.clear();
        callsInFrame.clear();
        visitor.failure = null;
        boolean startedBefore = started;
        try {
            parser.parse(frame.dataArray(), frame.dataFrom(), frame.dataTo(), visitor);
            progress.keepFrame();
            currentCalls.putAll(callsInFrame);
        } catch (JsonException e) {
            progress.dropFrame();
            started = startedBefore;
            if (!namedError) {
                throw e;
            }
            found.clear();
        }
        if (namedError && visitor.failure == null) {
            visitor.error(false, parser.topLevelMessage(), null);
        }
        if (visitor.failure != null) {
            failed = true;
            found.add(visitor.failure);
        }
        found.forEach(events);
    }

    /// Whether `[DONE]` was seen.
    public boolean isDone() {
        return progress.isDone();
    }

    /// Whether the stream may end here and be a finished answer.
    public boolean isComplete() {
        return progress.isComplete() && !failed;
    }

    private final class Events implements ChatChunkParser.Visitor {

        /// The error that the frame reports: it comes last, wherever in the frame it stands.
        private StreamEvent.@Nullable Failed failure;

        private void emit(StreamEvent event) {
            if (!started && id != null && model != null) {
                started = true;
                found.add(new StreamEvent.Started(id, model));
            }
            found.add(event);
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
        public void toolCall(int choice, int call, ChatChunkParser.ToolCallFields fields)
                throws JsonException {
            progress.begin(choice);
            String callId = fields.id();
            Integer before = callsInFrame.get(choice);
            int current = before != null ? before : currentCalls.getOrDefault(choice, -1);
            if (call >= 0) {
                current = call;
            } else if (callId != null || current < 0) {
                current = Math.min(current + 1, MAX_CALL);
            }
            callsInFrame.put(choice, current);
            emit(
                    new StreamEvent.ToolCallDelta(
                            choice, current, callId, fields.name(), fields.arguments()));
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
            if (failure == null) {
                String said = message == null ? "the provider reported an error" : message;
                String detail = code == null ? said : said + " (" + code + ")";
                failure = new StreamEvent.Failed(Failure.of(Failure.Kind.REPORTED, detail));
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
