package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.BlockStreamWriter;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;

/// The server's side of one message stream. What other dialects have signed is left out.
final class MessagesStreamWriter extends BlockStreamWriter {

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

    MessagesStreamWriter(AnswerHead head) {
        this.head = head;
    }

    @Override
    public void heartbeat(Utf8Buffer out) {
        out.put(PING);
    }

    @Override
    protected void begin(Utf8Buffer out) {
        out.raw("event: message_start\ndata: ");
        JsonWriter json = new JsonWriter(out).object().member("type", "message_start");
        json.object("message");
        MessagesAnswerWriter.writeHead(head, json);
        json.array("content").endArray();
        json.name("stop_reason").nothing().name("stop_sequence").nothing().name("usage");
        MessagesUsage.write(usage(), json);
        json.endObject().endObject();
        out.raw("\n\n");
    }

    @Override
    protected void start(Block kind, Utf8Buffer out) {
        out.put(START).number(index()).put(kind == Block.TEXT ? TEXT_BLOCK : THINKING_BLOCK);
    }

    @Override
    protected void text(String text, Utf8Buffer out) {
        out.put(DELTA).number(index()).put(OF_TEXT).jsonString(text).put(END);
    }

    @Override
    protected void reasoning(String text, Utf8Buffer out) {
        out.put(DELTA).number(index()).put(OF_THINKING).jsonString(text).put(END);
    }

    @Override
    protected void startCall(String id, String name, Utf8Buffer out) {
        out.put(START).number(index()).raw(",\"content_block\":{\"type\":\"tool_use\",\"id\":");
        out.jsonString(id.isEmpty() ? "toolu_" + head.id() + "_" + index() : id);
        out.raw(",\"name\":").jsonString(name).raw(",\"input\":{}").put(END);
    }

    @Override
    protected void arguments(String piece, Utf8Buffer out) {
        out.put(DELTA).number(index()).put(OF_INPUT).jsonString(piece).put(END);
    }

    @Override
    protected void stop(Utf8Buffer out) {
        out.put(STOP).number(index()).raw("}\n\n");
    }

    @Override
    protected void cite(Citation citation, Utf8Buffer out) {
        RawJson json = MessagesAnswerWriter.citation(citation);
        if (json != null) {
            open(Block.TEXT, out);
            out.put(DELTA).number(index()).put(OF_CITATION);
            out.raw(json.inOneLine().text()).put(END);
        }
    }

    @Override
    protected void sign(Signature signature, Utf8Buffer out) {
        if (!signature.issuer().equals(MessagesWords.DIALECT)) {
            return;
        }
        if (signature.of() == SignatureOf.REASONING) {
            open(Block.REASONING, out);
            out.put(DELTA).number(index()).put(OF_SIGNATURE);
            out.jsonString(signature.data()).put(END);
        } else if (signature.of() == SignatureOf.REDACTED) {
            close(out);
            out.put(START)
                    .number(index())
                    .raw(",\"content_block\":{\"type\":\"redacted_thinking\"");
            out.raw(",\"data\":").jsonString(signature.data()).put(END);
            tellStop(out);
        }
    }

    @Override
    protected void unrecognized(String type, String json, Utf8Buffer out) {
        if (type.equals(MessagesWords.BLOCK)) {
            close(out);
            out.put(START).number(index()).raw(",\"content_block\":").raw(json).raw("}\n\n");
            tellStop(out);
        }
    }

    @Override
    protected void image(Image image, Utf8Buffer out) {
        // No form here.
    }

    @Override
    protected void finish(Finish finish, Utf8Buffer out) {
        // Said last, with the token counts.
    }

    @Override
    protected void end(Finish finish, Utf8Buffer out) {
        out.raw("event: message_delta\ndata: ");
        JsonWriter json = new JsonWriter(out).object().member("type", "message_delta");
        json.object("delta");
        MessagesAnswerWriter.writeEnd(finish, metadata(), json);
        json.endObject().name("usage");
        MessagesUsage.write(usage(), json);
        json.member("context_management", metadata(MessagesWords.CONTEXT_MANAGEMENT));
        json.endObject();
        out.raw("\n\n").put(MESSAGE_STOP);
    }

    @Override
    protected void fail(Failure failure, Utf8Buffer out) {
        out.raw("event: error\ndata: ");
        MessagesErrors.write(failure, out);
        out.raw("\n\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
