package dev.firsttoken.wire.dialect.bedrock;

import static dev.firsttoken.wire.dialect.bedrock.BedrockMessages.ascii;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Image;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads content blocks from what a stream says of them, by their index. A block of text starts
/// with its first delta.
///
/// A block that has no name in the event model is put together and told when it stops.
final class BedrockBlockReader {

    private static final byte[] TEXT = ascii("text");
    private static final byte[] TOOL_USE = ascii("toolUse");
    private static final byte[] INPUT = ascii("input");
    private static final byte[] REASONING = ascii("reasoningContent");

    /// What is known of the call or the result of a tool that runs at the provider.
    private static final class Opaque {
        final String name;
        final Map<String, RawJson> fields;
        final StringBuilder streamed = new StringBuilder();

        Opaque(String name, Map<String, RawJson> fields) {
            this.name = name;
            this.fields = fields;
        }
    }

    private final Map<Integer, Integer> calls = new HashMap<>();
    private final Map<Integer, Opaque> opaque = new HashMap<>();
    private String imageFormat = "";

    /// The block of the last content, -1 when it has stopped.
    private int open = -1;

    /// Reads the `start` object ahead.
    void start(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            String kind = json.field();
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            Map<String, RawJson> fields = BedrockOpaqueBlock.members(json.raw());
            switch (kind) {
                case "toolUse" -> {
                    if (fields.containsKey("type")) {
                        opaque.put(index, new Opaque(kind, fields));
                    } else {
                        call(index, fields, found);
                    }
                }
                case "toolResult" -> opaque.put(index, new Opaque(kind, fields));
                case "image" -> imageFormat = string(fields.get("format"));
                default -> {
                    // A kind of block that its deltas will tell of.
                }
            }
        }
    }

    private void call(int index, Map<String, RawJson> fields, List<StreamEvent> found)
            throws JsonException {
        open = index;
        int call = calls.size();
        if (calls.putIfAbsent(index, call) == null) {
            String id = string(fields.get("toolUseId"));
            found.add(new ToolCallDelta(0, call, id, string(fields.get("name")), ""));
        }
    }

    /// Reads the `delta` object ahead.
    void delta(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        Opaque block = opaque.get(index);
        json.enterObject();
        while (json.nextField()) {
            if (block != null) {
                fold(json, block);
            } else if (json.fieldIs(TEXT)) {
                if (json.readNonEmptyString()) {
                    open = index;
                    found.add(new TextDelta(0, json.value()));
                }
            } else if (json.fieldIs(TOOL_USE)) {
                input(index, json, found);
            } else if (json.fieldIs(REASONING)) {
                reasoning(index, json, found);
            } else {
                other(index, json.field(), json, found);
            }
        }
    }

    private void input(int index, JsonCursor json, List<StreamEvent> found) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (!json.fieldIs(INPUT)) {
                json.skip();
            } else if (json.readNonEmptyString() && calls.containsKey(index)) {
                open = index;
                found.add(new ToolCallDelta(0, calls.get(index), null, null, json.value()));
            }
        }
    }

    private void reasoning(int index, JsonCursor json, List<StreamEvent> found)
            throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            String kind = json.field();
            if (!json.readNonEmptyString()) {
                continue;
            }
            String value = json.value();
            switch (kind) {
                case "text" -> {
                    open = index;
                    found.add(new ReasoningDelta(0, value));
                }
                case "signature" -> {
                    open = index;
                    found.add(new Signature(0, SignatureOf.REASONING, BedrockWords.SIGNER, value));
                }
                case "redactedContent" ->
                        found.add(
                                new Signature(
                                        0, SignatureOf.REDACTED, BedrockWords.DIALECT, value));
                default -> {
                    // Not known, and not text that anybody may see.
                }
            }
        }
    }

    private void other(int index, String kind, JsonCursor json, List<StreamEvent> found)
            throws JsonException {
        RawJson value = json.raw();
        if (kind.equals("citation") && value.isObject()) {
            open = index;
            found.add(new Cited(0, BedrockCitations.read(value)));
        } else if (kind.equals("image") && value.isObject()) {
            RawJson source = BedrockOpaqueBlock.members(value).get("source");
            RawJson bytes =
                    source == null || !source.isObject()
                            ? null
                            : BedrockOpaqueBlock.members(source).get("bytes");
            if (!string(bytes).isEmpty()) {
                String type = BedrockMedia.type("image", imageFormat);
                found.add(new Image(0, type, string(bytes)));
            }
        } else {
            RawJson delta = RawJson.ofObject(Map.of(kind, value));
            found.add(new Unrecognized(BedrockWords.EVENT, delta.text()));
        }
    }

    /// Puts a piece of a block that has no name here together with the others.
    private static void fold(JsonCursor json, Opaque block) throws JsonException {
        if (json.fieldIs(TOOL_USE) && json.isObject()) {
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(INPUT)) {
                    block.streamed.append(json.readNonEmptyString() ? json.value() : "");
                } else {
                    json.skip();
                }
            }
        } else if (json.isArray()) {
            json.enterArray();
            while (json.nextElement()) {
                block.streamed.append(block.streamed.isEmpty() ? "" : ",");
                block.streamed.append(json.raw().text());
            }
        } else {
            json.skip();
        }
    }

    /// Ends a block.
    void stop(int index, List<StreamEvent> found) {
        Opaque block = opaque.remove(index);
        if (block != null) {
            var fields = new LinkedHashMap<>(block.fields);
            String streamed = block.streamed.toString();
            if (block.name.equals("toolResult")) {
                fields.put("content", new RawJson("[" + streamed + "]"));
            } else {
                RawJson input = new RawJson(streamed.isBlank() ? "{}" : streamed);
                // Input that was cut is not JSON, and an object must be.
                fields.put("input", input.isWholeObject() ? input : RawJson.ofString(streamed));
            }
            RawJson whole = RawJson.ofObject(Map.of(block.name, RawJson.ofObject(fields)));
            found.add(new Unrecognized(BedrockWords.BLOCK, whole.text()));
        } else if (open == index) {
            found.add(new BlockStop(0));
        }
        open = open == index ? -1 : open;
    }

    /// The text of a string, empty for anything else.
    private static String string(@Nullable RawJson value) throws JsonException {
        return value == null || !value.isString() ? "" : value.cursor().string();
    }
}
