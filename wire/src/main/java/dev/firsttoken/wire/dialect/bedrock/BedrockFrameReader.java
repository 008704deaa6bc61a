package dev.firsttoken.wire.dialect.bedrock;

import static dev.firsttoken.wire.dialect.bedrock.BedrockMessages.ascii;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.eventstream.EventStreamFrame;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the messages of one stream. It is complete when it has said why the answer ended; token
/// counts usually come behind that.
final class BedrockFrameReader implements FrameReader<EventStreamFrame> {

    private static final byte[] DELTA_EVENT = ascii("contentBlockDelta");
    private static final byte[] INDEX = ascii("contentBlockIndex");
    private static final byte[] DELTA = ascii("delta");
    private static final byte[] START = ascii("start");

    /// More blocks than any answer has.
    private static final int MAX_BLOCKS = 1 << 20;

    /// What an event tells of a block.
    private enum Told {
        START,
        PIECE,
        STOP
    }

    private final JsonCursor json = new JsonCursor();
    private final BedrockBlockReader blocks = new BedrockBlockReader();

    /// What happened in the current message, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    private boolean started;
    private boolean finished;
    private boolean failed;

    @Override
    public void read(EventStreamFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (failed) {
            return;
        }
        found.clear();
        json.reset(frame.array(), frame.payloadFrom(), frame.payloadTo());
        if (frame.headerIs(BedrockMessages.EVENT_TYPE, DELTA_EVENT)) {
            block(Told.PIECE);
        } else if (frame.headerIs(BedrockMessages.MESSAGE_TYPE, BedrockMessages.EVENT)) {
            String type = frame.header(BedrockMessages.EVENT_TYPE);
            event(type == null ? "" : type);
        } else {
            fail(frame);
        }
        found.forEach(events);
    }

    @Override
    public boolean isComplete() {
        return finished && !failed;
    }

    private void event(String type) throws JsonException {
        switch (type) {
            case "messageStart" -> {
                json.skip();
                json.end();
                start();
            }
            case "contentBlockStart" -> block(Told.START);
            case "contentBlockStop" -> block(Told.STOP);
            case "messageStop" -> messageStop();
            case "metadata" -> metadata();
            case BedrockMessages.PING, "initial-response" -> {
                // The connection lives.
            }
            default ->
                    found.add(
                            new Unrecognized(
                                    BedrockWords.EVENT,
                                    RawJson.ofObject(Map.of(type, json.raw())).text()));
        }
    }

    private void start() {
        if (!started) {
            started = true;
            found.add(new Started("", ""));
        }
    }

    private void block(Told told) throws JsonException {
        int index = 0;
        int at = -1;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(INDEX)) {
                index = Math.max(0, json.numberBelow(MAX_BLOCKS));
            } else {
                if (json.fieldIs(DELTA) || json.fieldIs(START)) {
                    at = json.position();
                }
                json.skip();
            }
        }
        json.end();
        if (finished) {
            return;
        }
        start();
        if (told == Told.STOP) {
            blocks.stop(index, found);
            return;
        }
        if (at < 0) {
            return;
        }
        json.seek(at);
        if (!json.isObject()) {
            return;
        }
        if (told == Told.START) {
            blocks.start(index, json, found);
        } else {
            blocks.delta(index, json, found);
        }
    }

    private void messageStop() throws JsonException {
        String reason = "";
        RawJson fields = null;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "stopReason" -> reason = json.readNonEmptyString() ? json.value() : "";
                case "additionalModelResponseFields" -> fields = json.raw();
                default -> json.skip();
            }
        }
        json.end();
        if (finished) {
            return;
        }
        start();
        finished = true;
        if (fields != null && fields.isObject()) {
            found.add(new Metadata(BedrockWords.MODEL_FIELDS, fields.text()));
        }
        found.add(BedrockWords.finish(reason, stopSequence(fields)));
    }

    /// Which text stopped the model, if it says so and was asked to:
    /// `{"delta":{"stop_sequence":…}}` in a stream, `{"stop_sequence":…}` in an answer.
    static @Nullable String stopSequence(@Nullable RawJson fields) throws JsonException {
        if (fields == null || !fields.isObject()) {
            return null;
        }
        Map<String, RawJson> members = BedrockOpaqueBlock.members(fields);
        RawJson delta = members.get("delta");
        if (delta != null && delta.isObject()) {
            members = BedrockOpaqueBlock.members(delta);
        }
        RawJson sequence = members.get("stop_sequence");
        return sequence == null ? null : sequence.cursor().stringOrNull();
    }

    private void metadata() throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            String member = json.field();
            String name = BedrockWords.metadata(member);
            if (member.equals("usage") && json.isObject()) {
                found.add(BedrockUsage.read(json));
            } else if (member.equals("serviceTier") && json.isObject()) {
                tier(json.raw());
            } else if (name != null && json.isObject()) {
                found.add(new Metadata(name, json.raw().text()));
            } else {
                json.skip();
            }
        }
        json.end();
    }

    private void tier(RawJson object) throws JsonException {
        RawJson type = BedrockOpaqueBlock.members(object).get("type");
        if (type != null && type.isString()) {
            found.add(new Metadata(Metadata.SERVICE_TIER, type.cursor().string()));
        }
    }

    /// A message that is no event: an exception with its type and a payload, or an error with code
    /// and text in its headers.
    private void fail(EventStreamFrame frame) throws JsonException {
        failed = true;
        String type = frame.header(BedrockMessages.EXCEPTION_TYPE);
        if (type != null) {
            String message = json.isObject() ? BedrockErrors.message(json) : null;
            found.add(new Failed(BedrockErrors.read(type, message)));
            return;
        }
        String code = frame.header(BedrockMessages.ERROR_CODE);
        String message = frame.header(BedrockMessages.ERROR_MESSAGE);
        found.add(new Failed(BedrockErrors.read(code == null ? "error" : code, message)));
    }
}
