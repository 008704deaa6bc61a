package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A block that has no name in the event model, as a stream tells it: the call and the result of a
/// tool that runs at the provider.
///
/// @param start the block without what streams into it, an object
/// @param delta what streams into it, an object
record BedrockOpaqueBlock(String start, String delta) {

    /// @param block as it is in a message
    /// @return null when no stream has such a block
    static @Nullable BedrockOpaqueBlock of(RawJson block) {
        try {
            Map<String, RawJson> members = members(block);
            RawJson use = members.get("toolUse");
            RawJson result = members.get("toolResult");
            if (use != null && use.isObject()) {
                var fields = new LinkedHashMap<>(members(use));
                RawJson input = fields.remove("input");
                RawJson text = RawJson.ofString(input == null ? "{}" : input.text());
                return of("toolUse", fields, RawJson.ofObject(Map.of("input", text)));
            }
            if (result != null && result.isObject()) {
                var fields = new LinkedHashMap<>(members(result));
                RawJson content = fields.remove("content");
                return of("toolResult", fields, content == null ? new RawJson("[]") : content);
            }
            return null;
        } catch (JsonException e) {
            return null;
        }
    }

    private static BedrockOpaqueBlock of(String name, Map<String, RawJson> start, RawJson delta) {
        RawJson head = RawJson.ofObject(Map.of(name, RawJson.ofObject(start)));
        return new BedrockOpaqueBlock(head.text(), RawJson.ofObject(Map.of(name, delta)).text());
    }

    /// The members of an object.
    static Map<String, RawJson> members(RawJson object) throws JsonException {
        var members = new LinkedHashMap<String, RawJson>();
        JsonCursor json = object.cursor();
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            members.put(name, json.raw());
        }
        return members;
    }
}
