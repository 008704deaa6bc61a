package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the arguments of a call together that come in pieces:
/// `[{"jsonPath":"$.a[0].b","stringValue":"…","willContinue":true}]`.
///
/// A piece says where it belongs, so that nothing can be told before the last one has come.
final class GeminiArguments {

    private static final class Text {
        final StringBuilder text = new StringBuilder();
    }

    private final int maxBytes;
    private final Map<String, Object> root = new LinkedHashMap<>();
    private int size;

    /// @param maxBytes how long all pieces together may be
    GeminiArguments(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// Reads the array of pieces ahead.
    void read(JsonCursor json) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            int from = json.position();
            if (json.isObject()) {
                piece(json);
            } else {
                json.skip();
            }
            size += json.behind() - from;
            if (size > maxBytes) {
                throw new JsonException("arguments of at most " + maxBytes + " bytes", from);
            }
        }
    }

    private void piece(JsonCursor json) throws JsonException {
        int at = json.position();
        String path = "";
        Object value = null;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "jsonPath" -> path = json.readNonEmptyString() ? json.value() : "";
                case "stringValue" -> {
                    Text text = new Text();
                    text.text.append(json.readNonEmptyString() ? json.value() : "");
                    value = text;
                }
                case "numberValue", "boolValue" -> value = json.raw();
                case "nullValue" -> {
                    json.skip();
                    value = new RawJson("null");
                }
                default -> json.skip();
            }
        }
        if (value != null && !put(path, value)) {
            throw new JsonException("a jsonPath such as $.a[0].b", at);
        }
    }

    /// @return false when the path is none, or leads through something that is no object or array
    private boolean put(String path, Object value) {
        List<Object> steps = steps(path);
        if (steps.isEmpty() || steps.size() > JsonCursor.MAX_DEPTH) {
            return false;
        }
        Object place = root;
        for (int i = 0; i < steps.size(); i++) {
            Object step = steps.get(i);
            Object was = get(place, step);
            if (i == steps.size() - 1) {
                if (was instanceof Text text && value instanceof Text more) {
                    text.text.append(more.text);
                    return true;
                }
                return set(place, step, value);
            }
            if (was == null) {
                was = steps.get(i + 1) instanceof Integer ? new ArrayList<>() : newObject();
                if (!set(place, step, was)) {
                    return false;
                }
            }
            place = was;
        }
        return false;
    }

    private static Map<String, Object> newObject() {
        return new LinkedHashMap<>();
    }

    private static @Nullable Object get(Object place, Object step) {
        if (place instanceof Map<?, ?> object && step instanceof String) {
            return object.get(step);
        }
        return place instanceof List<?> array
                        && step instanceof Integer index
                        && index < array.size()
                ? array.get(index)
                : null;
    }

    /// Elements come in order: a hole in an array is refused.
    @SuppressWarnings("unchecked")
    private static boolean set(Object place, Object step, Object value) {
        if (place instanceof Map<?, ?> object && step instanceof String name) {
            ((Map<String, Object>) object).put(name, value);
            return true;
        }
        if (!(place instanceof List<?> list) || !(step instanceof Integer index)) {
            return false;
        }
        List<Object> array = (List<Object>) list;
        if (index < array.size()) {
            array.set(index, value);
            return true;
        }
        return index == array.size() && array.add(value);
    }

    /// The names and indexes of `$.a[0].b` and `$['a'][0]["b"]`; none when it is not such a path.
    private static List<Object> steps(String path) {
        var steps = new ArrayList<Object>();
        if (!path.startsWith("$")) {
            return List.of();
        }
        int at = 1;
        while (at < path.length()) {
            int end;
            if (path.charAt(at) == '.') {
                end = at + 1;
                while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                    end++;
                }
                steps.add(path.substring(at + 1, end));
            } else if (path.charAt(at) == '[') {
                char quote = at + 1 < path.length() ? path.charAt(at + 1) : ' ';
                boolean named = quote == '\'' || quote == '"';
                int close = path.indexOf(named ? quote + "]" : "]", at + 2);
                if (close < 0) {
                    return List.of();
                }
                String inside = path.substring(named ? at + 2 : at + 1, close);
                if (!named && !inside.matches("[0-9]{1,6}")) {
                    return List.of();
                }
                steps.add(named ? inside : (Object) Integer.valueOf(inside));
                end = close + (named ? 2 : 1);
            } else {
                return List.of();
            }
            at = end;
        }
        return steps;
    }

    /// All of them as JSON.
    String json() {
        var out = new Utf8Buffer(256);
        write(root, new JsonWriter(out));
        return out.toString();
    }

    private static void write(Object value, JsonWriter out) {
        switch (value) {
            case Text text -> out.string(text.text.toString());
            case RawJson raw -> out.raw(raw);
            case Map<?, ?> object -> {
                out.object();
                object.forEach((name, member) -> {
                    out.name(name.toString());
                    write(member, out);
                });
                out.endObject();
            }
            case List<?> array -> {
                out.array();
                array.forEach(element -> write(element, out));
                out.endArray();
            }
            default -> throw new IllegalStateException("value: " + value.getClass());
        }
    }
}
