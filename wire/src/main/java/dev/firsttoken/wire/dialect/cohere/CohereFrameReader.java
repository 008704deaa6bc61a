package dev.firsttoken.wire.dialect.cohere;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the events of one stream by the `type` in their data; their name says the same. The
/// numbers of content blocks and of tool calls have nothing to do with each other.
///
/// What the model plans to do with tools is thinking: it is not for the reader of the answer.
final class CohereFrameReader implements FrameReader<SseFrame> {

    private static final byte[] TYPE = ascii("type");
    private static final byte[] INDEX = ascii("index");
    private static final byte[] DELTA = ascii("delta");
    private static final byte[] ID = ascii("id");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] CONTENT = ascii("content");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] THINKING = ascii("thinking");
    private static final byte[] CONTENT_DELTA = ascii("content-delta");

    /// More calls than any answer has.
    private static final int MAX_CALLS = 1 << 20;

    private final JsonCursor json = new JsonCursor();

    /// What happened in the current frame, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    /// The numbers of the calls, from 0, by the numbers that the stream gives them.
    private final Map<Integer, Integer> calls = new HashMap<>();

    private boolean ended;
    private boolean failed;

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    @Override
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (ended || failed || !frame.hasData() || frame.dataLength() == 0 || isDone(frame)) {
            return;
        }
        found.clear();
        json.reset(frame.dataArray(), frame.dataFrom(), frame.dataTo());
        event();
        found.forEach(events);
    }

    private static boolean isDone(SseFrame frame) {
        return frame.dataArray()[frame.dataFrom()] == '[';
    }

    @Override
    public boolean isComplete() {
        return ended && !failed;
    }

    private void event() throws JsonException {
        int from = json.position();
        String type = "";
        String id = "";
        String said = null;
        int index = 0;
        int delta = -1;
        int message = -1;
        RawJson probabilities = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TYPE)) {
                type = json.readNonEmptyString() ? word() : "";
            } else if (json.fieldIs(INDEX)) {
                index = Math.max(0, json.numberBelow(MAX_CALLS));
            } else if (json.fieldIs(DELTA)) {
                delta = json.position();
                json.skip();
            } else if (json.fieldIs(ID)) {
                id = json.readNonEmptyString() ? json.value() : "";
            } else if (json.fieldIs(MESSAGE)) {
                said = json.stringOrNull();
            } else if (json.field().equals("logprobs") && json.isObject()) {
                probabilities = json.raw();
            } else {
                json.skip();
            }
        }
        json.end();
        switch (type) {
            case "content-start", "content-delta" -> {
                message = message(delta);
                content(message);
                probabilities(probabilities);
            }
            case "content-end", "tool-call-end" -> found.add(new BlockStop(0));
            case "message-start" -> found.add(new Started(id, ""));
            case "tool-plan-delta" -> {
                String plan = text(member(message(delta), "tool_plan"));
                if (!plan.isEmpty()) {
                    found.add(new ReasoningDelta(0, plan));
                }
            }
            case "tool-call-start", "tool-call-delta" ->
                    call(index, member(message(delta), "tool_calls"));
            case "citation-start" -> {
                int citation = member(message(delta), "citations");
                if (isObjectAt(citation)) {
                    found.add(new Cited(0, CohereCitations.read(json.raw())));
                }
            }
            case "citation-end", "debug" -> {
                // Said at its start, or to nobody.
            }
            case "message-end" -> end(delta);
            default -> {
                if (type.isEmpty() && said != null) {
                    fail(said);
                } else {
                    json.seek(from);
                    found.add(new Unrecognized(CohereWords.EVENT, json.raw().text()));
                }
            }
        }
    }

    /// The type that comes with every token is not made into text again and again.
    private String word() throws JsonException {
        return json.valueIs(CONTENT_DELTA) ? "content-delta" : json.value();
    }

    private boolean isObjectAt(int at) throws JsonException {
        if (at < 0) {
            return false;
        }
        json.seek(at);
        return json.isObject();
    }

    /// Where the member of an object stands, -1 when there is none.
    private int member(int object, String name) throws JsonException {
        return member(object, ascii(name));
    }

    private int member(int object, byte[] name) throws JsonException {
        if (!isObjectAt(object)) {
            return -1;
        }
        int found = -1;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(name)) {
                found = json.position();
            }
            json.skip();
        }
        return found;
    }

    private int message(int delta) throws JsonException {
        return member(delta, MESSAGE);
    }

    private String text(int at) throws JsonException {
        if (at < 0) {
            return "";
        }
        json.seek(at);
        return json.readNonEmptyString() ? json.value() : "";
    }

    private void content(int message) throws JsonException {
        if (!isObjectAt(member(message, CONTENT))) {
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TEXT)) {
                if (json.readNonEmptyString()) {
                    found.add(new TextDelta(0, json.value()));
                }
            } else if (json.fieldIs(THINKING)) {
                if (json.readNonEmptyString()) {
                    found.add(new ReasoningDelta(0, json.value()));
                }
            } else {
                json.skip();
            }
        }
    }

    /// `{"token_ids","text","logprobs"}`: one text for several numbers has no form elsewhere, so
    /// that only those of one token are told.
    private void probabilities(@Nullable RawJson object) throws JsonException {
        if (object == null) {
            return;
        }
        String token = "";
        RawJson number = null;
        int count = 0;
        JsonCursor cursor = object.cursor();
        cursor.enterObject();
        while (cursor.nextField()) {
            switch (cursor.field()) {
                case "text" -> token = cursor.readNonEmptyString() ? cursor.value() : "";
                case "logprobs" -> {
                    if (cursor.isArray()) {
                        cursor.enterArray();
                        while (cursor.nextElement()) {
                            number = cursor.raw();
                            count++;
                        }
                    } else {
                        cursor.skip();
                    }
                }
                default -> cursor.skip();
            }
        }
        if (count == 1 && number != null && !token.isEmpty()) {
            String text = RawJson.ofString(token).text();
            found.add(
                    new LogProbs(
                            0,
                            false,
                            "[{\"token\":%s,\"logprob\":%s,\"bytes\":null,\"top_logprobs\":[]}]"
                                    .formatted(text, number.text())));
        }
    }

    private void call(int index, int at) throws JsonException {
        if (at < 0) {
            return;
        }
        String id = text(member(at, "id"));
        int function = member(at, "function");
        String name = text(member(function, "name"));
        String arguments = text(member(function, "arguments"));
        Integer call = calls.get(index);
        if (call == null) {
            call = calls.size();
            calls.put(index, call);
            found.add(new ToolCallDelta(0, call, id, name, arguments));
        } else if (!arguments.isEmpty()) {
            found.add(new ToolCallDelta(0, call, null, null, arguments));
        }
    }

    private void end(int delta) throws JsonException {
        String reason = text(member(delta, "finish_reason"));
        String error = text(member(delta, "error"));
        int usage = member(delta, "usage");
        if (isObjectAt(usage)) {
            CohereUsage.read(json.raw(), found::add);
        }
        StreamEvent end = CohereWords.end(reason, error.isEmpty() ? null : error);
        failed = end instanceof Failed;
        ended = true;
        found.add(end);
    }

    private void fail(String said) {
        failed = true;
        found.add(CohereWords.end("ERROR", said));
    }
}
