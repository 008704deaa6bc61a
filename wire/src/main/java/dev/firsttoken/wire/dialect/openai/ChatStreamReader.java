package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the frames of a chat completion stream as events: the client half of the dialect.
///
/// One instance per stream, used by one thread at a time.
public final class ChatStreamReader implements FrameReader<SseFrame> {

    /// The highest index of a tool call that the parser takes.
    private static final int MAX_CALL = Integer.MAX_VALUE - 1;

    private final ChatChunkParser parser = new ChatChunkParser();
    private final ChatProgress progress = new ChatProgress();

    private boolean started;
    private boolean failed;
    private @Nullable String id;
    private @Nullable String model;
    private long created;
    private @Nullable String tier;
    private @Nullable String fingerprint;

    /// The calls of each choice that have begun: `choice << 32 | call`.
    private final Set<Long> begunCalls = new HashSet<>();

    /// Those that have begun in the frame that is being read.
    private final Set<Long> begunInFrame = new HashSet<>();

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
    @Override
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        boolean namedError = frame.isErrorField() || frame.nameIs(ChatFrames.ERROR_NAME);
        if (!frame.hasData() || frame.dataLength() == 0 && !namedError) {
            return;
        }
        if (ChatFrames.isDone(frame)) {
            progress.done();
            return;
        }
        if (failed) {
            return;
        }
        found.clear();
        callsInFrame.clear();
        begunInFrame.clear();
        visitor.failure = null;
        boolean startedBefore = started;
        String tierBefore = tier;
        String fingerprintBefore = fingerprint;
        try {
            parser.parse(frame.dataArray(), frame.dataFrom(), frame.dataTo(), visitor);
            progress.keepFrame();
            currentCalls.putAll(callsInFrame);
            begunCalls.addAll(begunInFrame);
        } catch (JsonException e) {
            progress.dropFrame();
            started = startedBefore;
            tier = tierBefore;
            fingerprint = fingerprintBefore;
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
    @Override
    public boolean isDone() {
        return progress.isDone();
    }

    @Override
    public boolean isComplete() {
        return progress.isComplete() && !failed;
    }

    /// Reads a whole `chat.completion`.
    void readWhole(byte[] body, Consumer<StreamEvent> events) {
        found.clear();
        ChatChunkParser whole = ChatChunkParser.ofWholeAnswer();
        try {
            whole.parse(body, 0, body.length, visitor);
            progress.keepFrame();
        } catch (JsonException e) {
            visitor.failure =
                    new StreamEvent.Failed(
                            Failure.of(
                                    Failure.Kind.INVALID,
                                    "the answer is not what the dialect allows " + e.getMessage()));
        }
        if (visitor.failure == null && !progress.isComplete()) {
            visitor.failure =
                    new StreamEvent.Failed(
                            Failure.of(
                                    Failure.Kind.INVALID,
                                    "the answer has no finish_reason (expected: a"
                                            + " chat.completion)"));
        }
        if (visitor.failure != null) {
            events.accept(visitor.failure);
            return;
        }
        // Members stand in any order: the thinking may be behind the text, the finish before it.
        found.sort(Comparator.comparingInt(ChatStreamReader::place));
        found.forEach(events);
    }

    private static int place(StreamEvent event) {
        if (event instanceof StreamEvent.Started) {
            return 0;
        }
        if (event instanceof StreamEvent.ReasoningDelta) {
            return 1;
        }
        return event instanceof StreamEvent.Finish ? 3 : 2;
    }

    private final class Events implements ChatChunkVisitor {

        /// The error that the frame reports: it comes last, wherever in the frame it stands.
        private StreamEvent.@Nullable Failed failure;

        private void emit(StreamEvent event) {
            if (!started && id != null && model != null) {
                started = true;
                found.add(new StreamEvent.Started(id, model, created));
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
        public void toolCall(int choice, int call, ChatToolCallFields fields) throws JsonException {
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
            // Some providers repeat id and name with every fragment.
            long begun = (long) choice << 32 | current;
            boolean first = !begunCalls.contains(begun) && begunInFrame.add(begun);
            emit(
                    new StreamEvent.ToolCallDelta(
                            choice,
                            current,
                            first ? callId : null,
                            first ? fields.name() : null,
                            fields.arguments()));
        }

        @Override
        public void created(JsonCursor value) throws JsonException {
            if (!started) {
                String text = value.raw().text();
                created = text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
            }
        }

        @Override
        public void metadata(String name, JsonCursor value) throws JsonException {
            boolean isTier = name.equals(StreamEvent.Metadata.SERVICE_TIER);
            String said = value.value();
            if (said.equals(isTier ? tier : fingerprint)) {
                return;
            }
            if (isTier) {
                tier = said;
            } else {
                fingerprint = said;
            }
            emit(new StreamEvent.Metadata(name, said));
        }

        @Override
        public void audio(int choice, JsonCursor value) throws JsonException {
            progress.begin(choice);
            String audioId = null;
            String data = "";
            String transcript = "";
            value.enterObject();
            while (value.nextField()) {
                switch (value.field()) {
                    case "id" -> audioId = value.stringOrNull();
                    case "data" -> data = value.readNonEmptyString() ? value.value() : "";
                    case "transcript" ->
                            transcript = value.readNonEmptyString() ? value.value() : "";
                    default -> value.skip();
                }
            }
            emit(new StreamEvent.AudioDelta(choice, audioId, data, transcript));
        }

        @Override
        public void annotations(int choice, JsonCursor value) throws JsonException {
            value.enterArray();
            while (value.nextElement()) {
                if (value.isObject()) {
                    emit(new StreamEvent.Cited(choice, ChatAnnotations.read(value.raw())));
                } else {
                    value.skip();
                }
            }
        }

        @Override
        public void logProbs(int choice, JsonCursor value) throws JsonException {
            value.enterObject();
            while (value.nextField()) {
                boolean refusal = value.field().equals("refusal");
                if ((refusal || value.field().equals("content")) && value.isArray()) {
                    emit(new StreamEvent.LogProbs(choice, refusal, value.raw().text()));
                } else {
                    value.skip();
                }
            }
        }

        @Override
        public void finish(int choice, JsonCursor value) throws JsonException {
            progress.finish(choice);
            String word = value.value();
            StreamEvent.Reason reason = reason(word);
            emit(
                    new StreamEvent.Finish(
                            choice, reason, reason == StreamEvent.Reason.OTHER ? word : null));
        }

        @Override
        public void usage(ChatUsageFields usage) {
            emit(usage.told());
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
