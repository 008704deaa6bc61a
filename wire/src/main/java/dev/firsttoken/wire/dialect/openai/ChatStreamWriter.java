package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The server's side of one chat completion stream: events in, `data: {…}` frames out.
///
/// A choice begins with a chunk that holds its role and ends with one whose delta is empty. Frames
/// have no `id` and no `retry` line and never a key `error` beside `choices`, because SDKs in use
/// trip over each of these. Owned by one thread; a text delta allocates nothing.
public final class ChatStreamWriter {

    /// The [Unrecognized] type whose JSON goes on a stream as it is; other types have no form here.
    public static final String CHUNK = "chat.completion.chunk";

    private static final byte[] DATA = ascii("data: ");
    private static final byte[] FRAME_END = ascii("\n\n");
    private static final byte[] DONE = ascii("data: [DONE]\n\n");

    private static final byte[] ROLE =
            ascii(",\"delta\":{\"role\":\"assistant\",\"content\":\"\"}");
    private static final byte[] CONTENT = ascii(",\"delta\":{\"content\":");
    private static final byte[] REASONING = ascii(",\"delta\":{\"reasoning_content\":");
    private static final byte[] REFUSAL = ascii(",\"delta\":{\"refusal\":");
    private static final byte[] TOOL_CALL = ascii(",\"delta\":{\"tool_calls\":[{\"index\":");
    private static final byte[] TOOL_ID = ascii(",\"id\":");
    private static final byte[] TOOL_TYPE = ascii(",\"type\":\"function\"");
    private static final byte[] TOOL_FUNCTION = ascii(",\"function\":{");
    private static final byte[] TOOL_NAME = ascii("\"name\":");
    private static final byte[] TOOL_ARGUMENTS = ascii("\"arguments\":");
    private static final byte[] TOOL_END = ascii("}}]}");
    private static final byte[] FINISH =
            ascii(",\"delta\":{},\"logprobs\":null,\"finish_reason\":");

    /// From `data: {` to `"index":`, the same on every chunk of a stream.
    private final byte[] head;

    private final byte[] headWithoutChoices;
    private final byte[] tail;
    private final byte[] tailAfterFinish;
    private final boolean usageWanted;

    private final BitSet begun = new BitSet();
    private @Nullable Usage usage;
    private boolean failed;

    /// @param id the same on every chunk, such as `chatcmpl-…`
    /// @param createdSeconds Unix time
    /// @param usageWanted whether the request set `stream_options.include_usage`
    public ChatStreamWriter(String id, String model, long createdSeconds, boolean usageWanted) {
        Utf8Buffer buffer = new Utf8Buffer(256).put(DATA).raw("{\"id\":").jsonString(id);
        buffer.raw(",\"object\":\"chat.completion.chunk\",\"created\":").number(createdSeconds);
        buffer.raw(",\"model\":").jsonString(model).raw(",\"choices\":[");
        this.headWithoutChoices = buffer.toByteArray();
        this.head = buffer.raw("{\"index\":").toByteArray();
        String end = usageWanted ? "}],\"usage\":null}\n\n" : "}]}\n\n";
        this.tail = ascii(",\"logprobs\":null,\"finish_reason\":null" + end);
        this.tailAfterFinish = ascii(end);
        this.usageWanted = usageWanted;
    }

    /// Appends the frames of one event. A [Usage] is kept for the end, where this dialect has it.
    public void write(StreamEvent event, Utf8Buffer out) {
        switch (event) {
            case Started _ -> begin(0, out);
            case TextDelta delta -> text(CONTENT, delta.choice(), delta.text(), out);
            case ReasoningDelta delta -> text(REASONING, delta.choice(), delta.text(), out);
            case RefusalDelta delta -> text(REFUSAL, delta.choice(), delta.text(), out);
            case ToolCallDelta delta -> toolCall(delta, out);
            case Finish finish -> {
                begin(finish.choice(), out);
                out.put(head).number(finish.choice()).put(FINISH);
                out.put((byte) '"').raw(word(finish.reason())).put((byte) '"');
                out.put(tailAfterFinish);
            }
            case Usage latest -> usage = latest;
            case Unrecognized other -> {
                if (other.type().equals(CHUNK)) {
                    // White space between tokens is the only place JSON can hold a line break.
                    String line = other.json().replace('\n', ' ').replace('\r', ' ');
                    out.put(DATA).raw(line).put(FRAME_END);
                }
            }
            case Failed broken -> {
                failed = true;
                out.put(DATA);
                ChatErrors.write(broken.failure(), out);
                out.put(FRAME_END);
            }
        }
    }

    /// Appends what ends a stream: the usage if it was wanted and is known, and `[DONE]`. After a
    /// failure nothing, for `[DONE]` would look like success.
    public void end(Utf8Buffer out) {
        if (failed) {
            return;
        }
        Usage last = usage;
        if (usageWanted && last != null) {
            out.put(headWithoutChoices).raw("],\"usage\":");
            writeUsage(last, out);
            out.raw("}").put(FRAME_END);
        }
        out.put(DONE);
    }

    private void begin(int choice, Utf8Buffer out) {
        if (!begun.get(choice)) {
            begun.set(choice);
            out.put(head).number(choice).put(ROLE).put(tail);
        }
    }

    private void text(byte[] field, int choice, String text, Utf8Buffer out) {
        begin(choice, out);
        out.put(head).number(choice).put(field).jsonString(text).put((byte) '}').put(tail);
    }

    private void toolCall(ToolCallDelta delta, Utf8Buffer out) {
        begin(delta.choice(), out);
        out.put(head).number(delta.choice()).put(TOOL_CALL).number(delta.call());
        String id = delta.id();
        if (id != null) {
            out.put(TOOL_ID).jsonString(id).put(TOOL_TYPE);
        }
        out.put(TOOL_FUNCTION);
        String name = delta.name();
        if (name != null) {
            out.put(TOOL_NAME).jsonString(name).put((byte) ',');
        }
        out.put(TOOL_ARGUMENTS).jsonString(delta.arguments()).put(TOOL_END).put(tail);
    }

    static void writeUsage(Usage usage, Utf8Buffer out) {
        out.raw("{\"prompt_tokens\":").number(usage.inputTokens());
        out.raw(",\"completion_tokens\":").number(usage.outputTokens());
        out.raw(",\"total_tokens\":").number(usage.inputTokens() + usage.outputTokens());
        out.raw(",\"prompt_tokens_details\":{\"cached_tokens\":").number(usage.cachedInputTokens());
        out.raw("},\"completion_tokens_details\":{\"reasoning_tokens\":");
        out.number(usage.reasoningTokens()).raw("}}");
    }

    /// The dialect's word for a reason. A reason it has no word for is not passed off as `stop`.
    static String word(StreamEvent.Reason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
            case OTHER -> "other";
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
