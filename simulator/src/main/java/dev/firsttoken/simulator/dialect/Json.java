package dev.firsttoken.simulator.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// JSON that is written: maps, lists, texts, numbers, booleans and null become their text.
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    /// JSON that stands as it is.
    record Raw(String text) {}

    private Json() {}

    /// @param namesAndValues by turns
    static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return members;
    }

    static byte[] bytes(@Nullable Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(value, json);
        }
        return out.toByteArray();
    }

    static String text(@Nullable Object value) {
        return new String(bytes(value), UTF_8);
    }

    private static void write(@Nullable Object value, JsonGenerator json) {
        switch (value) {
            case null -> json.writeNull();
            case Map<?, ?> members -> {
                json.writeStartObject();
                members.forEach((name, member) -> {
                    json.writeName(String.valueOf(name));
                    write(member, json);
                });
                json.writeEndObject();
            }
            case List<?> elements -> {
                json.writeStartArray();
                elements.forEach(element -> write(element, json));
                json.writeEndArray();
            }
            case Raw raw -> json.writeRawValue(raw.text());
            case String text -> json.writeString(text);
            case Boolean bool -> json.writeBoolean(bool);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Float number -> json.writeNumber(number);
            case Number number -> json.writeNumber(number.doubleValue());
            default ->
                    throw new IllegalArgumentException(
                            "json: " + value.getClass() + " (expected: a map, list, text, ...)");
        }
    }
}
