package dev.firsttoken.wire.dialect.responses;

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
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server's side of one response stream.
///
/// Texts and refusals that follow each other are parts of one message item, reasoning is an item,
/// and so is every call; calls may overlap, nothing else does. What ends an item, and the stream,
/// holds its whole text again: the answer is kept in memory until then. What has no form here is
/// left out: other choices than the first, progress of other dialects' tools, and what other
/// dialects have signed.
final class ResponsesStreamWriter implements StreamWriter {

    private static final List<byte[]> BEGINNING =
            List.of(
                    ResponsesEvents.head("response.created"),
                    ResponsesEvents.head("response.in_progress"));
    private static final byte[] COMPLETED = ResponsesEvents.head("response.completed");
    private static final byte[] INCOMPLETE = ResponsesEvents.head("response.incomplete");
    private static final byte[] FAILED = ResponsesEvents.head("response.failed");
    private static final byte[] ERROR = ResponsesEvents.head("error");
    private static final byte[] AUDIO_DELTA = ResponsesEvents.head("response.audio.delta");
    private static final byte[] AUDIO_DONE = ResponsesEvents.head("response.audio.done");
    private static final byte[] TRANSCRIPT_DELTA =
            ResponsesEvents.head("response.audio.transcript.delta");
    private static final byte[] TRANSCRIPT_DONE =
            ResponsesEvents.head("response.audio.transcript.done");

    private final AnswerHead head;
    private final ResponsesObject response;
    private final ResponsesEvents events = new ResponsesEvents(0);

    /// The items that are done, by their place; null for one that is open.
    private final List<@Nullable String> output = new ArrayList<>();

    private @Nullable ResponsesMessageItem message;
    private int messageIndex;
    private @Nullable ResponsesReasoningItem reasoning;
    private int reasoningIndex;

    /// The calls that are open, by their number.
    private final Map<Integer, ResponsesCallItem> calls = new HashMap<>();

    private int lastCall = -1;

    /// The probabilities that came before the message they belong to, without brackets.
    private String logProbs = "";

    private boolean audio;
    private boolean transcript;
    private boolean started;
    private boolean failed;
    private boolean ownReasoning;
    private @Nullable String tier;
    private @Nullable Usage usage;
    private @Nullable Finish finish;

    ResponsesStreamWriter(AnswerHead head, Request request) {
        this.head = head;
        this.response = new ResponsesObject(head, request);
    }

    /// Writes an answer that is not a stream: what a stream of it would end with.
    static void writeWhole(AnswerHead head, Answer answer, Request request, Utf8Buffer out) {
        var writer = new ResponsesStreamWriter(head, request);
        var stream = new Utf8Buffer(4096);
        answer.events(event -> writer.write(event, stream.clear()));
        writer.writeResponse(out);
    }

    @Override
    public void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        switch (event) {
            case Started _ -> begin(out);
            case TextDelta(int choice, String text) -> {
                if (choice == 0) {
                    message(out).text(text, out);
                }
            }
            case RefusalDelta(int choice, String text) -> {
                if (choice == 0) {
                    message(out).refusal(text, out);
                }
            }
            case ReasoningDelta(int choice, String text) -> {
                if (choice == 0) {
                    reasoning("", out).text(text, out);
                }
            }
            case ToolCallDelta delta -> {
                if (delta.choice() == 0) {
                    call(delta, out);
                }
            }
            case BlockStop(int choice) -> {
                if (choice == 0) {
                    stop(out);
                }
            }
            case Signature signature -> sign(signature, out);
            case Cited(int choice, Citation citation) -> {
                if (choice == 0 && ResponsesAnnotations.write(citation) != null) {
                    message(out).cite(citation, out);
                }
            }
            case LogProbs(int choice, boolean refusal, String json) -> {
                if (choice == 0 && !refusal) {
                    logProbs(json);
                }
            }
            case AudioDelta delta -> {
                if (delta.choice() == 0) {
                    audio(delta, out);
                }
            }
            case Image(int choice, String mediaType, String data) -> {
                if (choice == 0) {
                    image(mediaType, data, out);
                }
            }
            case Usage latest -> usage = latest;
            case Metadata(String name, String value) -> {
                if (name.equals(Metadata.SERVICE_TIER)) {
                    tier = value;
                } else if (name.equals(ResponsesWords.REASONING)) {
                    ownReasoning = value.equals(ResponsesWords.AS_TEXT);
                }
            }
            case Finish ended -> {
                if (ended.choice() == 0) {
                    finish = ended;
                    closeAll(out);
                    closeAudio(out);
                }
            }
            case Unrecognized(String type, String json) -> {
                if (type.equals(ResponsesWords.ITEM)) {
                    whole(new RawJson(json).inOneLine().text(), out);
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
        Finish ended = finish;
        if (ended == null) {
            fail(
                    Failure.of(Failure.Kind.TRUNCATED, "the answer ended before it was complete"),
                    out);
            return;
        }
        boolean complete = ResponsesWords.incomplete(ended) == null;
        events.begin(complete ? COMPLETED : INCOMPLETE, out).raw(",\"response\":");
        writeResponse(out);
        out.put(ResponsesEvents.END);
    }

    /// A comment, ended by one line end: an empty line would end an event for some clients.
    @Override
    public void heartbeat(Utf8Buffer out) {
        out.raw(":\n");
    }

    private void writeResponse(Utf8Buffer out) {
        String incomplete = finish == null ? null : ResponsesWords.incomplete(finish);
        String status = incomplete == null ? "completed" : "incomplete";
        Usage counted = usage == null ? Usage.NONE : usage;
        response.write(status, incomplete, null, output, counted, tier, out);
    }

    private void begin(Utf8Buffer out) {
        if (started) {
            return;
        }
        started = true;
        for (byte[] type : BEGINNING) {
            events.begin(type, out).raw(",\"response\":");
            response.write("in_progress", null, null, List.of(), null, tier, out);
            out.put(ResponsesEvents.END);
        }
    }

    /// Writes the event `error` of a stream that somebody else wrote.
    ///
    /// @param sequence how many events there were
    static void breakOff(Failure failure, long sequence, Utf8Buffer out) {
        error(new ResponsesEvents(sequence), failure, out);
    }

    private static void error(ResponsesEvents events, Failure failure, Utf8Buffer out) {
        events.begin(ERROR, out).raw(",");
        var fields = new Utf8Buffer(256);
        JsonWriter json = new JsonWriter(fields).object();
        ResponsesErrors.writeEvent(failure, json);
        json.endObject();
        out.put(fields.array(), 1, fields.length()).raw("\n\n");
    }

    private void fail(Failure failure, Utf8Buffer out) {
        begin(out);
        failed = true;
        error(events, failure, out);
        events.begin(FAILED, out).raw(",\"response\":");
        response.write("failed", null, failure, output, usage, tier, out);
        out.put(ResponsesEvents.END);
    }

    /// The place of an item that begins.
    private int place() {
        output.add(null);
        return output.size() - 1;
    }

    /// Ids come from the answer's, so that whoever reads its stream once more gets the same.
    private String id(String prefix, int index) {
        return prefix + "_" + head.id() + "_" + index;
    }

    private ResponsesMessageItem message(Utf8Buffer out) {
        ResponsesMessageItem open = message;
        if (open == null) {
            begin(out);
            closeReasoning(out);
            closeWholeCalls(out);
            messageIndex = place();
            open = new ResponsesMessageItem(events, id("msg", messageIndex), messageIndex, out);
            message = open;
            if (!logProbs.isEmpty()) {
                open.logProbs(logProbs);
                logProbs = "";
            }
        }
        return open;
    }

    private ResponsesReasoningItem reasoning(String signature, Utf8Buffer out) {
        ResponsesReasoningItem open = reasoning;
        if (open == null) {
            begin(out);
            closeMessage(out);
            closeWholeCalls(out);
            int index = place();
            reasoningIndex = index;
            open =
                    new ResponsesReasoningItem(
                            events, id("rs", index), index, ownReasoning, signature, out);
            reasoning = open;
        }
        return open;
    }

    private void sign(Signature signature, Utf8Buffer out) {
        if (signature.choice() != 0 || !signature.issuer().equals(ResponsesWords.DIALECT)) {
            return;
        }
        switch (signature.of()) {
            case REASONING, REDACTED -> {
                ResponsesReasoningItem item = reasoning(signature.data(), out);
                item.sign(signature.data());
            }
            case TEXT, TOOL_CALL -> {
                // Never of this dialect.
            }
        }
    }

    private void logProbs(String json) {
        String elements = new RawJson(json).inOneLine().text().strip();
        elements = elements.substring(1, elements.length() - 1).strip();
        if (elements.isEmpty()) {
            return;
        }
        ResponsesMessageItem open = message;
        if (open != null) {
            open.logProbs(elements);
        } else {
            logProbs = logProbs.isEmpty() ? elements : logProbs + "," + elements;
        }
    }

    private void call(ToolCallDelta delta, Utf8Buffer out) {
        ResponsesCallItem call = calls.get(delta.call());
        if (call == null) {
            if (delta.name() == null) {
                // What is left of a call that was whole.
                return;
            }
            begin(out);
            closeMessage(out);
            closeReasoning(out);
            closeWholeCalls(out);
            int index = place();
            call = new ResponsesCallItem(events, id("fc", index), index, delta, out);
            calls.put(delta.call(), call);
        }
        lastCall = delta.call();
        call.arguments(delta.arguments(), out);
    }

    /// Ends what received the last delta: a part of a message, whose item may go on; or an item.
    private void stop(Utf8Buffer out) {
        ResponsesMessageItem open = message;
        if (open != null) {
            open.stop(out);
        } else if (reasoning != null) {
            closeReasoning(out);
        } else {
            ResponsesCallItem call = calls.remove(lastCall);
            if (call != null) {
                output.set(call.index(), call.close("completed", out));
            }
        }
    }

    private void closeAll(Utf8Buffer out) {
        begin(out);
        closeMessage(out);
        closeReasoning(out);
        calls.values().stream()
                .sorted(Comparator.comparingInt(ResponsesCallItem::index))
                .forEach(call -> output.set(call.index(), call.close(status(), out)));
        calls.clear();
    }

    private void closeMessage(Utf8Buffer out) {
        ResponsesMessageItem open = message;
        if (open != null) {
            message = null;
            output.set(messageIndex, open.close(status(), out));
        }
    }

    private void closeReasoning(Utf8Buffer out) {
        ResponsesReasoningItem open = reasoning;
        if (open != null) {
            reasoning = null;
            output.set(reasoningIndex, open.close(status(), out));
        }
    }

    /// Ends the calls that are whole, when another one begins: a client can run them at once.
    private void closeWholeCalls(Utf8Buffer out) {
        for (var calling = calls.values().iterator(); calling.hasNext(); ) {
            ResponsesCallItem call = calling.next();
            if (call.isWhole()) {
                calling.remove();
                output.set(call.index(), call.close("completed", out));
            }
        }
    }

    /// Of an item that ends now.
    private String status() {
        Finish ended = finish;
        boolean cut = ended != null && ResponsesWords.incomplete(ended) != null;
        return cut ? "incomplete" : "completed";
    }

    private void whole(String item, Utf8Buffer out) {
        closeAll(out);
        int index = place();
        events.added(index, item, out);
        events.done(index, item, out);
        output.set(index, item);
    }

    private void image(String mediaType, String data, Utf8Buffer out) {
        var item = new Utf8Buffer(data.length() + 128);
        JsonWriter json = new JsonWriter(item).object();
        json.member("id", id("ig", output.size())).member("type", "image_generation_call");
        json.member("status", "completed");
        json.member("output_format", mediaType.substring(mediaType.indexOf('/') + 1));
        json.member("result", data).endObject();
        whole(item.toString(), out);
    }

    private void audio(AudioDelta delta, Utf8Buffer out) {
        begin(out);
        if (!delta.data().isEmpty()) {
            audio = true;
            events.begin(AUDIO_DELTA, out).raw(",\"delta\":").jsonString(delta.data());
            out.put(ResponsesEvents.END);
        }
        if (!delta.transcript().isEmpty()) {
            transcript = true;
            events.begin(TRANSCRIPT_DELTA, out).raw(",\"delta\":").jsonString(delta.transcript());
            out.put(ResponsesEvents.END);
        }
    }

    private void closeAudio(Utf8Buffer out) {
        if (audio) {
            audio = false;
            events.begin(AUDIO_DONE, out).put(ResponsesEvents.END);
        }
        if (transcript) {
            transcript = false;
            events.begin(TRANSCRIPT_DONE, out).put(ResponsesEvents.END);
        }
    }
}
