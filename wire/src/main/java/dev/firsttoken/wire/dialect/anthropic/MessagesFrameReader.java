package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads the frames of a message stream as events.
///
/// What an event is, its JSON says; the frame's name says the same and is not needed. A second
/// `message_start`, as proxies send that tried again, only closes what is open.
final class MessagesFrameReader implements FrameReader<SseFrame> {

    private static final byte[] TYPE = "type".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
    private static final byte[] CONTENT_BLOCK = "content_block".getBytes(US_ASCII);
    private static final byte[] DELTA = "delta".getBytes(US_ASCII);
    private static final byte[] USAGE = "usage".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] CONTEXT_MANAGEMENT = "context_management".getBytes(US_ASCII);

    private final JsonCursor json = new JsonCursor();
    private final MessagesBlockReader block = new MessagesBlockReader();
    private final MessagesUsage usage = new MessagesUsage();

    /// What happened in the current frame, handed out once all of it was read.
    private final List<StreamEvent> found = new ArrayList<>();

    private boolean started;
    private boolean finished;
    private boolean stopped;
    private boolean failed;

    @Override
    public void read(SseFrame frame, Consumer<StreamEvent> events) throws JsonException {
        if (failed || stopped || !frame.hasData() || frame.dataLength() == 0) {
            return;
        }
        found.clear();
        json.reset(frame.dataArray(), frame.dataFrom(), frame.dataTo());
        event();
        found.forEach(events);
    }

    @Override
    public boolean isComplete() {
        return (finished || stopped) && !failed;
    }

    @Override
    public boolean isDone() {
        return stopped;
    }

    private void event() throws JsonException {
        String type = "";
        int from = json.position();
        int message = -1;
        int content = -1;
        int delta = -1;
        int counts = -1;
        int error = -1;
        int context = -1;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TYPE)) {
                type = json.readNonEmptyString() ? word() : "";
                continue;
            }
            int at = json.position();
            if (json.fieldIs(DELTA)) {
                delta = at;
            } else if (json.fieldIs(CONTENT_BLOCK)) {
                content = at;
            } else if (json.fieldIs(MESSAGE)) {
                message = at;
            } else if (json.fieldIs(USAGE)) {
                counts = at;
            } else if (json.fieldIs(ERROR)) {
                error = at;
            } else if (json.fieldIs(CONTEXT_MANAGEMENT)) {
                context = at;
            }
            json.skip();
        }
        json.end();
        switch (type) {
            case "content_block_delta" -> {
                if (seekObject(delta)) {
                    block.delta(json, found);
                }
            }
            case "content_block_start" -> {
                block.stop(found);
                if (seekObject(content)) {
                    block.start(json, found);
                }
            }
            case "content_block_stop" -> block.stop(found);
            case "ping" -> {
                // The connection lives.
            }
            case "message_start" -> {
                block.stop(found);
                if (seekObject(message)) {
                    message();
                }
            }
            case "message_delta" -> {
                block.stop(found);
                if (seekObject(counts)) {
                    usage.read(json, found);
                }
                if (context >= 0) {
                    json.seek(context);
                    metadata(MessagesWords.CONTEXT_MANAGEMENT);
                }
                if (seekObject(delta)) {
                    messageDelta();
                }
            }
            case "message_stop" -> {
                block.stop(found);
                if (!finished) {
                    // It ended well and did not say why.
                    found.add(new StreamEvent.Finish(0, block.reasonUnsaid()));
                }
                stopped = true;
            }
            case "error" -> fail(error);
            default -> {
                if (error >= 0) {
                    fail(error);
                } else {
                    json.seek(from);
                    found.add(new Unrecognized(MessagesWords.EVENT, json.raw().text()));
                }
            }
        }
    }

    /// The types that come with every token are not made into text again and again.
    private String word() throws JsonException {
        return json.valueIs(CONTENT_BLOCK_DELTA) ? "content_block_delta" : json.value();
    }

    private static final byte[] CONTENT_BLOCK_DELTA = "content_block_delta".getBytes(US_ASCII);

    private boolean seekObject(int at) throws JsonException {
        if (at < 0) {
            return false;
        }
        json.seek(at);
        return json.isObject();
    }

    private void fail(int error) throws JsonException {
        failed = true;
        if (error < 0) {
            found.add(
                    new Failed(
                            dev.firsttoken.wire.event.Failure.of(
                                    dev.firsttoken.wire.event.Failure.Kind.REPORTED,
                                    "the provider reported an error")));
            return;
        }
        json.seek(error);
        found.add(new Failed(MessagesErrors.read(json)));
    }

    private void message() throws JsonException {
        String id = "";
        String model = "";
        int counts = -1;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "id" -> id = json.readNonEmptyString() ? json.value() : "";
                case "model" -> model = json.readNonEmptyString() ? json.value() : "";
                case "usage" -> {
                    counts = json.position();
                    json.skip();
                }
                default -> json.skip();
            }
        }
        if (!started) {
            started = true;
            found.add(new Started(id, model));
        }
        if (seekObject(counts)) {
            usage.read(json, found);
        }
    }

    private void messageDelta() throws JsonException {
        String reason = null;
        String sequence = null;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "stop_reason" -> reason = json.stringOrNull();
                case "stop_sequence" -> sequence = json.stringOrNull();
                case "stop_details" -> metadata(MessagesWords.STOP_DETAILS);
                case "container" -> metadata(MessagesWords.CONTAINER);
                default -> json.skip();
            }
        }
        if (reason != null && !finished) {
            finished = true;
            found.add(MessagesWords.finish(reason, sequence));
        }
    }

    private void metadata(String name) throws JsonException {
        if (json.isNull()) {
            json.skip();
        } else {
            found.add(new Metadata(name, json.raw().text()));
        }
    }
}
