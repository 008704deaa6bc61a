package dev.firsttoken.wire.dialect.agui;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.BlockStreamWriter;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The server's side of one run. Each block of text or of reasoning is a message.
final class AgUiStreamWriter extends BlockStreamWriter {

    private static final byte[] TEXT =
            ascii("data: {\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"");
    private static final byte[] REASONING =
            ascii("data: {\"type\":\"REASONING_MESSAGE_CONTENT\",\"messageId\":\"");
    private static final byte[] DELTA = ascii("\",\"delta\":");
    private static final byte[] END = ascii("}\n\n");

    private final AnswerHead head;
    private final RawJson thread;
    private final RawJson run;

    /// Before the number of a block.
    private final byte[] idStart;

    private String callId = "";
    private final List<String> pending = new ArrayList<>();
    private @Nullable Signature signature;

    AgUiStreamWriter(AnswerHead head, Request request) {
        this.head = head;
        RawJson unknown = RawJson.ofString(head.id());
        var fields = request.extras().fields();
        this.thread = fields.getOrDefault(AgUiRequestReader.THREAD, unknown);
        this.run = fields.getOrDefault(AgUiRequestReader.RUN, unknown);
        this.idStart = ascii("msg_" + head.id() + "_");
    }

    /// A comment of one line: a blank line after it would be the end of an event for some readers.
    @Override
    public void heartbeat(Utf8Buffer out) {
        out.raw(":\n");
    }

    @Override
    protected void begin(Utf8Buffer out) {
        event("RUN_STARTED", out).member("threadId", thread).member("runId", run);
        out.put(END);
    }

    @Override
    protected void start(Block kind, Utf8Buffer out) {
        if (kind == Block.TEXT) {
            message("TEXT_MESSAGE_START", out).member("role", "assistant");
            out.put(END);
            return;
        }
        message("REASONING_START", out);
        out.put(END);
        message("REASONING_MESSAGE_START", out).member("role", "reasoning");
        out.put(END);
    }

    @Override
    protected void text(String text, Utf8Buffer out) {
        out.put(TEXT).put(idStart).number(index()).put(DELTA).jsonString(text).put(END);
    }

    @Override
    protected void reasoning(String text, Utf8Buffer out) {
        out.put(REASONING).put(idStart).number(index()).put(DELTA).jsonString(text).put(END);
    }

    @Override
    protected void startCall(String id, String name, Utf8Buffer out) {
        callId = id.isEmpty() ? "call_" + head.id() + "_" + index() : id;
        pending.add(callId);
        event("TOOL_CALL_START", out).member("toolCallId", callId).member("toolCallName", name);
        out.put(END);
    }

    @Override
    protected void arguments(String piece, Utf8Buffer out) {
        event("TOOL_CALL_ARGS", out).member("toolCallId", callId).member("delta", piece);
        out.put(END);
    }

    @Override
    protected void stop(Utf8Buffer out) {
        Block kind = open();
        if (kind == Block.CALL) {
            event("TOOL_CALL_END", out).member("toolCallId", callId);
            out.put(END);
            signed("tool-call", callId, out);
        } else if (kind == Block.TEXT) {
            message("TEXT_MESSAGE_END", out);
            out.put(END);
        } else {
            message("REASONING_MESSAGE_END", out);
            out.put(END);
            signed("message", "msg_" + head.id() + "_" + index(), out);
            message("REASONING_END", out);
            out.put(END);
        }
        signature = null;
    }

    private void signed(String subtype, String entity, Utf8Buffer out) {
        Signature given = signature;
        if (given != null) {
            var signed = new Part.Signed(given.issuer(), given.data());
            var value = new AgUiSignature(signed, given.of() == SignatureOf.REDACTED);
            event("REASONING_ENCRYPTED_VALUE", out)
                    .member("subtype", subtype)
                    .member("entityId", entity)
                    .member("encryptedValue", value.value());
            out.put(END);
        }
    }

    @Override
    protected void sign(Signature given, Utf8Buffer out) {
        switch (given.of()) {
            case REASONING -> {
                open(Block.REASONING, out);
                signature = given;
            }
            case REDACTED -> {
                close(out);
                open(Block.REASONING, out);
                signature = given;
                close(out);
            }
            case TOOL_CALL -> signature = open() == Block.CALL ? given : signature;
            case TEXT -> {
                // No form here.
            }
        }
    }

    @Override
    protected void cite(Citation citation, Utf8Buffer out) {
        // No form here.
    }

    @Override
    protected void image(Image image, Utf8Buffer out) {
        // No form here.
    }

    @Override
    protected void unrecognized(String type, String json, Utf8Buffer out) {
        // Nothing that these clients would know either.
    }

    @Override
    protected void finish(Finish finish, Utf8Buffer out) {
        // Said last, with the token counts.
    }

    @Override
    protected void end(Finish finish, Utf8Buffer out) {
        JsonWriter json = event("RUN_FINISHED", out);
        json.member("threadId", thread).member("runId", run);
        json.object("result")
                .member("finishReason", finish.reason().name().toLowerCase(Locale.ROOT));
        json.endObject().object("outcome").member("type", "success");
        if (finish.reason() == Reason.TOOL_CALLS) {
            json.array("pendingToolCallIds");
            pending.forEach(json::string);
            json.endArray();
        }
        json.endObject();
        Usage usage = usage();
        if (!usage.equals(Usage.NONE)) {
            json.array("usage").object().member("model", head.model());
            json.name("inputTokens").number(usage.inputTokens());
            json.name("outputTokens").number(usage.outputTokens());
            json.name("totalTokens").number(usage.inputTokens() + usage.outputTokens());
            json.name("reasoningTokens").number(usage.reasoningTokens());
            json.name("cachedInputTokens").number(usage.cachedInputTokens());
            json.name("cacheWriteInputTokens").number(usage.cacheWriteTokens());
            json.endObject().endArray();
        }
        out.put(END);
    }

    @Override
    protected void fail(Failure failure, Utf8Buffer out) {
        event("RUN_ERROR", out)
                .member("message", failure.detail())
                .member("code", failure.kind().code());
        out.put(END);
    }

    private JsonWriter message(String type, Utf8Buffer out) {
        return event(type, out).member("messageId", "msg_" + head.id() + "_" + index());
    }

    private static JsonWriter event(String type, Utf8Buffer out) {
        out.raw("data: ");
        return new JsonWriter(out).object().member("type", type);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
