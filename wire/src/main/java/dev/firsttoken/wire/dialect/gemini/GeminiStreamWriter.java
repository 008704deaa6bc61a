package dev.firsttoken.wire.dialect.gemini;

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
import dev.firsttoken.wire.event.StreamEvent.Reason;
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
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.ToolCalls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The server's side of one stream: every event is a whole response.
///
/// A tool call is whole in one part here, so that it waits for its end. Why the candidates ended
/// and what was counted come with the last response, since nothing else says that it is the last.
final class GeminiStreamWriter implements StreamWriter {

    private static final byte[] DATA = ascii("data: ");
    private static final byte[] PART = ascii("data: {\"candidates\":[{\"content\":{\"parts\":[");
    private static final byte[] TEXT = ascii("{\"text\":");
    private static final byte[] THOUGHT = ascii(",\"thought\":true");
    private static final byte[] SIGNATURE = ascii(",\"thoughtSignature\":");
    private static final byte[] END_OF_PART = ascii("],\"role\":\"model\"},\"index\":");
    private static final byte[] END = ascii("\r\n\r\n");

    /// A blank line between events is nothing to every reader; a comment is not to some.
    private static final byte[] HEARTBEAT = ascii("\r\n");

    /// A candidate as far as it has come.
    private static final class Candidate {
        final ToolCalls calls = new ToolCalls();

        /// The calls that have begun and were not told.
        final List<Integer> open = new ArrayList<>();

        final List<Citation> citations = new ArrayList<>();
        @Nullable String logProbs;
        @Nullable Finish finish;
    }

    private final AnswerHead head;

    /// What ends every response: `}],…}` with the model and the id.
    private final byte[] tail;

    private final Map<Integer, Candidate> candidates = new TreeMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private @Nullable Usage usage;
    private boolean said;
    private boolean failed;

    GeminiStreamWriter(AnswerHead head) {
        this.head = head;
        var end = new Utf8Buffer(128).raw("}],\"modelVersion\":").jsonString(head.model());
        end.raw(",\"responseId\":").jsonString(head.id()).raw("}").put(END);
        this.tail = end.toByteArray();
    }

    @Override
    public void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        switch (event) {
            case Started _ -> {
                // Every response says it.
            }
            case TextDelta(int choice, String text) -> text(choice, text, false, out);
            case RefusalDelta(int choice, String text) -> text(choice, text, false, out);
            case ReasoningDelta(int choice, String text) -> text(choice, text, true, out);
            case ToolCallDelta delta -> call(delta, out);
            case BlockStop(int choice) -> tellCalls(choice, out);
            case Signature signature -> sign(signature, out);
            case Cited(int choice, Citation citation) -> candidate(choice).citations.add(citation);
            case LogProbs(int choice, boolean refusal, String json) -> {
                if (!refusal) {
                    // Told with the candidate's end: the dialect has one result for all of it.
                    Candidate candidate = candidate(choice);
                    candidate.logProbs = joined(candidate.logProbs, json);
                }
            }
            case AudioDelta delta -> {
                if (!delta.data().isEmpty()) {
                    String mediaType = GeminiAnswerWriter.audioType(metadata);
                    data(delta.choice(), mediaType, delta.data(), out);
                }
            }
            case Image(int choice, String mediaType, String data) ->
                    data(choice, mediaType, data, out);
            case Usage latest -> usage = latest;
            case Metadata(String name, String value) -> metadata.put(name, value);
            case Finish finish -> finish(finish, out);
            case Unrecognized(String type, String json) -> {
                if (type.equals(GeminiWords.PART)) {
                    part(0, out).raw(new RawJson(json).inOneLine().text());
                    endPart(0, out);
                }
            }
            case Failed(Failure failure) -> fail(failure, out);
        }
    }

    @Override
    public void end(Utf8Buffer out) {
        if (failed) {
            return;
        }
        boolean whole = !candidates.isEmpty();
        for (Candidate candidate : candidates.values()) {
            whole &= candidate.finish != null;
        }
        if (!whole) {
            fail(
                    Failure.of(Failure.Kind.TRUNCATED, "the answer ended before it was complete"),
                    out);
            return;
        }
        out.put(DATA);
        JsonWriter json = new JsonWriter(out).object();
        if (!said && metadata.containsKey(GeminiWords.PROMPT_FEEDBACK)) {
            RawJson feedback = GeminiAnswerWriter.raw(metadata, GeminiWords.PROMPT_FEEDBACK);
            json.member("promptFeedback", feedback);
        } else {
            json.array("candidates");
            candidates.values().forEach(candidate -> writeFinish(candidate, json));
            json.endArray();
        }
        GeminiAnswerWriter.writeEnd(head, usage, json);
        json.endObject();
        out.put(END);
    }

    private void writeFinish(Candidate candidate, JsonWriter json) {
        Finish finish = candidate.finish;
        if (finish == null) {
            return;
        }
        json.object().object("content").array("parts").object().member("text", "").endObject();
        json.endArray().member("role", "model").endObject();
        Map<String, String> beside = finish.choice() == 0 ? metadata : Map.of();
        GeminiAnswerWriter.writeFinish(finish, beside, candidate.citations, json);
        if (candidate.logProbs != null) {
            GeminiLogProbs.write(candidate.logProbs, json);
        }
        json.endObject();
    }

    @Override
    public void heartbeat(Utf8Buffer out) {
        out.put(HEARTBEAT);
    }

    private void fail(Failure failure, Utf8Buffer out) {
        failed = true;
        out.put(DATA);
        GeminiErrors.write(failure, out);
        out.put(END);
    }

    private Candidate candidate(int choice) {
        return candidates.computeIfAbsent(choice, _ -> new Candidate());
    }

    private static String joined(@Nullable String array, String more) {
        if (array == null || array.length() <= 2) {
            return more;
        }
        String elements = more.strip();
        return elements.length() <= 2
                ? array
                : array.substring(0, array.length() - 1) + "," + elements.substring(1);
    }

    private Utf8Buffer part(int choice, Utf8Buffer out) {
        tellCalls(choice, out);
        said = true;
        return out.put(PART);
    }

    private void endPart(int choice, Utf8Buffer out) {
        out.put(END_OF_PART).number(choice).put(tail);
    }

    private void text(int choice, String text, boolean thought, Utf8Buffer out) {
        part(choice, out).put(TEXT).jsonString(text);
        if (thought) {
            out.put(THOUGHT);
        }
        out.put((byte) '}');
        endPart(choice, out);
    }

    private void sign(Signature signature, Utf8Buffer out) {
        if (!signature.issuer().equals(GeminiWords.DIALECT)) {
            return;
        }
        int choice = signature.choice();
        if (signature.of() == SignatureOf.TOOL_CALL) {
            Candidate candidate = candidate(choice);
            if (!candidate.open.isEmpty()) {
                candidate.calls.sign(
                        candidate.open.getLast(),
                        new Part.Signed(signature.issuer(), signature.data()));
            }
            return;
        }
        part(choice, out).put(TEXT).raw("\"\"");
        if (signature.of() == SignatureOf.REASONING) {
            out.put(THOUGHT);
        }
        out.put(SIGNATURE).jsonString(signature.data()).put((byte) '}');
        endPart(choice, out);
    }

    private void data(int choice, String mediaType, String data, Utf8Buffer out) {
        part(choice, out).raw("{\"inlineData\":{\"mimeType\":").jsonString(mediaType);
        out.raw(",\"data\":").jsonString(data).raw("}}");
        endPart(choice, out);
    }

    private void call(ToolCallDelta delta, Utf8Buffer out) {
        Candidate candidate = candidate(delta.choice());
        try {
            candidate.calls.add(delta);
        } catch (ToolCalls.BrokenException e) {
            fail(Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage())), out);
            return;
        }
        if (!candidate.open.contains(delta.call())) {
            candidate.open.add(delta.call());
        }
    }

    /// Tells the calls that are whole, in their order. One that was cut waits for the finish, which
    /// says whether that is all right.
    private void tellCalls(int choice, Utf8Buffer out) {
        Candidate candidate = candidate(choice);
        while (!candidate.open.isEmpty() && !failed) {
            try {
                Part.ToolCall call = candidate.calls.get(candidate.open.getFirst());
                if (!call.arguments().isWholeObject()) {
                    return;
                }
                candidate.open.removeFirst();
                said = true;
                out.put(PART);
                var losses = new Losses(GeminiWords.DIALECT);
                new GeminiParts(new JsonWriter(out), losses, true, false).write(call, "", false);
                endPart(choice, out);
            } catch (ToolCalls.BrokenException e) {
                fail(Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage())), out);
            }
        }
    }

    /// A call that was cut is left out where the answer was cut, too; nobody could run it.
    private void finish(Finish finish, Utf8Buffer out) {
        tellCalls(finish.choice(), out);
        Candidate candidate = candidate(finish.choice());
        if (!candidate.open.isEmpty() && finish.reason() == Reason.TOOL_CALLS) {
            String call = "tool call " + candidate.open.getFirst();
            String detail = call + ": its arguments are not a JSON object";
            fail(Failure.of(Failure.Kind.INVALID, detail), out);
        }
        candidate.open.clear();
        candidate.finish = finish;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
