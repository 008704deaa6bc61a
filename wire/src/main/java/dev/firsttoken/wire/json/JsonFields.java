package dev.firsttoken.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.event.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object, taken one by one, so that what nobody took is known at the end.
///
/// It knows where in the whole text it stands, and says so when a value is not what was expected. A
/// member that is `null` counts as absent. For requests and whole answers: the frames of a stream
/// are read with a [JsonCursor].
///
/// Owned by one thread at a time.
public final class JsonFields {

    private record Span(int from, int to) {}

    /// Members that were taken and given back.
    private final Map<String, RawJson> returned = new LinkedHashMap<>();

    private final String path;
    private final byte[] bytes;
    private final Map<String, Span> members;
    private final JsonCursor cursor = new JsonCursor();

    private JsonFields(String path, byte[] bytes, Map<String, Span> members) {
        this.path = path;
        this.bytes = bytes;
        this.members = members;
    }

    /// @throws InvalidRequestException when the text is not one JSON object, checked as
    ///   [JsonObjectText] does
    public static JsonFields ofBody(byte[] body) throws InvalidRequestException {
        JsonObjectText.read(body);
        return read("", body, 0, body.length);
    }

    /// @param path how errors call the object, empty for a body
    /// @throws InvalidRequestException when the value is not an object
    public static JsonFields of(RawJson json, String path) throws InvalidRequestException {
        byte[] bytes = json.text().getBytes(UTF_8);
        return read(path, bytes, 0, bytes.length);
    }

    private static JsonFields read(String path, byte[] bytes, int from, int to)
            throws InvalidRequestException {
        var members = new LinkedHashMap<String, Span>();
        var cursor = new JsonCursor();
        cursor.reset(bytes, from, to);
        try {
            if (!cursor.isObject()) {
                throw wrong(path, word(cursor.peek()), "an object");
            }
            cursor.enterObject();
            while (cursor.nextField()) {
                String name = cursor.field();
                int at = cursor.position();
                cursor.skip();
                if (members.put(name, new Span(at, cursor.behind())) != null) {
                    throw new InvalidRequestException("occurs twice", child(path, name));
                }
            }
            cursor.end();
        } catch (JsonException e) {
            throw new InvalidRequestException("is not JSON: " + e.getMessage(), path);
        }
        return new JsonFields(path, bytes, members);
    }

    /// Where the object stands, such as `messages[2].content[0]`; empty for a body.
    public String path() {
        return path;
    }

    /// Where a member of it stands.
    public String path(String name) {
        return child(path, name);
    }

    /// Whether there is such a member that is not `null`. It is not taken.
    public boolean has(String name) {
        Span span = members.get(name);
        return span != null && bytes[span.from] != 'n';
    }

    /// Whether there is such a member and it is a string. It is not taken.
    public boolean isString(String name) {
        return startsWith(name, '"');
    }

    /// Whether there is such a member and it is an array. It is not taken.
    public boolean isArray(String name) {
        return startsWith(name, '[');
    }

    /// Whether there is such a member and it is an object. It is not taken.
    public boolean isObject(String name) {
        return startsWith(name, '{');
    }

    private boolean startsWith(String name, char first) {
        Span span = members.get(name);
        return span != null && bytes[span.from] == first;
    }

    /// Takes a string.
    public @Nullable String string(String name) throws InvalidRequestException {
        Span span = take(name);
        return span == null ? null : text(span, name);
    }

    /// Takes a string that must be there.
    public String needString(String name) throws InvalidRequestException {
        String value = string(name);
        if (value == null) {
            throw new InvalidRequestException("missing (expected: a text)", path(name));
        }
        return value;
    }

    /// Takes a whole number.
    public @Nullable Long whole(String name) throws InvalidRequestException {
        Double value = number(name);
        if (value == null) {
            return null;
        }
        if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
            throw wrong(path(name), "not a whole number", "one within 53 bits");
        }
        return value.longValue();
    }

    /// Takes a whole number that is not negative.
    public @Nullable Integer count(String name) throws InvalidRequestException {
        Long value = whole(name);
        if (value == null) {
            return null;
        }
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw wrong(path(name), value.toString(), "0 to " + Integer.MAX_VALUE);
        }
        return value.intValue();
    }

    /// Takes a number.
    public @Nullable Double number(String name) throws InvalidRequestException {
        Span span = take(name);
        if (span == null) {
            return null;
        }
        byte first = bytes[span.from];
        try {
            if (first == '-' || first >= '0' && first <= '9') {
                double value = Double.parseDouble(raw(span).text());
                if (Double.isFinite(value)) {
                    return value;
                }
            }
        } catch (NumberFormatException e) {
            throw wrong(path(name), "not a number", "a number");
        }
        throw wrong(path(name), word(first), "a number");
    }

    /// Takes `true` or `false`.
    public @Nullable Boolean bool(String name) throws InvalidRequestException {
        Span span = take(name);
        if (span == null) {
            return null;
        }
        byte first = bytes[span.from];
        if (first != 't' && first != 'f') {
            throw wrong(path(name), word(first), "true or false");
        }
        return first == 't';
    }

    /// Takes a value as it was written.
    public @Nullable RawJson raw(String name) {
        Span span = take(name);
        return span == null ? null : raw(span);
    }

    /// Takes an object.
    public @Nullable JsonFields object(String name) throws InvalidRequestException {
        Span span = take(name);
        return span == null ? null : read(path(name), bytes, span.from, span.to);
    }

    /// Takes an array of objects; none when it is absent.
    public List<JsonFields> objects(String name) throws InvalidRequestException {
        var objects = new ArrayList<JsonFields>();
        for (Span span : elements(name)) {
            objects.add(read(element(name, objects.size()), bytes, span.from, span.to));
        }
        return objects;
    }

    /// Takes an array of strings; none when it is absent.
    public List<String> strings(String name) throws InvalidRequestException {
        var strings = new ArrayList<String>();
        for (Span span : elements(name)) {
            strings.add(text(span, name + "[" + strings.size() + "]"));
        }
        return strings;
    }

    private List<Span> elements(String name) throws InvalidRequestException {
        var elements = new ArrayList<Span>();
        Span array = take(name);
        if (array == null) {
            return elements;
        }
        if (bytes[array.from] != '[') {
            throw wrong(path(name), word(bytes[array.from]), "an array");
        }
        cursor.reset(bytes, array.from, array.to);
        try {
            cursor.enterArray();
            while (cursor.nextElement()) {
                int at = cursor.position();
                cursor.skip();
                elements.add(new Span(at, cursor.behind()));
            }
        } catch (JsonException e) {
            throw new InvalidRequestException("is not JSON: " + e.getMessage(), path(name));
        }
        return elements;
    }

    /// Gives a member back that turned out to be of no use.
    public void putBack(String name, RawJson value) {
        returned.put(name, value);
    }

    /// Takes everything that nobody asked for, also what is `null`.
    public Map<String, RawJson> rest() {
        var rest = new LinkedHashMap<>(returned);
        returned.clear();
        members.forEach((name, span) -> rest.put(name, raw(span)));
        members.clear();
        return rest;
    }

    /// The whole object as it would be without what was taken.
    public RawJson restAsObject() {
        return RawJson.ofObject(rest());
    }

    /// What to say when the value of a member is not one of those that are known.
    public InvalidRequestException unexpected(String name, String found, String expected) {
        return wrong(path(name), "'" + found + "'", expected);
    }

    private @Nullable Span take(String name) {
        Span span = members.remove(name);
        return span == null || bytes[span.from] == 'n' ? null : span;
    }

    private RawJson raw(Span span) {
        return new RawJson(new String(bytes, span.from, span.to - span.from, UTF_8));
    }

    private String text(Span span, String name) throws InvalidRequestException {
        if (bytes[span.from] != '"') {
            throw wrong(path(name), word(bytes[span.from]), "a text");
        }
        cursor.reset(bytes, span.from, span.to);
        try {
            return cursor.string();
        } catch (JsonException e) {
            throw new InvalidRequestException("is not JSON: " + e.getMessage(), path(name));
        }
    }

    private String element(String name, int index) {
        return path(name) + "[" + index + "]";
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static InvalidRequestException wrong(String path, String found, String expected) {
        return new InvalidRequestException(
                "is " + found + " (expected: " + expected + ")", path.isEmpty() ? null : path);
    }

    private static String word(byte first) {
        return switch (first) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> "a text";
            case 't', 'f' -> "a boolean";
            case 'n' -> "null";
            default -> "a number";
        };
    }
}
