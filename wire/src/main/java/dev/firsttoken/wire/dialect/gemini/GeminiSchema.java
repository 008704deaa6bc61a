package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Locale;

/// The dialect's own schemas, a part of OpenAPI 3.0, as JSON Schema: types in lower case, and
/// `null` among the types where something is `nullable`.
final class GeminiSchema {

    private GeminiSchema() {}

    static RawJson asJsonSchema(RawJson schema) {
        var out = new Utf8Buffer(schema.text().length() + 16);
        try {
            schema(schema.cursor(), new JsonWriter(out));
            return new RawJson(out.toString());
        } catch (JsonException e) {
            return schema;
        }
    }

    private static void schema(JsonCursor json, JsonWriter out) throws JsonException {
        if (!json.isObject()) {
            out.raw(json.raw());
            return;
        }
        int from = json.position();
        boolean nullable = isNullable(json.raw());
        json.seek(from);
        copy(json, out, nullable);
    }

    private static void copy(JsonCursor json, JsonWriter out, boolean nullable)
            throws JsonException {
        out.object();
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            switch (name) {
                case "type" -> type(json, out, nullable);
                case "nullable", "propertyOrdering", "property_ordering" -> json.skip();
                case "items", "not", "additionalProperties" -> {
                    out.name(name);
                    schema(json, out);
                }
                case "anyOf", "any_of" -> {
                    out.name("anyOf");
                    list(json, out);
                }
                case "properties" -> {
                    out.name(name);
                    members(json, out);
                }
                default -> out.name(name).raw(json.raw());
            }
        }
        out.endObject();
    }

    private static boolean isNullable(RawJson schema) throws JsonException {
        JsonCursor json = schema.cursor();
        boolean nullable = false;
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals("nullable")) {
                nullable = json.booleanOrFalse();
            } else {
                json.skip();
            }
        }
        return nullable;
    }

    private static void type(JsonCursor json, JsonWriter out, boolean nullable)
            throws JsonException {
        if (!json.isString()) {
            out.name("type").raw(json.raw());
            return;
        }
        String type = json.string().toLowerCase(Locale.ROOT);
        if (type.equals("type_unspecified")) {
            return;
        }
        out.name("type");
        if (nullable) {
            out.array().string(type).string("null").endArray();
        } else {
            out.string(type);
        }
    }

    private static void list(JsonCursor json, JsonWriter out) throws JsonException {
        if (!json.isArray()) {
            out.raw(json.raw());
            return;
        }
        out.array();
        json.enterArray();
        while (json.nextElement()) {
            schema(json, out);
        }
        out.endArray();
    }

    private static void members(JsonCursor json, JsonWriter out) throws JsonException {
        if (!json.isObject()) {
            out.raw(json.raw());
            return;
        }
        out.object();
        json.enterObject();
        while (json.nextField()) {
            out.name(json.field());
            schema(json, out);
        }
        out.endObject();
    }
}
