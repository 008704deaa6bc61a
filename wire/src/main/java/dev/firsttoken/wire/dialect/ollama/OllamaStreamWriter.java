package dev.firsttoken.wire.dialect.ollama;

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
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.ToolCalls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server's side of one stream of lines.
///
/// Tool calls are whole here, so that they wait for their end. What has no form is left out: other
/// choices than the first, pictures, sound, citations, token probabilities and signatures.
final class OllamaStreamWriter implements StreamWriter {

    private static final byte[] CONTENT =
            ascii(",\"message\":{\"role\":\"assistant\",\"content\":");
    private static final byte[] THINKING =
            ascii(",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":");
    private static final byte[] NOT_DONE = ascii("},\"done\":false}\n");

    /// A blank in front of the next line. A line with nothing on it is one that Ollama's own client
    /// for Python tries to read as JSON.
    private static final byte[] HEARTBEAT = ascii(" ");

    /// What begins every line: `{"model":…,"created_at":…`.
    private final byte[] head;

    private final ToolCalls calls = new ToolCalls();

    /// The calls that have begun and were not told.
    private final List<Integer> open = new ArrayList<>();

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private @Nullable Usage usage;
    private @Nullable Finish finish;
    private boolean failed;

    OllamaStreamWriter(AnswerHead head) {
        var start = new Utf8Buffer(128);
        OllamaAnswerWriter.writeHead(head, new JsonWriter(start).object());
        this.head = start.toByteArray();
    }

    @Override
    public void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        switch (event) {
            case TextDelta(int choice, String text) -> text(choice, CONTENT, text, out);
            case RefusalDelta(int choice, String text) -> text(choice, CONTENT, text, out);
            case ReasoningDelta(int choice, String text) -> text(choice, THINKING, text, out);
            case ToolCallDelta delta -> call(delta, out);
            case BlockStop(int choice) -> {
                if (choice == 0) {
                    tellCalls(out);
                }
            }
            case Usage latest -> usage = latest;
            case Metadata(String name, String value) -> metadata.put(name, value);
            case Finish ended -> finish(ended, out);
            case Failed(Failure failure) -> fail(failure, out);
            case Started _,
                    Signature _,
                    Cited _,
                    LogProbs _,
                    AudioDelta _,
                    Image _,
                    Unrecognized _ -> {
                // No form here, or said in every line.
            }
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
        out.put(head).put(CONTENT).raw("\"\"}");
        // Goes on with the object whose head and message are written.
        out.put((byte) ',');
        OllamaAnswerWriter.writeEnd(ended, metadata, usage, new JsonWriter(out));
        out.raw("}\n");
    }

    @Override
    public void heartbeat(Utf8Buffer out) {
        out.put(HEARTBEAT);
    }

    private void text(int choice, byte[] field, String text, Utf8Buffer out) {
        if (choice == 0) {
            tellCalls(out);
            out.put(head).put(field).jsonString(text).put(NOT_DONE);
        }
    }

    private void fail(Failure failure, Utf8Buffer out) {
        failed = true;
        OllamaErrors.write(failure, out);
        out.put((byte) '\n');
    }

    private void call(ToolCallDelta delta, Utf8Buffer out) {
        if (delta.choice() != 0) {
            return;
        }
        try {
            calls.add(delta);
        } catch (ToolCalls.BrokenException e) {
            fail(Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage())), out);
            return;
        }
        if (!open.contains(delta.call())) {
            open.add(delta.call());
        }
    }

    /// Tells the calls that are whole, in their order. One that was cut waits for the finish, which
    /// says whether that is all right.
    private void tellCalls(Utf8Buffer out) {
        while (!open.isEmpty() && !failed) {
            try {
                Part.ToolCall call = calls.get(open.getFirst());
                if (!call.arguments().isWholeObject()) {
                    return;
                }
                open.removeFirst();
                out.put(head).put(CONTENT).raw("\"\",");
                OllamaAnswerWriter.writeCalls(List.of(call), new JsonWriter(out));
                out.put(NOT_DONE);
            } catch (ToolCalls.BrokenException e) {
                fail(Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage())), out);
            }
        }
    }

    /// A call that was cut is left out where the answer was cut, too; nobody could run it.
    private void finish(Finish ended, Utf8Buffer out) {
        if (ended.choice() != 0) {
            return;
        }
        tellCalls(out);
        if (!open.isEmpty() && ended.reason() == Reason.TOOL_CALLS) {
            String call = "tool call " + open.getFirst();
            String detail = call + ": its arguments are not a JSON object";
            fail(Failure.of(Failure.Kind.INVALID, detail), out);
        }
        open.clear();
        finish = ended;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
