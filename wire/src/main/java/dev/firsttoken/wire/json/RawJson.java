package dev.firsttoken.wire.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A JSON value as somebody wrote it: checked once, passed on as it is.
///
/// Two are equal when they were written alike.
public record RawJson(String text) {

    public static final RawJson EMPTY_OBJECT = new RawJson("{}");

    public boolean isString() {
        return text.startsWith("\"");
    }

    /// What a JSON string says.
    ///
    /// @throws IllegalStateException when it is something else
    public String string() {
        try {
            return cursor().string();
        } catch (JsonException e) {
            throw new IllegalStateException("not a JSON string", e);
        }
    }

    public boolean isObject() {
        return text.startsWith("{");
    }

    public boolean isArray() {
        return text.startsWith("[");
    }

    /// A cursor that stands before the value.
    public JsonCursor cursor() {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var cursor = new JsonCursor();
        cursor.reset(bytes, 0, bytes.length);
        return cursor;
    }

    /// Whether it is one whole object: what a model writes may be cut inside.
    public boolean isWholeObject() {
        JsonCursor cursor = cursor();
        try {
            if (!cursor.isObject()) {
                return false;
            }
            cursor.skip();
            cursor.end();
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /// The value if it is a whole object, or else an object around its text: what a model writes
    /// may be cut, and the arguments of a call must be an object.
    public RawJson asObject() {
        return isWholeObject()
                ? this
                : new RawJson("{\"INVALID_JSON\":" + ofString(text).text() + "}");
    }

    /// A JSON string that says this.
    public static RawJson ofString(String value) {
        return new RawJson(new Utf8Buffer(value.length() + 2).jsonString(value).toString());
    }

    /// A JSON object of these members.
    public static RawJson ofObject(Map<String, RawJson> members) {
        var out = new Utf8Buffer(256);
        new JsonWriter(out).object().members(members).endObject();
        return new RawJson(out.toString());
    }

    /// The value in one line: outside of strings, line breaks are the same as blanks.
    public RawJson inOneLine() {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? this
                : new RawJson(text.replace('\n', ' ').replace('\r', ' '));
    }
}
