package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the frames of a stream of `POST /v1/completions`, the route before chat: each choice has a
/// `text`.
///
/// One instance per stream, used by one thread at a time.
public final class CompletionsFrameReader implements FrameReader<SseFrame> {

    private static final byte[] CHOICES = "choices".getBytes(US_ASCII);
    private static final byte[] USAGE = "usage".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);

    private final JsonCursor json = new JsonCursor();
    private final ChatProgress progress = new ChatProgress();

    /// What happened in the current frame, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    private boolean failed;

    @Override
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (failed || !frame.hasData() || frame.dataLength() == 0) {
            return;
        }
        if (ChatFrames.isDone(frame)) {
            progress.done();
            return;
        }
        found.clear();
        json.reset(frame.dataArray(), frame.dataFrom(), frame.dataTo());
        try {
            event();
        } catch (JsonException e) {
            progress.dropFrame();
            throw e;
        }
        progress.keepFrame();
        found.forEach(events);
    }

    @Override
    public boolean isComplete() {
        return progress.isComplete() && !failed;
    }

    @Override
    public boolean isDone() {
        return progress.isDone();
    }

    private void event() throws JsonException {
        Failure failure = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CHOICES) && json.isArray()) {
                json.enterArray();
                while (json.nextElement()) {
                    choice();
                }
            } else if (json.fieldIs(USAGE) && json.isObject()) {
                usage();
            } else if (json.fieldIs(ERROR) && !json.isNull()) {
                failure = failure();
            } else {
                json.skip();
            }
        }
        json.end();
        if (failure != null) {
            failed = true;
            found.add(new StreamEvent.Failed(failure));
        }
    }

    private void choice() throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        int index = 0;
        String text = "";
        String finish = null;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "index" -> index = Math.max(0, json.numberBelow(ChatChunkParser.MAX_CHOICES));
                case "text" -> text = json.readNonEmptyString() ? json.value() : "";
                case "finish_reason" -> finish = json.stringOrNull();
                default -> json.skip();
            }
        }
        if (!text.isEmpty()) {
            progress.begin(index);
            found.add(new StreamEvent.TextDelta(index, text));
        }
        if (finish != null) {
            progress.finish(index);
            found.add(new StreamEvent.Finish(index, reason(finish)));
        }
    }

    private static StreamEvent.Reason reason(String word) {
        return switch (word) {
            case "length" -> StreamEvent.Reason.LENGTH;
            case "content_filter" -> StreamEvent.Reason.CONTENT_FILTER;
            default -> StreamEvent.Reason.STOP;
        };
    }

    private void usage() throws JsonException {
        long input = 0;
        long output = 0;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "prompt_tokens" -> input = json.count();
                case "completion_tokens" -> output = json.count();
                default -> json.skip();
            }
        }
        found.add(new StreamEvent.Usage(input, 0, output, 0));
    }

    private Failure failure() throws JsonException {
        String message = null;
        if (json.isObject()) {
            json.enterObject();
            while (json.nextField()) {
                if (json.field().equals("message")) {
                    message = json.stringOrNull();
                } else {
                    json.skip();
                }
            }
        } else {
            message = json.stringOrNull();
        }
        return Failure.of(Failure.Kind.REPORTED, said(message));
    }

    private static String said(@Nullable String message) {
        return message == null ? "the provider reported an error" : message;
    }
}
