package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import java.util.Map;

/// Writes what [JsonTree] has read.
final class RawTree {

    private RawTree() {}

    static byte[] write(Object value) {
        var out = new Utf8Buffer(1024);
        write(value, new JsonWriter(out));
        return out.toByteArray();
    }

    private static void write(Object value, JsonWriter json) {
        switch (value) {
            case Map<?, ?> object -> {
                json.object();
                object.forEach((name, member) -> write(member, json.name(name.toString())));
                json.endObject();
            }
            case List<?> array -> {
                json.array();
                array.forEach(element -> write(element, json));
                json.endArray();
            }
            case String text -> json.string(text);
            case JsonTree.Number(String text) -> json.raw(new RawJson(text));
            case Boolean bool -> json.bool(bool);
            case null -> json.nothing();
            default -> throw new IllegalArgumentException("value: " + value);
        }
    }
}
