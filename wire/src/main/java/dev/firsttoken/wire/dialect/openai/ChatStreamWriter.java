package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.StreamWriter;
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
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server's side of one chat completion stream: events in, `data: {…}` frames out.
///
/// A choice begins with a chunk that holds its role and ends with one whose delta is empty. Frames
/// have no `id` and no `retry` line and never a key `error` beside `choices`, because SDKs in use
/// trip over each of these. Owned by one thread; a text delta allocates nothing.
public final class ChatStreamWriter implements StreamWriter {

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
    private static final byte[] ANNOTATION = ascii(",\"delta\":{\"annotations\":[");

    /// OpenAI has no form for pictures; this one is OpenRouter's.
    private static final byte[] IMAGE =
            ascii(",\"delta\":{\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":");

    private static final byte[] NO_USAGE = ascii(",\"usage\":null");
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] FINISH =
            ascii(",\"delta\":{},\"logprobs\":null,\"finish_reason\":");

    /// From `data: {` to `"index":`, the same on every chunk of a stream.
    private final byte[] head;

    private final byte[] headWithoutChoices;
    private final byte[] tail;
    private final byte[] tailAfterFinish;
    private final boolean usageWanted;

    private final BitSet begun = new BitSet();
    private final Map<String, String> metadata = new LinkedHashMap<>();
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
    @Override
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
                out.put((byte) '"').raw(word(finish.reason())).raw("\"}]");
                writeMetadata(metadata, out);
                out.put(usageWanted ? NO_USAGE : NOTHING).raw("}").put(FRAME_END);
            }
            case Usage latest -> usage = latest;
            case Unrecognized other -> {
                if (other.type().equals(CHUNK)) {
                    // White space between tokens is the only place JSON can hold a line break.
                    String line = other.json().replace('\n', ' ').replace('\r', ' ');
                    out.put(DATA).raw(line).put(FRAME_END);
                }
            }
            case Cited cited -> {
                RawJson annotation = ChatAnnotations.write(cited.citation());
                if (annotation != null) {
                    begin(cited.choice(), out);
                    out.put(head).number(cited.choice()).put(ANNOTATION);
                    out.raw(annotation.inOneLine().text()).raw("]}").put(tail);
                }
            }
            case LogProbs(int choice, boolean refusal, String json) -> {
                begin(choice, out);
                out.put(head).number(choice).raw(",\"delta\":{},\"logprobs\":");
                writeLogProbs(refusal ? null : json, refusal ? json : null, out);
                out.raw(",\"finish_reason\":null").put(tailAfterFinish);
            }
            case AudioDelta delta -> audio(delta, out);
            case Image(int choice, String mediaType, String data) -> {
                begin(choice, out);
                out.put(head).number(choice).put(IMAGE);
                out.jsonString("data:" + mediaType + ";base64," + data).raw("}}]}").put(tail);
            }
            case Metadata(String name, String value) -> metadata.put(name, value);
            case BlockStop _, Signature _ -> {
                // No form here.
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
    @Override
    public void end(Utf8Buffer out) {
        if (failed) {
            return;
        }
        Usage last = usage;
        if (usageWanted && last != null) {
            out.put(headWithoutChoices).raw("],\"usage\":");
            writeUsage(last, out);
            writeMetadata(metadata, out);
            out.raw("}").put(FRAME_END);
        }
        out.put(DONE);
    }

    /// A comment that one line end follows, and not a blank line: some SDKs take the blank line
    /// after a comment for the end of an event.
    @Override
    public void heartbeat(Utf8Buffer out) {
        out.raw(":\n");
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

    private void audio(AudioDelta delta, Utf8Buffer out) {
        begin(delta.choice(), out);
        out.put(head).number(delta.choice()).raw(",\"delta\":{\"audio\":");
        JsonWriter json = new JsonWriter(out).object().member("id", delta.id());
        if (!delta.data().isEmpty()) {
            json.member("data", delta.data());
        }
        if (!delta.transcript().isEmpty()) {
            json.member("transcript", delta.transcript());
        }
        json.endObject();
        out.raw("}").put(tail);
    }

    /// Writes the value of `logprobs`.
    static void writeLogProbs(@Nullable String content, @Nullable String refusal, Utf8Buffer out) {
        if (content == null && refusal == null) {
            out.raw("null");
            return;
        }
        out.raw("{\"content\":")
                .raw(line(content))
                .raw(",\"refusal\":")
                .raw(line(refusal))
                .raw("}");
    }

    private static String line(@Nullable String json) {
        return json == null ? "null" : new RawJson(json).inOneLine().text();
    }

    /// Writes the members that tell how the answer was made, each with a comma before it.
    static void writeMetadata(Map<String, String> metadata, Utf8Buffer out) {
        String tier = metadata.get(Metadata.SERVICE_TIER);
        if (tier != null) {
            out.raw(",\"service_tier\":").jsonString(tier);
        }
        String fingerprint = metadata.get(Metadata.SYSTEM_FINGERPRINT);
        if (fingerprint != null) {
            out.raw(",\"system_fingerprint\":").jsonString(fingerprint);
        }
    }

    static void writeUsage(Usage usage, Utf8Buffer out) {
        out.raw("{\"prompt_tokens\":").number(usage.inputTokens());
        out.raw(",\"completion_tokens\":").number(usage.outputTokens());
        out.raw(",\"total_tokens\":").number(usage.inputTokens() + usage.outputTokens());
        out.raw(",\"prompt_tokens_details\":{\"cached_tokens\":").number(usage.cachedInputTokens());
        if (usage.cacheWriteTokens() > 0) {
            out.raw(",\"cache_write_tokens\":").number(usage.cacheWriteTokens());
        }
        out.raw("},\"completion_tokens_details\":{\"reasoning_tokens\":");
        out.number(usage.reasoningTokens()).raw("}}");
    }

    /// The dialect's word for a reason. A reason it has no word for is not passed off as `stop`.
    static String word(StreamEvent.Reason reason) {
        return switch (reason) {
            // A pause cannot be told from an end here, and its client has nothing to go on with.
            case STOP, STOP_SEQUENCE, PAUSE, COMPACTION -> "stop";
            case LENGTH, CONTEXT_FULL -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
            case OTHER -> "other";
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
