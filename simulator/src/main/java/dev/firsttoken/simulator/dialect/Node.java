package dev.firsttoken.simulator.dialect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A JSON value that was read, or that there is none: whoever looks into what is not there finds
/// nothing, and no error.
final class Node {

    private static final Node NOTHING = new Node(null);
    private static final JsonFactory JSON = new JsonFactory();

    /// Null, a [Boolean], [Number], [String], [List] or [Map].
    private final @Nullable Object value;

    private Node(@Nullable Object value) {
        this.value = value;
    }

    /// @throws IllegalArgumentException with a message for people, if the body is not a JSON object
    static Node ofBody(byte[] body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("body: not a JSON object");
            }
            Node node = new Node(read(json));
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("body: more than one JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("body: not JSON, " + e.getOriginalMessage(), e);
        }
    }

    private static @Nullable Object read(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    json.nextToken();
                    members.put(name, read(json));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(read(json));
                }
                yield elements;
            }
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL,
                    NOT_AVAILABLE,
                    END_OBJECT,
                    END_ARRAY,
                    PROPERTY_NAME,
                    VALUE_EMBEDDED_OBJECT ->
                    null;
        };
    }

    Node get(String name) {
        return value instanceof Map<?, ?> members ? new Node(members.get(name)) : NOTHING;
    }

    /// A member that may be called one way or the other.
    Node either(String name, String other) {
        return get(name).exists() ? get(name) : get(other);
    }

    /// The elements of an array, none of anything else.
    List<Node> items() {
        return value instanceof List<?> elements
                ? elements.stream().map(Node::new).toList()
                : List.of();
    }

    /// The last element of an array.
    Node last() {
        List<Node> items = items();
        return items.isEmpty() ? NOTHING : items.getLast();
    }

    /// A string's value, empty for anything else.
    String text() {
        return value instanceof String text ? text : "";
    }

    boolean isText() {
        return value instanceof String;
    }

    boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    boolean isNumber() {
        return value instanceof Number;
    }

    boolean isArray() {
        return value instanceof List<?>;
    }

    /// A number without its fraction, or what stands in for anything else.
    int whole(int otherwise) {
        return value instanceof Number number ? number.intValue() : otherwise;
    }

    /// Whether there is a value that is not `null`.
    boolean exists() {
        return value != null;
    }

    /// A string's value; anything else as JSON.
    String quoted() {
        return value instanceof String text ? text : Json.text(value);
    }

    /// The only member of an object, this value if it is anything else.
    Node only() {
        return value instanceof Map<?, ?> members && members.size() == 1
                ? new Node(members.values().iterator().next())
                : this;
    }
}
