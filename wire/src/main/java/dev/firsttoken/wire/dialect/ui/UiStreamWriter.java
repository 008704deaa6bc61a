package dev.firsttoken.wire.dialect.ui;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.BlockStreamWriter;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Part;
import org.jspecify.annotations.Nullable;

/// The server's side of one UI message stream. What a provider has signed goes along as metadata of
/// the part, under the name of its dialect, and comes back with the next request.
final class UiStreamWriter extends BlockStreamWriter {

    private static final byte[] START_STEP = ascii("data: {\"type\":\"start-step\"}\n\n");
    private static final byte[] FINISH_STEP = ascii("data: {\"type\":\"finish-step\"}\n\n");
    private static final byte[] DONE = ascii("data: [DONE]\n\n");
    private static final byte[] END = ascii("}\n\n");
    private static final byte[] TEXT = ascii("data: {\"type\":\"text-delta\",\"id\":\"");
    private static final byte[] REASONING = ascii("data: {\"type\":\"reasoning-delta\",\"id\":\"");
    private static final byte[] DELTA = ascii("\",\"delta\":");

    private final AnswerHead head;

    /// What the block that is open was signed with.
    private @Nullable Signature signature;

    private String callId = "";

    UiStreamWriter(AnswerHead head) {
        this.head = head;
    }

    /// A comment of one line: a blank line after it would be the end of an event for some readers.
    @Override
    public void heartbeat(Utf8Buffer out) {
        out.raw(":\n");
    }

    @Override
    protected void begin(Utf8Buffer out) {
        part("start", out).member("messageId", "msg_" + head.id());
        out.put(END).put(START_STEP);
    }

    @Override
    protected void start(Block kind, Utf8Buffer out) {
        part(kind == Block.TEXT ? "text-start" : "reasoning-start", out).member("id", blockId());
        out.put(END);
    }

    @Override
    protected void text(String text, Utf8Buffer out) {
        out.put(TEXT).number(index()).put(DELTA).jsonString(text).put(END);
    }

    @Override
    protected void reasoning(String text, Utf8Buffer out) {
        out.put(REASONING).number(index()).put(DELTA).jsonString(text).put(END);
    }

    @Override
    protected void startCall(String id, String name, Utf8Buffer out) {
        callId = id.isEmpty() ? "call_" + head.id() + "_" + index() : id;
        part("tool-input-start", out).member("toolCallId", callId).member("toolName", name);
        out.put(END);
    }

    @Override
    protected void arguments(String piece, Utf8Buffer out) {
        part("tool-input-delta", out).member("toolCallId", callId).member("inputTextDelta", piece);
        out.put(END);
    }

    @Override
    protected void stop(Utf8Buffer out) {
        Block kind = open();
        if (kind == Block.CALL) {
            stopCall(out);
        } else if (kind != null) {
            JsonWriter json = part(kind == Block.TEXT ? "text-end" : "reasoning-end", out);
            signed(json.member("id", blockId()));
            out.put(END);
        }
        signature = null;
    }

    private void stopCall(Utf8Buffer out) {
        Part.ToolCall call = call();
        boolean whole = call.arguments().isWholeObject();
        JsonWriter json = part(whole ? "tool-input-available" : "tool-input-error", out);
        json.member("toolCallId", callId).member("toolName", call.name());
        if (whole) {
            json.member("input", call.arguments().inOneLine());
        } else {
            json.member("input", call.arguments().text());
            json.member("errorText", "the answer was cut within the arguments");
        }
        signed(json);
        out.put(END);
    }

    private void signed(JsonWriter json) {
        Signature given = signature;
        if (given != null) {
            json.object("providerMetadata").object(given.issuer());
            json.member(
                    given.of() == SignatureOf.REDACTED
                            ? UiRequestReader.REDACTED
                            : UiRequestReader.SIGNATURE,
                    given.data());
            json.endObject().endObject();
        }
    }

    @Override
    protected void sign(Signature given, Utf8Buffer out) {
        switch (given.of()) {
            case REASONING -> open(Block.REASONING, out);
            case TEXT -> open(Block.TEXT, out);
            case REDACTED -> {
                close(out);
                open(Block.REASONING, out);
            }
            case TOOL_CALL -> {
                if (open() != Block.CALL) {
                    return;
                }
            }
        }
        signature = given;
        if (given.of() == SignatureOf.REDACTED) {
            close(out);
        }
    }

    @Override
    protected void cite(Citation citation, Utf8Buffer out) {
        String url = citation.url();
        if (url != null) {
            part("source-url", out)
                    .member("sourceId", url)
                    .member("url", url)
                    .member("title", citation.title());
            out.put(END);
        }
    }

    @Override
    protected void image(Image image, Utf8Buffer out) {
        close(out);
        part("file", out)
                .member("url", "data:" + image.mediaType() + ";base64," + image.data())
                .member("mediaType", image.mediaType());
        out.put(END);
    }

    @Override
    protected void unrecognized(String type, String json, Utf8Buffer out) {
        // Clients give up a stream that has a part they do not know.
    }

    @Override
    protected void finish(Finish finish, Utf8Buffer out) {
        out.put(FINISH_STEP);
    }

    @Override
    protected void end(Finish finish, Utf8Buffer out) {
        JsonWriter json = part("finish", out).member("finishReason", reason(finish));
        Usage usage = usage();
        if (!usage.equals(Usage.NONE)) {
            json.object("messageMetadata").object("usage");
            json.name("inputTokens").number(usage.inputTokens());
            json.name("outputTokens").number(usage.outputTokens());
            json.name("totalTokens").number(usage.inputTokens() + usage.outputTokens());
            json.name("cachedInputTokens").number(usage.cachedInputTokens());
            json.name("reasoningTokens").number(usage.reasoningTokens());
            json.endObject().endObject();
        }
        out.put(END).put(DONE);
    }

    private static String reason(Finish finish) {
        return switch (finish.reason()) {
            case STOP, STOP_SEQUENCE -> "stop";
            case LENGTH, CONTEXT_FULL -> "length";
            case TOOL_CALLS -> "tool-calls";
            case CONTENT_FILTER -> "content-filter";
            case PAUSE, COMPACTION, OTHER -> "other";
        };
    }

    /// The client ends with the error, so that nothing follows it.
    @Override
    protected void fail(Failure failure, Utf8Buffer out) {
        part("error", out).member("errorText", failure.detail());
        out.put(END);
    }

    private String blockId() {
        return Integer.toString(index());
    }

    private static JsonWriter part(String type, Utf8Buffer out) {
        out.raw("data: ");
        return new JsonWriter(out).object().member("type", type);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
