package dev.firsttoken.wire.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON into a [Utf8Buffer] and puts the commas.
///
/// For requests and whole answers; the frames of a stream are written from prepared pieces. Nesting
/// is the caller's business: nothing is checked. Owned by one thread at a time.
public final class JsonWriter {

    private final Utf8Buffer out;
    private boolean comma;

    public JsonWriter(Utf8Buffer out) {
        this.out = out;
    }

    public JsonWriter object() {
        return open('{');
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter array() {
        return open('[');
    }

    public JsonWriter endArray() {
        return close(']');
    }

    /// Starts a member; its value follows.
    public JsonWriter name(String name) {
        separate();
        out.jsonString(name).put((byte) ':');
        comma = false;
        return this;
    }

    public JsonWriter string(String value) {
        separate();
        out.jsonString(value);
        return this;
    }

    public JsonWriter number(long value) {
        separate();
        out.number(value);
        return this;
    }

    /// Writes a number that has a fraction only if it needs one.
    public JsonWriter number(double value) {
        if (value == (long) value) {
            return number((long) value);
        }
        separate();
        out.raw(Double.toString(value));
        return this;
    }

    public JsonWriter bool(boolean value) {
        separate();
        out.raw(value ? "true" : "false");
        return this;
    }

    public JsonWriter nothing() {
        separate();
        out.raw("null");
        return this;
    }

    public JsonWriter raw(RawJson value) {
        separate();
        out.raw(value.text());
        return this;
    }

    public JsonWriter object(String name) {
        return name(name).object();
    }

    public JsonWriter array(String name) {
        return name(name).array();
    }

    /// Writes a member, or nothing when there is no value. So do the others.
    public JsonWriter member(String name, @Nullable String value) {
        return value == null ? this : name(name).string(value);
    }

    public JsonWriter member(String name, @Nullable Integer value) {
        return value == null ? this : name(name).number(value.longValue());
    }

    public JsonWriter member(String name, @Nullable Long value) {
        return value == null ? this : name(name).number(value.longValue());
    }

    public JsonWriter member(String name, @Nullable Double value) {
        return value == null ? this : name(name).number(value.doubleValue());
    }

    public JsonWriter member(String name, @Nullable Boolean value) {
        return value == null ? this : name(name).bool(value);
    }

    public JsonWriter member(String name, @Nullable RawJson value) {
        return value == null ? this : name(name).raw(value);
    }

    public JsonWriter members(Map<String, RawJson> values) {
        values.forEach(this::member);
        return this;
    }

    private JsonWriter open(char bracket) {
        separate();
        out.put((byte) bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        out.put((byte) bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            out.put((byte) ',');
        }
        comma = true;
    }
}
