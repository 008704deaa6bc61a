package dev.firsttoken.wire.dialect.gemini;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One candidate over all the chunks that it comes in.
final class GeminiCandidate {

    private static final byte[] CONTENT = "content".getBytes(US_ASCII);
    private static final byte[] PARTS = "parts".getBytes(US_ASCII);
    private static final byte[] FINISH_REASON = "finishReason".getBytes(US_ASCII);
    private static final byte[] INDEX = "index".getBytes(US_ASCII);
    private static final byte[] TEXT = "text".getBytes(US_ASCII);
    private static final byte[] THOUGHT = "thought".getBytes(US_ASCII);
    private static final byte[] SIGNATURE = "thoughtSignature".getBytes(US_ASCII);
    private static final byte[] CALL = "functionCall".getBytes(US_ASCII);
    private static final byte[] DATA = "inlineData".getBytes(US_ASCII);

    private final int choice;
    private final int maxBytes;
    private final GeminiText text = new GeminiText();

    /// What was said beside the parts, so that it is told only when it changes.
    private final Map<String, String> told = new HashMap<>();

    private int calls;

    /// The arguments of a call that come in pieces, while they do.
    private @Nullable GeminiArguments arguments;

    /// The kind of block that a signature has closed: more of the kind is another block.
    private @Nullable SignatureOf signed;

    private boolean finished;

    GeminiCandidate(int choice, int maxBytes) {
        this.choice = choice;
        this.maxBytes = maxBytes;
    }

    boolean isFinished() {
        return finished;
    }

    /// Reads the candidate ahead.
    ///
    /// @param id the response's, to name calls by that have no id
    void read(JsonCursor json, String id, List<StreamEvent> found) throws JsonException {
        String reason = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CONTENT)) {
                content(json, id, found);
            } else if (json.fieldIs(FINISH_REASON)) {
                reason = json.stringOrNull();
            } else if (json.fieldIs(INDEX)) {
                json.skip();
            } else {
                beside(json, found);
            }
        }
        if (reason != null && !finished) {
            endCall(found);
            finished = true;
            Finish finish = GeminiWords.finish(choice, reason, calls > 0);
            if (choice == 0
                    && finish.reason() == Reason.CONTENT_FILTER
                    && !reason.equals("SAFETY")) {
                String word = RawJson.ofString(reason).text();
                found.add(new Metadata(GeminiWords.FINISH_REASON, word));
            }
            found.add(finish);
        }
    }

    private void beside(JsonCursor json, List<StreamEvent> found) throws JsonException {
        String field = json.field();
        String name = GeminiWords.METADATA.get(field);
        if (json.isNull() || finished) {
            json.skip();
        } else if (field.equals("logprobsResult")) {
            String array = GeminiLogProbs.read(json);
            if (array != null) {
                found.add(new LogProbs(choice, false, array));
            }
        } else if (name == null) {
            json.skip();
        } else {
            String value = json.raw().text();
            if (value.equals(told.put(name, value))) {
                return;
            }
            if (choice == 0) {
                found.add(new Metadata(name, value));
            }
            GeminiSources.read(field, value, choice, text, found);
        }
    }

    private void content(JsonCursor json, String id, List<StreamEvent> found) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (!json.fieldIs(PARTS) || !json.isArray()) {
                json.skip();
                continue;
            }
            json.enterArray();
            while (json.nextElement()) {
                if (json.isObject() && !finished) {
                    part(json, id, found);
                } else {
                    json.skip();
                }
            }
        }
    }

    private void part(JsonCursor json, String id, List<StreamEvent> found) throws JsonException {
        int from = json.position();
        int said = -1;
        int call = -1;
        int data = -1;
        boolean thought = false;
        boolean other = false;
        String signature = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TEXT)) {
                said = json.position();
                json.skip();
            } else if (json.fieldIs(THOUGHT)) {
                thought = json.booleanOrFalse();
            } else if (json.fieldIs(SIGNATURE)) {
                signature = json.stringOrNull();
            } else if (json.fieldIs(CALL)) {
                call = json.position();
                json.skip();
            } else if (json.fieldIs(DATA)) {
                data = json.position();
                json.skip();
            } else {
                other = true;
                json.skip();
            }
        }
        int end = json.behind();
        if (call >= 0) {
            json.seek(call);
            call(json, id, signature, found);
        } else if (said >= 0) {
            json.seek(said);
            text(json, thought, signature, found);
        } else if (data >= 0 && !other) {
            endCall(found);
            json.seek(data);
            if (!data(json, found)) {
                json.seek(from);
                opaque(json, found);
            } else {
                sign(SignatureOf.TEXT, signature, found);
            }
        } else if (other) {
            endCall(found);
            json.seek(from);
            opaque(json, found);
        } else {
            sign(thought ? SignatureOf.REASONING : SignatureOf.TEXT, signature, found);
        }
        json.seek(end);
    }

    private void opaque(JsonCursor json, List<StreamEvent> found) throws JsonException {
        signed = null;
        found.add(new Unrecognized(GeminiWords.PART, json.raw().text()));
    }

    private void text(
            JsonCursor json, boolean thought, @Nullable String signature, List<StreamEvent> found)
            throws JsonException {
        SignatureOf kind = thought ? SignatureOf.REASONING : SignatureOf.TEXT;
        if (json.readNonEmptyString()) {
            endCall(found);
            String words = json.value();
            if (signed == kind) {
                found.add(new BlockStop(choice));
            }
            signed = null;
            if (thought) {
                found.add(new ReasoningDelta(choice, words));
            } else {
                text.append(words);
                found.add(new TextDelta(choice, words));
            }
        }
        sign(kind, signature, found);
    }

    private void sign(SignatureOf kind, @Nullable String signature, List<StreamEvent> found) {
        if (signature == null) {
            return;
        }
        endCall(found);
        if (signed == kind) {
            found.add(new BlockStop(choice));
        }
        signed = kind;
        found.add(new Signature(choice, kind, GeminiWords.DIALECT, signature));
    }

    /// @return false when the data is of a kind that has no place in an answer, and then nothing
    ///   was told
    private boolean data(JsonCursor json, List<StreamEvent> found) throws JsonException {
        String mediaType = "";
        String data = "";
        if (!json.isObject()) {
            return false;
        }
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "mimeType" -> mediaType = json.readNonEmptyString() ? json.value() : "";
                case "data" -> data = json.readNonEmptyString() ? json.value() : "";
                default -> json.skip();
            }
        }
        if (mediaType.startsWith("image/")) {
            signed = null;
            found.add(new Image(choice, mediaType, data));
            return true;
        }
        if (!mediaType.startsWith("audio/")) {
            return false;
        }
        signed = null;
        String type = RawJson.ofString(mediaType).text();
        if (!type.equals(told.put(GeminiWords.AUDIO_TYPE, type))) {
            found.add(new Metadata(GeminiWords.AUDIO_TYPE, type));
        }
        found.add(new AudioDelta(choice, null, data, ""));
        return true;
    }

    /// A call comes whole, or begins with its name and goes on with pieces of its arguments.
    private void call(
            JsonCursor json, String response, @Nullable String signature, List<StreamEvent> found)
            throws JsonException {
        String name = null;
        String id = null;
        String whole = "";
        int pieces = -1;
        boolean goesOn = false;
        if (!json.isObject()) {
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "name" -> name = json.stringOrNull();
                case "id" -> id = json.stringOrNull();
                case "args" -> {
                    if (json.isObject()) {
                        whole = json.raw().text();
                    } else {
                        json.skip();
                    }
                }
                case "partialArgs" -> {
                    pieces = json.position();
                    json.skip();
                }
                case "willContinue" -> goesOn = json.booleanOrFalse();
                default -> json.skip();
            }
        }
        if (name != null) {
            endCall(found);
            signed = null;
            int number = calls++;
            String known = id == null ? GeminiWords.UNNAMED_CALL + response + "_" + number : id;
            found.add(new ToolCallDelta(choice, number, known, name, whole));
            if (signature != null) {
                found.add(
                        new Signature(
                                choice, SignatureOf.TOOL_CALL, GeminiWords.DIALECT, signature));
            }
            if (goesOn || pieces >= 0) {
                arguments = new GeminiArguments(maxBytes);
            }
        }
        GeminiArguments open = arguments;
        if (open != null && pieces >= 0) {
            json.seek(pieces);
            open.read(json);
        }
        if (!goesOn) {
            endCall(found);
        }
    }

    /// Tells the arguments that came in pieces, if some did. The part that closes a call can be
    /// missing, so that everything else closes it too.
    private void endCall(List<StreamEvent> found) {
        GeminiArguments open = arguments;
        if (open != null) {
            arguments = null;
            found.add(new ToolCallDelta(choice, calls - 1, null, null, open.json()));
        }
    }
}
