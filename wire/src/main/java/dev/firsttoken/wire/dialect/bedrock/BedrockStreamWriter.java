package dev.firsttoken.wire.dialect.bedrock;

import static dev.firsttoken.wire.dialect.bedrock.BedrockMessages.ascii;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.BlockStreamWriter;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.eventstream.EventStreamWriter;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;

/// The server's side of one stream. Only blocks of tool calls say that they start; every block says
/// that it stops.
final class BedrockStreamWriter extends BlockStreamWriter {

    private static final byte[] MESSAGE_START = BedrockMessages.event("messageStart");
    private static final byte[] BLOCK_START = BedrockMessages.event("contentBlockStart");
    private static final byte[] BLOCK_DELTA = BedrockMessages.event("contentBlockDelta");
    private static final byte[] BLOCK_STOP = BedrockMessages.event("contentBlockStop");
    private static final byte[] MESSAGE_STOP = BedrockMessages.event("messageStop");
    private static final byte[] METADATA = BedrockMessages.event("metadata");
    private static final byte[] PING = BedrockMessages.event(BedrockMessages.PING);

    private static final byte[] INDEX = ascii("{\"contentBlockIndex\":");
    private static final byte[] TEXT = ascii(",\"delta\":{\"text\":");
    private static final byte[] REASONING = ascii(",\"delta\":{\"reasoningContent\":{\"text\":");
    private static final byte[] SIGNATURE =
            ascii(",\"delta\":{\"reasoningContent\":{\"signature\":");
    private static final byte[] REDACTED =
            ascii(",\"delta\":{\"reasoningContent\":{\"redactedContent\":");
    private static final byte[] INPUT = ascii(",\"delta\":{\"toolUse\":{\"input\":");
    private static final byte[] END_2 = ascii("}}");
    private static final byte[] END_3 = ascii("}}}");

    private final AnswerHead head;
    private final EventStreamWriter messages = new EventStreamWriter();

    BedrockStreamWriter(AnswerHead head) {
        this.head = head;
    }

    @Override
    public void heartbeat(Utf8Buffer out) {
        message(PING, "{}", out);
    }

    @Override
    protected void begin(Utf8Buffer out) {
        message(MESSAGE_START, "{\"role\":\"assistant\"}", out);
    }

    @Override
    protected void start(Block kind, Utf8Buffer out) {
        // Said by the first delta.
    }

    @Override
    protected void text(String text, Utf8Buffer out) {
        delta(TEXT, text, END_2, out);
    }

    @Override
    protected void reasoning(String text, Utf8Buffer out) {
        delta(REASONING, text, END_3, out);
    }

    @Override
    protected void startCall(String id, String name, Utf8Buffer out) {
        open(BLOCK_START, out);
        out.raw(",\"start\":{\"toolUse\":{\"toolUseId\":");
        out.jsonString(id.isEmpty() ? "tooluse_" + head.id() + "_" + index() : id);
        out.raw(",\"name\":").jsonString(name).put(END_3);
        messages.close(out);
    }

    @Override
    protected void arguments(String piece, Utf8Buffer out) {
        delta(INPUT, piece, END_3, out);
    }

    @Override
    protected void stop(Utf8Buffer out) {
        open(BLOCK_STOP, out);
        out.put((byte) '}');
        messages.close(out);
    }

    @Override
    protected void sign(Signature signature, Utf8Buffer out) {
        if (signature.of() == SignatureOf.REASONING
                && signature.issuer().equals(BedrockWords.SIGNER)) {
            open(Block.REASONING, out);
            delta(SIGNATURE, signature.data(), END_3, out);
        } else if (signature.of() == SignatureOf.REDACTED
                && signature.issuer().equals(BedrockWords.DIALECT)) {
            close(out);
            delta(REDACTED, signature.data(), END_3, out);
            tellStop(out);
        }
    }

    @Override
    protected void cite(Citation citation, Utf8Buffer out) {
        RawJson json = BedrockCitations.written(citation);
        if (json != null) {
            open(Block.TEXT, out);
            open(BLOCK_DELTA, out);
            out.raw(",\"delta\":{\"citation\":").raw(json.inOneLine().text()).put(END_2);
            messages.close(out);
        }
    }

    @Override
    protected void image(Image image, Utf8Buffer out) {
        String format = BedrockMedia.format("image", image.mediaType());
        if (format == null) {
            return;
        }
        close(out);
        open(BLOCK_START, out);
        out.raw(",\"start\":{\"image\":{\"format\":").jsonString(format).put(END_3);
        messages.close(out);
        open(BLOCK_DELTA, out);
        out.raw(",\"delta\":{\"image\":{\"source\":{\"bytes\":").jsonString(image.data());
        out.raw("}}}}");
        messages.close(out);
        tellStop(out);
    }

    @Override
    protected void unrecognized(String type, String json, Utf8Buffer out) {
        if (type.equals(BedrockWords.BLOCK)) {
            var block = BedrockOpaqueBlock.of(new RawJson(json));
            if (block != null) {
                close(out);
                open(BLOCK_START, out);
                out.raw(",\"start\":").raw(block.start()).put((byte) '}');
                messages.close(out);
                open(BLOCK_DELTA, out);
                out.raw(",\"delta\":").raw(block.delta()).put((byte) '}');
                messages.close(out);
                tellStop(out);
            }
        }
    }

    @Override
    protected void finish(Finish finish, Utf8Buffer out) {
        messages.open(MESSAGE_STOP, out);
        JsonWriter json = new JsonWriter(out).object();
        json.member("additionalModelResponseFields", metadata(BedrockWords.MODEL_FIELDS));
        json.member("stopReason", BedrockWords.stopReason(finish)).endObject();
        messages.close(out);
    }

    @Override
    protected void end(Finish finish, Utf8Buffer out) {
        messages.open(METADATA, out);
        JsonWriter json = new JsonWriter(out).object();
        BedrockAnswerWriter.writeEnd(usage(), metadata(), json);
        json.endObject();
        messages.close(out);
    }

    @Override
    protected void fail(Failure failure, Utf8Buffer out) {
        messages.open(BedrockMessages.exception(BedrockErrors.streamType(failure)), out);
        new JsonWriter(out).object().member("message", failure.detail()).endObject();
        messages.close(out);
    }

    private void delta(byte[] kind, String text, byte[] end, Utf8Buffer out) {
        open(BLOCK_DELTA, out);
        out.put(kind).jsonString(text).put(end);
        messages.close(out);
    }

    /// Starts a message about the block that is open.
    private void open(byte[] headers, Utf8Buffer out) {
        messages.open(headers, out);
        out.put(INDEX).number(index());
    }

    private void message(byte[] headers, String payload, Utf8Buffer out) {
        messages.open(headers, out);
        out.raw(payload);
        messages.close(out);
    }
}
