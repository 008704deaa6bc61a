package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the items of an answer, be they told in pieces or whole.
///
/// An item is known by its place: some servers give it another id with every event. What the pieces
/// left out is told when the item is done, so that servers that send only whole items lose nothing.
/// An item that has no name in the event model is told then too.
final class ResponsesItemReader {

    /// One item of the output, as far as it has come.
    private static final class Item {
        /// The number of the call, if it is one that has begun.
        int call = -1;

        /// Whether a text of it was told.
        boolean texts;

        boolean signed;

        /// Whether anything of its current part was told.
        boolean partTold;

        /// Whether a blank line is due before its next text.
        boolean paragraph;

        int annotations;
        boolean done;
    }

    private final Map<Integer, Item> items = new HashMap<>();
    private int calls;

    /// The item of the last delta.
    private @Nullable Item last;

    private int lastIndex = -1;

    /// The call of which a piece was told last.
    private @Nullable Item lastCalled;

    private boolean saidHow;

    boolean hasCalls() {
        return calls > 0;
    }

    /// Whether there was no item yet.
    boolean isEmpty() {
        return items.isEmpty();
    }

    private Item item(int index) {
        Item item = last;
        if (item == null || index != lastIndex) {
            item = items.computeIfAbsent(index, _ -> new Item());
            last = item;
            lastIndex = index;
        }
        return item;
    }

    /// Reads the item ahead, which begins.
    void added(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        Item item = item(index);
        Map<String, RawJson> fields = fields(json);
        switch (string(fields, "type")) {
            case "function_call" -> call(item, fields, found);
            case "reasoning" -> sign(item, fields, found);
            default -> {
                // Told in pieces, or when it is done.
            }
        }
    }

    /// Reads the item ahead, which has ended.
    void done(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        Item item = item(index);
        if (item.done) {
            json.skip();
            return;
        }
        item.done = true;
        RawJson whole = json.raw();
        Map<String, RawJson> fields = fields(whole.cursor());
        switch (string(fields, "type")) {
            case "message" -> {
                if (!item.texts) {
                    content(item, fields.get("content"), found);
                }
            }
            case "reasoning" -> {
                if (!item.texts) {
                    reasoning(item, fields, found);
                }
                sign(item, fields, found);
                if (item.texts || item.signed) {
                    found.add(new BlockStop(0));
                } else {
                    found.add(new Unrecognized(ResponsesWords.ITEM, whole.text()));
                }
            }
            case "function_call" -> {
                call(item, fields, found);
                if (lastCalled == item) {
                    // Only the end of the call that was told last has a form.
                    found.add(new BlockStop(0));
                }
            }
            default -> found.add(new Unrecognized(ResponsesWords.ITEM, whole.text()));
        }
    }

    private void call(Item item, Map<String, RawJson> fields, List<StreamEvent> found)
            throws JsonException {
        String arguments = string(fields, "arguments");
        if (item.call < 0) {
            item.call = calls++;
            item.partTold = !arguments.isEmpty();
            String id = string(fields, "call_id");
            String name = string(fields, "name");
            lastCalled = item;
            found.add(new ToolCallDelta(0, item.call, id, name, arguments));
        } else {
            wholeArguments(item, arguments, found);
        }
    }

    private void wholeArguments(Item item, String arguments, List<StreamEvent> found) {
        if (!item.partTold && !arguments.isEmpty()) {
            item.partTold = true;
            lastCalled = item;
            found.add(new ToolCallDelta(0, item.call, null, null, arguments));
        }
    }

    /// Takes a piece of a call's arguments.
    ///
    /// @param whole whether it is all of them, once more
    void arguments(int index, String arguments, boolean whole, List<StreamEvent> found) {
        Item item = item(index);
        if (item.call < 0) {
            // A call without a beginning is told whole.
            return;
        }
        if (whole) {
            wholeArguments(item, arguments, found);
        } else if (!arguments.isEmpty()) {
            item.partTold = true;
            lastCalled = item;
            found.add(new ToolCallDelta(0, item.call, null, null, arguments));
        }
    }

    void text(int index, String text, boolean whole, List<StreamEvent> found) {
        if (isNews(item(index), text, whole)) {
            found.add(new TextDelta(0, text));
        }
    }

    void refusal(int index, String text, boolean whole, List<StreamEvent> found) {
        if (isNews(item(index), text, whole)) {
            found.add(new RefusalDelta(0, text));
        }
    }

    /// @param own whether it is the model's own reasoning, not a summary of it
    void reasoning(int index, String text, boolean own, boolean whole, List<StreamEvent> found) {
        Item item = item(index);
        if (isNews(item, text, whole)) {
            tellReasoning(item, text, own, found);
        }
    }

    private void tellReasoning(Item item, String text, boolean own, List<StreamEvent> found) {
        if (own && !saidHow) {
            saidHow = true;
            found.add(new Metadata(ResponsesWords.REASONING, ResponsesWords.AS_TEXT));
        }
        if (item.paragraph) {
            item.paragraph = false;
            found.add(new ReasoningDelta(0, "\n\n"));
        }
        found.add(new ReasoningDelta(0, text));
    }

    private static boolean isNews(Item item, String text, boolean whole) {
        if (text.isEmpty() || whole && item.partTold) {
            return false;
        }
        item.partTold = true;
        item.texts = true;
        return true;
    }

    /// Another part of the item's reasoning begins: a paragraph of its own.
    void reasoningPart(int index) {
        Item item = item(index);
        item.paragraph = item.texts;
        item.partTold = false;
    }

    /// A part of the item's content begins.
    void partAdded(int index) {
        Item item = item(index);
        item.partTold = false;
        item.annotations = 0;
    }

    /// Reads the part of the item's content ahead, which has ended.
    void partDone(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        part(item(index), fields(json), found);
    }

    void cited(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        Item item = item(index);
        item.annotations++;
        item.texts = true;
        found.add(new Cited(0, ResponsesAnnotations.read(json.raw())));
    }

    private void content(Item item, @Nullable RawJson parts, List<StreamEvent> found)
            throws JsonException {
        if (parts == null || !parts.isArray()) {
            return;
        }
        JsonCursor json = parts.cursor();
        json.enterArray();
        while (json.nextElement()) {
            if (json.isObject()) {
                item.partTold = false;
                item.annotations = 0;
                part(item, fields(json), found);
            } else {
                json.skip();
            }
        }
    }

    private void part(Item item, Map<String, RawJson> fields, List<StreamEvent> found)
            throws JsonException {
        switch (string(fields, "type")) {
            case "output_text" -> {
                String text = string(fields, "text");
                if (!item.partTold) {
                    logProbs(false, fields.get("logprobs"), found);
                }
                if (isNews(item, text, true)) {
                    found.add(new TextDelta(0, text));
                }
                annotations(item, fields.get("annotations"), found);
                if (item.partTold || item.annotations > 0) {
                    found.add(new BlockStop(0));
                }
            }
            case "refusal" -> {
                String text = string(fields, "refusal");
                if (isNews(item, text, true)) {
                    found.add(new RefusalDelta(0, text));
                }
                if (item.partTold) {
                    found.add(new BlockStop(0));
                }
            }
            default -> {
                // Reasoning ends with its item.
            }
        }
    }

    /// Tells those annotations of a text that were not told before.
    private static void annotations(Item item, @Nullable RawJson array, List<StreamEvent> found)
            throws JsonException {
        if (array == null || !array.isArray()) {
            return;
        }
        JsonCursor json = array.cursor();
        json.enterArray();
        for (int i = 0; json.nextElement(); i++) {
            if (i >= item.annotations && json.isObject()) {
                item.annotations++;
                item.texts = true;
                found.add(new Cited(0, ResponsesAnnotations.read(json.raw())));
            } else {
                json.skip();
            }
        }
    }

    static void logProbs(boolean refusal, @Nullable RawJson array, List<StreamEvent> found)
            throws JsonException {
        if (array == null || !array.isArray()) {
            return;
        }
        JsonCursor json = array.cursor();
        json.enterArray();
        if (json.nextElement()) {
            found.add(new LogProbs(0, refusal, array.text()));
        }
    }

    /// Tells the texts of a reasoning item that came whole: its own, or else their summary.
    private void reasoning(Item item, Map<String, RawJson> fields, List<StreamEvent> found)
            throws JsonException {
        reasoning(item, fields.get("summary"), false, found);
        if (!item.texts) {
            reasoning(item, fields.get("content"), true, found);
        }
    }

    private void reasoning(Item item, @Nullable RawJson parts, boolean own, List<StreamEvent> found)
            throws JsonException {
        if (parts == null || !parts.isArray()) {
            return;
        }
        JsonCursor json = parts.cursor();
        json.enterArray();
        while (json.nextElement()) {
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            item.paragraph = item.texts;
            item.partTold = false;
            String text = string(fields(json), "text");
            if (isNews(item, text, true)) {
                tellReasoning(item, text, own, found);
            }
        }
    }

    private static void sign(Item item, Map<String, RawJson> fields, List<StreamEvent> found)
            throws JsonException {
        String encrypted = string(fields, "encrypted_content");
        if (!encrypted.isEmpty()) {
            item.signed = true;
            String data = ResponsesWords.signed(string(fields, "id"), encrypted).data();
            found.add(new Signature(0, SignatureOf.REASONING, ResponsesWords.DIALECT, data));
        }
    }

    private static Map<String, RawJson> fields(JsonCursor json) throws JsonException {
        var fields = new LinkedHashMap<String, RawJson>();
        if (!json.isObject()) {
            json.skip();
            return fields;
        }
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            fields.put(name, json.raw());
        }
        return fields;
    }

    /// The text of a string, empty for anything else.
    private static String string(Map<String, RawJson> fields, String name) throws JsonException {
        RawJson value = fields.get(name);
        return value == null || !value.isString() ? "" : value.cursor().string();
    }
}
