package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.config.Type.Items;
import dev.firsttoken.gateway.config.Type.Scalar;
import dev.firsttoken.gateway.config.Type.Section;
import dev.firsttoken.gateway.provider.KnownProviders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The definitions in [Keys] in two other languages: JSON Schema for editors, Markdown for people.
public final class ConfigSchema {

    private static final Map<String, Object> REFERENCE = Map.of("$ref", "#/$defs/reference");

    private ConfigSchema() {}

    /// JSON Schema, draft 2020-12. Says what one value may be; what must hold between values,
    /// ranges of durations and sizes with units, and names that exist, only `firsttoken config
    /// validate` knows.
    public static String json() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "FirstToken configuration");
        schema.putAll(section(Keys.ROOT));
        schema.put(
                "$defs",
                Map.of(
                        "reference",
                        ordered(
                                "description",
                                "Replaced when read: ${NAME}, ${NAME:-default} or ${file:/path}.",
                                "type",
                                "string",
                                "pattern",
                                "\\$\\{")));
        return write(schema, "") + "\n";
    }

    private static Map<String, Object> type(Type<?> type) {
        return switch (type) {
            case Scalar<?> scalar -> ordered("anyOf", List.of(sorted(scalar.schema()), REFERENCE));
            case Section section -> section(section);
            case Items<?> items -> {
                Map<String, Object> list = ordered("type", "array", "items", type(items.item()));
                if (items.minimum() > 0) {
                    list.put("minItems", items.minimum());
                }
                yield list;
            }
        };
    }

    private static Map<String, Object> section(Section section) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key<?> key : section.keys()) {
            Map<String, Object> property = ordered("description", key.description);
            if (key.defaultValue != null) {
                property.put("default", literal(key.type, key.defaultValue));
            }
            property.putAll(type(key.type));
            properties.put(key.name, property);
            if (key.required) {
                required.add(key.name);
            }
        }
        Map<String, Object> schema =
                ordered("type", "object", "additionalProperties", false, "properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        return schema;
    }

    private static Object literal(Type<?> type, String text) {
        if (type instanceof Scalar<?> scalar && !scalar.kinds().contains(Tree.Kind.TEXT)) {
            return scalar.kinds().contains(Tree.Kind.NUMBER)
                    ? Long.valueOf(text)
                    : Boolean.valueOf(text);
        }
        return text;
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /// In the order of the alphabet all the way down, so that the text is the same every time.
    private static Object sorted(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> ordered = new TreeMap<>();
                map.forEach((key, inner) -> ordered.put(key.toString(), sorted(inner)));
                yield ordered;
            }
            case List<?> list -> list.stream().map(ConfigSchema::sorted).toList();
            default -> value;
        };
    }

    private static String write(Object value, String indent) {
        String inner = indent + "  ";
        return switch (value) {
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry ->
                                    inner
                                            + quote(entry.getKey().toString())
                                            + ": "
                                            + write(entry.getValue(), inner))
                            .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
            case List<?> list ->
                    list.stream()
                            .map(item -> inner + write(item, inner))
                            .collect(Collectors.joining(",\n", "[\n", "\n" + indent + "]"));
            case String text -> quote(text);
            default -> value.toString();
        };
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// The table of all keys, as docs/configuration.md shows it.
    public static String markdown() {
        StringBuilder table = new StringBuilder();
        table.append("| key | value | default | what it is |\n|---|---|---|---|\n");
        rows(table, Keys.ROOT, "");
        return table.toString();
    }

    private static void rows(StringBuilder table, Section section, String path) {
        for (Key<?> key : section.keys()) {
            String at = path.isEmpty() ? key.name : path + "." + key.name;
            Type<?> type = key.type;
            String description =
                    key.description + (key.reloadable ? "" : " Changes with a restart only.");
            if (type instanceof Items<?> items) {
                at += "[]";
                type = items.item();
            }
            switch (type) {
                case Scalar<?> scalar ->
                        row(table, at, scalar.expected(), defaultOf(key), description);
                case Section inner -> {
                    row(table, at, "", key.required ? "required" : "", "**" + description + "**");
                    rows(table, inner, at);
                }
                case Items<?> _ -> throw new IllegalStateException("a list in a list");
            }
        }
    }

    private static String defaultOf(Key<?> key) {
        if (key.required) {
            return "required";
        }
        return key.defaultValue == null ? "" : '`' + key.defaultValue + '`';
    }

    private static void row(
            StringBuilder table, String path, String value, String byDefault, String description) {
        table.append("| `")
                .append(path)
                .append("` | ")
                .append(value.replace("|", "\\|"))
                .append(" | ")
                .append(byDefault)
                .append(" | ")
                .append(description)
                .append(" |\n");
    }

    /// The tables of environment variables for a start without a file, as docs/configuration.md
    /// shows them.
    public static String environmentMarkdown() {
        StringBuilder table = new StringBuilder();
        table.append("| provider | key | address | address by default |\n|---|---|---|---|\n");
        for (KnownProviders.KnownProvider known : KnownProviders.ALL) {
            table.append("| ")
                    .append(
                            String.join(
                                    " | ",
                                    known.name(),
                                    '`' + known.keyVariable() + '`',
                                    '`' + known.urlVariable() + '`',
                                    known.baseUrl()))
                    .append(" |\n");
        }
        table.append("\n| variable | stands for | what it is |\n|---|---|---|\n");
        for (Environment.Variable variable : Environment.VARIABLES) {
            table.append("| `")
                    .append(variable.name())
                    .append("` | `")
                    .append(variable.path().replace(", ", "`, `"))
                    .append("` | ")
                    .append(variable.description())
                    .append(" |\n");
        }
        return table.toString();
    }
}
