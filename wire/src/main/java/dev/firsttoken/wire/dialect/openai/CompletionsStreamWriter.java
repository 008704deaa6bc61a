package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.StreamWriter;
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
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Part;
import org.jspecify.annotations.Nullable;

/// The server's side of one stream of `text_completion` objects. Everything but text is left out.
final class CompletionsStreamWriter implements StreamWriter {

    private static final byte[] DATA = ascii("data: ");
    private static final byte[] TEXT = ascii("{\"text\":");
    private static final byte[] INDEX = ascii(",\"index\":");
    private static final byte[] NO_REASON = ascii(",\"logprobs\":null,\"finish_reason\":null}]");
    private static final byte[] REASON = ascii(",\"logprobs\":null,\"finish_reason\":\"");
    private static final byte[] NO_USAGE = ascii(",\"usage\":null");
    private static final byte[] END = ascii("}\n\n");

    /// From `{"id"` to `"choices":[`, the same in every object.
    private final byte[] head;

    private final boolean usageWanted;
    private @Nullable Usage usage;
    private boolean failed;

    CompletionsStreamWriter(AnswerHead head, boolean usageWanted) {
        this.head = head(head);
        this.usageWanted = usageWanted;
    }

    private static byte[] head(AnswerHead head) {
        var out = new Utf8Buffer(128).raw("{\"id\":").jsonString("cmpl-" + head.id());
        out.raw(",\"object\":\"text_completion\",\"created\":").number(head.createdSeconds());
        return out.raw(",\"model\":").jsonString(head.model()).raw(",\"choices\":[").toByteArray();
    }

    @Override
    public void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        switch (event) {
            case TextDelta(int choice, String text) -> text(choice, text, out);
            case RefusalDelta(int choice, String text) -> text(choice, text, out);
            case Finish finish -> {
                out.put(DATA).put(head).put(TEXT).raw("\"\"").put(INDEX).number(finish.choice());
                out.put(REASON).raw(ChatStreamWriter.word(finish.reason())).raw("\"}]");
                endObject(out);
            }
            case Usage latest -> usage = latest;
            case Failed(Failure failure) -> {
                failed = true;
                out.put(DATA);
                ChatErrors.write(failure, out);
                out.raw("\n\n");
            }
            case Started _,
                    ReasoningDelta _,
                    ToolCallDelta _,
                    BlockStop _,
                    Signature _,
                    Cited _,
                    LogProbs _,
                    AudioDelta _,
                    Image _,
                    Metadata _,
                    Unrecognized _ -> {
                // No form here.
            }
        }
    }

    private void text(int choice, String text, Utf8Buffer out) {
        out.put(DATA).put(head).put(TEXT).jsonString(text).put(INDEX).number(choice);
        out.put(NO_REASON);
        endObject(out);
    }

    private void endObject(Utf8Buffer out) {
        if (usageWanted) {
            out.put(NO_USAGE);
        }
        out.put(END);
    }

    @Override
    public void end(Utf8Buffer out) {
        if (failed) {
            return;
        }
        Usage last = usage;
        if (usageWanted && last != null) {
            out.put(DATA).put(head).raw("],\"usage\":");
            ChatStreamWriter.writeUsage(last, out);
            out.put(END);
        }
        out.raw("data: [DONE]\n\n");
    }

    /// A comment that one line end follows, as in the chat dialect.
    @Override
    public void heartbeat(Utf8Buffer out) {
        out.raw(":\n");
    }

    /// Writes an answer that is not a stream.
    static void writeWhole(AnswerHead head, Answer answer, Utf8Buffer out) {
        out.put(head(head));
        String separator = "";
        for (Answer.Choice choice : answer.choices()) {
            var text = new StringBuilder();
            for (Part part : choice.parts()) {
                text.append(part instanceof Part.Text said ? said.text() : "");
                text.append(part instanceof Part.Refusal said ? said.text() : "");
            }
            out.raw(separator).put(TEXT).jsonString(text.toString()).put(INDEX);
            out.number(choice.index()).put(REASON);
            out.raw(ChatStreamWriter.word(choice.finish().reason())).raw("\"}");
            separator = ",";
        }
        out.raw("]");
        Usage usage = answer.usage();
        if (usage != null) {
            out.raw(",\"usage\":");
            ChatStreamWriter.writeUsage(usage, out);
        }
        out.raw("}");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
