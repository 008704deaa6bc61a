package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server's side of one message stream.
///
/// Blocks of this dialect do not overlap: tool calls that come interleaved wait in [MessagesCalls]
/// until the one before them is whole. `message_start` waits for the first event that is more than
/// numbers, so that it can hold the input's token count if that is known by then. What has no form
/// here is left out: other choices than the first, audio, pictures, token probabilities, and what
/// other dialects have signed.
final class MessagesStreamWriter implements StreamWriter {

    private enum Open {
        NOTHING,
        TEXT,
        THINKING,
        CALL
    }

    private static final byte[] DELTA =
            ascii("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":");
    private static final byte[] START =
            ascii("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":");
    private static final byte[] STOP =
            ascii("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":");
    private static final byte[] OF_TEXT = ascii(",\"delta\":{\"type\":\"text_delta\",\"text\":");
    private static final byte[] OF_THINKING =
            ascii(",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":");
    private static final byte[] OF_SIGNATURE =
            ascii(",\"delta\":{\"type\":\"signature_delta\",\"signature\":");
    private static final byte[] OF_INPUT =
            ascii(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":");
    private static final byte[] OF_CITATION =
            ascii(",\"delta\":{\"type\":\"citations_delta\",\"citation\":");
    private static final byte[] TEXT_BLOCK =
            ascii(",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
    private static final byte[] THINKING_BLOCK =
            ascii(
                    ",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n");
    private static final byte[] END = ascii("}}\n\n");
    private static final byte[] PING = ascii("event: ping\ndata: {\"type\":\"ping\"}\n\n");
    private static final byte[] MESSAGE_STOP =
            ascii("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

    private final AnswerHead head;
    private final MessagesCalls calls = new MessagesCalls();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private boolean started;
    private boolean failed;
    private Open open = Open.NOTHING;

    /// The index of the block that is open, or that comes next.
    private int index;

    private Usage usage = Usage.NONE;
    private @Nullable Finish finish;

    MessagesStreamWriter(AnswerHead head) {
        this.head = head;
    }

    @Override
    public void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        switch (event) {
            case Started _ -> {
                // Said with the first event that is more than numbers.
            }
            case TextDelta(int choice, String text) -> text(choice, text, out);
            case RefusalDelta(int choice, String text) -> text(choice, text, out);
            case ReasoningDelta(int choice, String text) -> {
                if (choice == 0) {
                    open(Open.THINKING, out);
                    out.put(DELTA).number(index).put(OF_THINKING).jsonString(text).put(END);
                }
            }
            case ToolCallDelta delta -> {
                if (delta.choice() == 0) {
                    call(delta, out);
                }
            }
            case BlockStop(int choice) -> {
                if (choice == 0) {
                    if (calls.stop()) {
                        nextCall(out);
                        tellWholeCalls(out);
                    } else if (open != Open.CALL) {
                        close(out);
                    }
                }
            }
            case Signature signature -> sign(signature, out);
            case Cited(int choice, Citation citation) -> {
                if (choice == 0) {
                    cite(citation, out);
                }
            }
            case Usage latest -> usage = latest;
            case Metadata(String name, String value) -> metadata.put(name, value);
            case Finish ended -> {
                if (ended.choice() == 0) {
                    begin(out);
                    close(out);
                    finish = ended;
                }
            }
            case Unrecognized(String type, String json) -> unrecognized(type, json, out);
            case LogProbs _, AudioDelta _, Image _ -> {
                // No form here.
            }
            case Failed(Failure failure) -> fail(failure, out);
        }
    }

    @Override
    public void end(Utf8Buffer out) {
        if (failed) {
            return;
        }
        Finish ended = finish;
        if (ended == null) {
            fail(
                    Failure.of(Failure.Kind.TRUNCATED, "the answer ended before it was complete"),
                    out);
            return;
        }
        out.raw("event: message_delta\ndata: ");
        JsonWriter json = new JsonWriter(out).object().member("type", "message_delta");
        json.object("delta");
        MessagesAnswerWriter.writeEnd(ended, metadata, json);
        json.endObject().name("usage");
        MessagesUsage.write(usage, json);
        json.member("context_management", raw(MessagesWords.CONTEXT_MANAGEMENT));
        json.endObject();
        out.raw("\n\n").put(MESSAGE_STOP);
    }

    private @Nullable RawJson raw(String name) {
        String value = metadata.get(name);
        return value == null ? null : new RawJson(value).inOneLine();
    }

    @Override
    public void heartbeat(Utf8Buffer out) {
        out.put(PING);
    }

    private void fail(Failure failure, Utf8Buffer out) {
        failed = true;
        out.raw("event: error\ndata: ");
        MessagesErrors.write(failure, out);
        out.raw("\n\n");
    }

    private void begin(Utf8Buffer out) {
        if (started) {
            return;
        }
        started = true;
        out.raw("event: message_start\ndata: ");
        JsonWriter json = new JsonWriter(out).object().member("type", "message_start");
        json.object("message");
        MessagesAnswerWriter.writeHead(head, json);
        json.array("content").endArray();
        json.name("stop_reason").nothing().name("stop_sequence").nothing().name("usage");
        MessagesUsage.write(usage, json);
        json.endObject().endObject();
        out.raw("\n\n");
    }

    private void text(int choice, String text, Utf8Buffer out) {
        if (choice == 0) {
            open(Open.TEXT, out);
            out.put(DELTA).number(index).put(OF_TEXT).jsonString(text).put(END);
        }
    }

    private void cite(Citation citation, Utf8Buffer out) {
        RawJson json = MessagesAnswerWriter.citation(citation);
        if (json != null) {
            open(Open.TEXT, out);
            out.put(DELTA).number(index).put(OF_CITATION);
            out.raw(json.inOneLine().text()).put(END);
        }
    }

    private void sign(Signature signature, Utf8Buffer out) {
        if (signature.choice() != 0 || !signature.issuer().equals(MessagesWords.DIALECT)) {
            return;
        }
        if (signature.of() == SignatureOf.REASONING) {
            open(Open.THINKING, out);
            out.put(DELTA).number(index).put(OF_SIGNATURE);
            out.jsonString(signature.data()).put(END);
        } else if (signature.of() == SignatureOf.REDACTED) {
            close(out);
            out.put(START).number(index).raw(",\"content_block\":{\"type\":\"redacted_thinking\"");
            out.raw(",\"data\":").jsonString(signature.data()).put(END);
            stopBlock(out);
        }
    }

    private void unrecognized(String type, String json, Utf8Buffer out) {
        RawJson line = new RawJson(json).inOneLine();
        if (type.equals(MessagesWords.BLOCK)) {
            close(out);
            out.put(START).number(index).raw(",\"content_block\":").raw(line.text());
            out.raw("}\n\n");
            stopBlock(out);
        }
    }

    private void call(ToolCallDelta delta, Utf8Buffer out) {
        if (open != Open.CALL) {
            open(Open.CALL, out);
        }
        MessagesCalls.Turn turn = calls.add(delta);
        switch (turn) {
            case NOW -> input(delta.arguments(), out);
            case FIRST -> startCall(out);
            case LATER -> {
                // Told when the call before it is whole.
            }
        }
        tellWholeCalls(out);
    }

    private void tellWholeCalls(Utf8Buffer out) {
        while (calls.isWhole() && calls.hasNext()) {
            nextCall(out);
        }
    }

    /// Ends the call that is open and starts the one that waits, if one does.
    private void nextCall(Utf8Buffer out) {
        stopBlock(out);
        calls.next();
        if (calls.isOpen()) {
            open = Open.CALL;
            startCall(out);
        }
    }

    private void startCall(Utf8Buffer out) {
        out.put(START).number(index).raw(",\"content_block\":{\"type\":\"tool_use\",\"id\":");
        String id = calls.id();
        out.jsonString(id.isEmpty() ? "toolu_" + head.id() + "_" + index : id);
        out.raw(",\"name\":").jsonString(calls.name()).raw(",\"input\":{}").put(END);
        input(calls.takeArguments(), out);
    }

    private void input(String arguments, Utf8Buffer out) {
        if (!arguments.isEmpty()) {
            out.put(DELTA).number(index).put(OF_INPUT).jsonString(arguments).put(END);
        }
    }

    private void open(Open kind, Utf8Buffer out) {
        if (open == kind) {
            return;
        }
        close(out);
        open = kind;
        if (kind != Open.CALL) {
            out.put(START).number(index).put(kind == Open.TEXT ? TEXT_BLOCK : THINKING_BLOCK);
        }
    }

    /// Ends the block that is open, and tells the calls that still wait.
    private void close(Utf8Buffer out) {
        begin(out);
        while (open == Open.CALL) {
            nextCall(out);
        }
        if (open != Open.NOTHING) {
            stopBlock(out);
        }
    }

    private void stopBlock(Utf8Buffer out) {
        out.put(STOP).number(index++).raw("}\n\n");
        open = Open.NOTHING;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
