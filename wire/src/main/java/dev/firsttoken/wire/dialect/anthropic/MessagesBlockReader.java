package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads content blocks, be they told in pieces or whole: one at a time, as the dialect has it.
///
/// A block that has no name in the event model is put together and told when it ends.
final class MessagesBlockReader {

    private static final byte[] TYPE = "type".getBytes(US_ASCII);
    private static final byte[] TEXT_DELTA = "text_delta".getBytes(US_ASCII);
    private static final byte[] TEXT = "text".getBytes(US_ASCII);
    private static final byte[] INPUT_JSON_DELTA = "input_json_delta".getBytes(US_ASCII);
    private static final byte[] PARTIAL_JSON = "partial_json".getBytes(US_ASCII);
    private static final byte[] THINKING_DELTA = "thinking_delta".getBytes(US_ASCII);
    private static final byte[] THINKING = "thinking".getBytes(US_ASCII);

    private boolean open;
    private int calls;

    /// The call's arguments that came with its start, told if no others come.
    private @Nullable String input;

    /// The fields of a block that has no name here, and the input that streams into it.
    private @Nullable Map<String, RawJson> opaque;

    private final StringBuilder opaqueInput = new StringBuilder();

    /// Why the message ended, when it does not say.
    Reason reasonUnsaid() {
        return calls > 0 ? Reason.TOOL_CALLS : Reason.STOP;
    }

    /// Reads the `content_block` object ahead.
    void start(JsonCursor json, List<StreamEvent> found) throws JsonException {
        var fields = new LinkedHashMap<String, RawJson>();
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            fields.put(name, json.raw());
        }
        open = true;
        switch (string(fields.get("type"))) {
            case "text" -> {
                String text = string(fields.get("text"));
                if (!text.isEmpty()) {
                    found.add(new TextDelta(0, text));
                }
                citations(fields.get("citations"), found);
            }
            case "thinking" -> {
                String text = string(fields.get("thinking"));
                if (!text.isEmpty()) {
                    found.add(new ReasoningDelta(0, text));
                }
                sign(SignatureOf.REASONING, string(fields.get("signature")), found);
            }
            case "redacted_thinking" ->
                    sign(SignatureOf.REDACTED, string(fields.get("data")), found);
            case "tool_use" -> {
                RawJson given = fields.get("input");
                input = given == null || given.text().equals("{}") ? null : given.text();
                found.add(
                        new ToolCallDelta(
                                0,
                                calls++,
                                string(fields.get("id")),
                                string(fields.get("name")),
                                ""));
            }
            default -> {
                opaque = fields;
                opaqueInput.setLength(0);
            }
        }
    }

    /// Reads the `delta` object ahead.
    void delta(JsonCursor json, List<StreamEvent> found) throws JsonException {
        if (opaque != null) {
            fold(json, opaque);
            return;
        }
        int from = json.position();
        boolean typed = false;
        int kind = OTHER;
        int value = -1;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TYPE)) {
                typed = json.readNonEmptyString();
                kind = typed ? kind(json) : OTHER;
            } else if (json.fieldIs(TEXT) || json.fieldIs(PARTIAL_JSON) || json.fieldIs(THINKING)) {
                value = json.position();
                json.skip();
            } else {
                json.skip();
            }
        }
        if (kind == OTHER) {
            json.seek(from);
            otherDelta(json, found);
            return;
        }
        if (value < 0) {
            return;
        }
        json.seek(value);
        if (json.readNonEmptyString()) {
            open = true;
            String text = json.value();
            switch (kind) {
                case IS_TEXT -> found.add(new TextDelta(0, text));
                case IS_THINKING -> found.add(new ReasoningDelta(0, text));
                case IS_INPUT -> {
                    if (calls > 0) {
                        input = null;
                        found.add(new ToolCallDelta(0, calls - 1, null, null, text));
                    }
                }
                default -> throw new IllegalStateException("kind: " + kind);
            }
        }
    }

    private static final int OTHER = 0;
    private static final int IS_TEXT = 1;
    private static final int IS_INPUT = 2;
    private static final int IS_THINKING = 3;

    private static int kind(JsonCursor json) {
        if (json.valueIs(TEXT_DELTA)) {
            return IS_TEXT;
        }
        if (json.valueIs(INPUT_JSON_DELTA)) {
            return IS_INPUT;
        }
        return json.valueIs(THINKING_DELTA) ? IS_THINKING : OTHER;
    }

    private void otherDelta(JsonCursor json, List<StreamEvent> found) throws JsonException {
        String type = "";
        RawJson citation = null;
        String signature = "";
        RawJson whole = json.raw();
        JsonCursor again = whole.cursor();
        again.enterObject();
        while (again.nextField()) {
            switch (again.field()) {
                case "type" -> type = again.readNonEmptyString() ? again.value() : "";
                case "citation" -> citation = again.raw();
                case "signature" -> signature = again.readNonEmptyString() ? again.value() : "";
                default -> again.skip();
            }
        }
        switch (type) {
            case "signature_delta" -> sign(SignatureOf.REASONING, signature, found);
            case "citations_delta" -> {
                if (citation != null && citation.isObject()) {
                    found.add(new Cited(0, citation(citation)));
                }
            }
            default -> {
                var event = new Utf8Buffer(whole.text().length() + 64);
                new JsonWriter(event)
                        .object()
                        .member("type", "content_block_delta")
                        .member("delta", whole)
                        .endObject();
                found.add(new Unrecognized(MessagesWords.EVENT, event.toString()));
            }
        }
    }

    /// Ends the block that is open, if one is.
    void stop(List<StreamEvent> found) {
        if (!open) {
            return;
        }
        open = false;
        Map<String, RawJson> fields = opaque;
        if (fields != null) {
            if (!opaqueInput.isEmpty()) {
                RawJson streamed = new RawJson(opaqueInput.toString());
                // Input that was cut is not JSON, and an object must be.
                fields.put(
                        "input",
                        streamed.isWholeObject()
                                ? streamed
                                : RawJson.ofString(opaqueInput.toString()));
            }
            String block = RawJson.ofObject(fields).text();
            found.add(new Unrecognized(MessagesWords.BLOCK, block));
            opaque = null;
            return;
        }
        if (input != null) {
            found.add(new ToolCallDelta(0, calls - 1, null, null, input));
            input = null;
        }
        found.add(new BlockStop(0));
    }

    /// Puts a piece of a block that has no name here where it belongs: streamed input under
    /// `input`, every other field under its own name.
    private void fold(JsonCursor json, Map<String, RawJson> into) throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TYPE)) {
                json.skip();
            } else if (json.fieldIs(PARTIAL_JSON)) {
                if (json.readNonEmptyString()) {
                    opaqueInput.append(json.value());
                }
            } else {
                String name = json.field();
                into.put(name, json.raw());
            }
        }
    }

    private static void sign(SignatureOf of, String data, List<StreamEvent> found) {
        if (!data.isEmpty()) {
            found.add(new Signature(0, of, MessagesWords.DIALECT, data));
        }
    }

    private static void citations(@Nullable RawJson array, List<StreamEvent> found)
            throws JsonException {
        if (array == null || !array.isArray()) {
            return;
        }
        JsonCursor json = array.cursor();
        json.enterArray();
        while (json.nextElement()) {
            if (json.isObject()) {
                found.add(new Cited(0, citation(json.raw())));
            } else {
                json.skip();
            }
        }
    }

    static Citation citation(RawJson citation) throws JsonException {
        String url = null;
        String title = null;
        String quote = null;
        JsonCursor json = citation.cursor();
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "url", "source" -> url = json.stringOrNull();
                case "title", "document_title" -> title = json.stringOrNull();
                case "cited_text" -> quote = json.stringOrNull();
                default -> json.skip();
            }
        }
        return new Citation(url, title, quote, -1, -1, MessagesWords.DIALECT, citation.text());
    }

    /// The text of a string, empty for anything else.
    private static String string(@Nullable RawJson value) throws JsonException {
        return value == null || !value.isString() ? "" : value.cursor().string();
    }
}
