package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Reads the frames of a response stream as events.
///
/// What an event is, its JSON says; the frame's name says the same and is not needed, nor are the
/// sequence numbers. Progress of tools that run at the provider is [ResponsesWords#EVENT].
final class ResponsesFrameReader implements FrameReader<SseFrame> {

    /// How many items an answer may have.
    private static final int MAX_ITEMS = 1 << 20;

    private static final byte[] TYPE = ascii("type");
    private static final byte[] DELTA = ascii("delta");
    private static final byte[] OUTPUT_INDEX = ascii("output_index");
    private static final byte[] LOGPROBS = ascii("logprobs");
    private static final byte[] ITEM = ascii("item");
    private static final byte[] PART = ascii("part");
    private static final byte[] ANNOTATION = ascii("annotation");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] REFUSAL = ascii("refusal");
    private static final byte[] ARGUMENTS = ascii("arguments");
    private static final byte[] RESPONSE = ascii("response");
    private static final byte[] ERROR = ascii("error");
    private static final byte[] OUTPUT_TEXT_DELTA = ascii("response.output_text.delta");
    private static final byte[] DONE = ascii("[DONE]");

    private final JsonCursor json = new JsonCursor();
    private final ResponsesItemReader items = new ResponsesItemReader();
    private final ResponsesAnswerReader response = new ResponsesAnswerReader(items);

    /// What happened in the current frame, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    private boolean finished;
    private boolean failed;

    // Where the fields of the current event are, -1 for those that it has not.
    private int delta;
    private int logProbs;
    private int item;
    private int part;
    private int annotation;
    private int whole;
    private int answer;
    private int error;

    /// The place of the item that the current event is about.
    private int index;

    @Override
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (failed || finished || !frame.hasData() || frame.dataLength() == 0 || isDone(frame)) {
            return;
        }
        found.clear();
        json.reset(frame.dataArray(), frame.dataFrom(), frame.dataTo());
        event();
        found.forEach(events);
    }

    /// Some servers end as those of chat do.
    private static boolean isDone(SseFrame frame) {
        return frame.dataLength() == DONE.length
                && Arrays.equals(
                        frame.dataArray(), frame.dataFrom(), frame.dataTo(), DONE, 0, DONE.length);
    }

    @Override
    public boolean isComplete() {
        return finished && !failed;
    }

    @Override
    public boolean isDone() {
        return finished;
    }

    private void event() throws JsonException {
        int from = json.position();
        String type = fields();
        switch (type) {
            case OUTPUT_TEXT -> {
                logProbs(false);
                items.text(index, string(delta), false, found);
            }
            case "response.output_text.done" -> items.text(index, string(whole), true, found);
            case "response.refusal.delta" -> items.refusal(index, string(delta), false, found);
            case "response.refusal.done" -> items.refusal(index, string(whole), true, found);
            case "response.reasoning_summary_text.delta" ->
                    items.reasoning(index, string(delta), false, false, found);
            case "response.reasoning_summary_text.done" ->
                    items.reasoning(index, string(whole), false, true, found);
            case "response.reasoning_text.delta" ->
                    items.reasoning(index, string(delta), true, false, found);
            case "response.reasoning_text.done" ->
                    items.reasoning(index, string(whole), true, true, found);
            case "response.reasoning_summary_part.added" -> items.reasoningPart(index);
            case "response.function_call_arguments.delta" ->
                    items.arguments(index, string(delta), false, found);
            case "response.function_call_arguments.done" ->
                    items.arguments(index, string(whole), true, found);
            case "response.output_item.added" -> {
                if (seekObject(item)) {
                    items.added(index, json, found);
                }
            }
            case "response.output_item.done" -> {
                if (seekObject(item)) {
                    items.done(index, json, found);
                }
            }
            case "response.content_part.added" -> partAdded();
            case "response.content_part.done" -> {
                if (seekObject(part)) {
                    items.partDone(index, json, found);
                }
            }
            case "response.output_text.annotation.added" -> {
                if (seekObject(annotation)) {
                    items.cited(index, json, found);
                }
            }
            case "response.audio.delta" -> audio(string(delta), "");
            case "response.audio.transcript.delta" -> audio("", string(delta));
            case "response.audio.done",
                    "response.audio.transcript.done",
                    "response.reasoning_summary_part.done",
                    "keepalive" -> {
                // Said already, or nothing.
            }
            case "response.created", "response.queued", "response.in_progress" -> {
                if (seekObject(answer)) {
                    response.begin(json, found);
                }
            }
            case "response.completed",
                    "response.incomplete",
                    "response.failed",
                    "response.cancelled" ->
                    end(type.substring("response.".length()));
            case "error" -> {
                json.seek(error >= 0 ? error : from);
                fail();
            }
            default -> {
                if (error >= 0 && seekValue(error)) {
                    fail();
                } else {
                    json.seek(from);
                    found.add(new Unrecognized(ResponsesWords.EVENT, json.raw().text()));
                }
            }
        }
    }

    private static final String OUTPUT_TEXT = "response.output_text.delta";

    /// Passes the event and remembers where its fields are.
    ///
    /// @return its type
    private String fields() throws JsonException {
        String type = "";
        delta = logProbs = item = part = annotation = whole = answer = error = -1;
        index = 0;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TYPE)) {
                type = json.readNonEmptyString() ? word() : "";
                continue;
            }
            if (json.fieldIs(OUTPUT_INDEX)) {
                index = Math.max(0, json.numberBelow(MAX_ITEMS));
                continue;
            }
            int at = json.position();
            if (json.fieldIs(DELTA)) {
                delta = at;
            } else if (json.fieldIs(LOGPROBS)) {
                logProbs = at;
            } else if (json.fieldIs(ITEM)) {
                item = at;
            } else if (json.fieldIs(PART)) {
                part = at;
            } else if (json.fieldIs(ANNOTATION)) {
                annotation = at;
            } else if (json.fieldIs(TEXT) || json.fieldIs(REFUSAL) || json.fieldIs(ARGUMENTS)) {
                whole = at;
            } else if (json.fieldIs(RESPONSE)) {
                answer = at;
            } else if (json.fieldIs(ERROR)) {
                error = at;
            }
            json.skip();
        }
        json.end();
        return type;
    }

    /// The type that comes with every token is not made into text again and again.
    private String word() throws JsonException {
        return json.valueIs(OUTPUT_TEXT_DELTA) ? OUTPUT_TEXT : json.value();
    }

    private void partAdded() throws JsonException {
        if (!seekObject(part)) {
            return;
        }
        boolean reasoning = false;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TYPE)) {
                reasoning = "reasoning_text".equals(json.stringOrNull());
            } else {
                json.skip();
            }
        }
        if (reasoning) {
            items.reasoningPart(index);
        } else {
            items.partAdded(index);
        }
    }

    private void audio(String data, String transcript) {
        if (!data.isEmpty() || !transcript.isEmpty()) {
            found.add(new AudioDelta(0, null, data, transcript));
        }
    }

    /// Tells the probabilities of the current delta, if it has any.
    private void logProbs(boolean refusal) throws JsonException {
        if (logProbs < 0) {
            return;
        }
        json.seek(logProbs);
        if (!json.isArray()) {
            return;
        }
        json.enterArray();
        if (json.nextElement()) {
            json.seek(logProbs);
            found.add(new LogProbs(0, refusal, json.raw().text()));
        }
    }

    private void end(String status) throws JsonException {
        if (seekObject(answer)) {
            response.end(status, json, found);
        } else {
            response.end(status, found);
        }
        failed = !found.isEmpty() && found.getLast() instanceof Failed;
        finished = !failed;
    }

    private void fail() throws JsonException {
        failed = true;
        found.add(new Failed(ResponsesErrors.read(json)));
    }

    private String string(int at) throws JsonException {
        if (at < 0) {
            return "";
        }
        json.seek(at);
        return json.readNonEmptyString() ? json.value() : "";
    }

    private boolean seekObject(int at) throws JsonException {
        if (at < 0) {
            return false;
        }
        json.seek(at);
        return json.isObject();
    }

    /// Goes to a value.
    ///
    /// @return whether it is more than `null`
    private boolean seekValue(int at) throws JsonException {
        json.seek(at);
        return !json.isNull();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
