package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tools and the choice of them, both directions. Tools that are no functions pass as they are.
final class ResponsesTools {

    private static final String CHOICE = "tool_choice";

    private ResponsesTools() {}

    static Tool read(JsonFields tool) throws InvalidRequestException {
        String type = tool.needString("type");
        if (!type.equals("function")) {
            Map<String, RawJson> whole = new LinkedHashMap<>();
            whole.put("type", RawJson.ofString(type));
            whole.putAll(tool.rest());
            return new Tool.Opaque(ResponsesWords.DIALECT, RawJson.ofObject(whole));
        }
        String name = tool.needString("name");
        String description = tool.string("description");
        RawJson parameters = tool.raw("parameters");
        Boolean strict = tool.bool("strict");
        Extras extras = Extras.of(ResponsesWords.DIALECT, null, tool.rest());
        return new Tool.Function(name, description, parameters, strict, extras);
    }

    static void write(Tool tool, String path, JsonWriter json, Losses losses) {
        switch (tool) {
            case Tool.Function function -> {
                json.object().member("type", "function").member("name", function.name());
                json.member("description", function.description());
                json.member("parameters", function.parameters());
                json.member("strict", function.strict());
                losses.droppedCache(path, function.extras());
                losses.writeFields(path, function.extras(), json);
                json.endObject();
            }
            case Tool.Opaque(String dialect, RawJson definition) -> {
                if (dialect.equals(ResponsesWords.DIALECT)) {
                    json.raw(definition);
                } else {
                    losses.add(path, "a tool of " + dialect + " is left out");
                }
            }
        }
    }

    /// A function as others mean it who say nothing: here a schema is a must, and to be followed to
    /// the letter is the default.
    static Tool asElsewhere(Tool tool) {
        if (!(tool instanceof Tool.Function function)) {
            return tool;
        }
        RawJson schema = function.parameters();
        return new Tool.Function(
                function.name(),
                function.description(),
                schema == null ? ResponsesWords.emptySchema() : schema,
                Boolean.TRUE.equals(function.strict()),
                function.extras());
    }

    /// Reads the choice. One that names a tool that is no function is left to the extras.
    static Tool.@Nullable Choice readChoice(JsonFields body) throws InvalidRequestException {
        if (body.isString(CHOICE)) {
            String word = body.needString(CHOICE);
            return switch (word) {
                case "auto" -> new Tool.Choice.Auto();
                case "required" -> new Tool.Choice.Required();
                case "none" -> new Tool.Choice.None();
                default -> throw body.unexpected(CHOICE, word, "auto, required, none or an object");
            };
        }
        RawJson raw = body.raw(CHOICE);
        if (raw == null) {
            return null;
        }
        JsonFields choice = JsonFields.of(raw, body.path(CHOICE));
        String type = choice.needString("type");
        if (type.equals("function")) {
            return new Tool.Choice.One(choice.needString("name"));
        }
        if (type.equals("allowed_tools")) {
            String mode = choice.string("mode");
            var names = new ArrayList<String>();
            boolean functions = true;
            for (JsonFields tool : choice.objects("tools")) {
                functions &= tool.needString("type").equals("function");
                String name = tool.string("name");
                names.add(name == null ? "" : name);
            }
            if (functions) {
                return new Tool.Choice.Among("required".equals(mode), List.copyOf(names));
            }
        }
        body.putBack(CHOICE, raw);
        return null;
    }

    /// Writes the choice as a member.
    ///
    /// @return whether there is one
    static boolean writeChoice(Tool.@Nullable Choice choice, JsonWriter json) {
        switch (choice) {
            case Tool.Choice.Auto _ -> json.member(CHOICE, "auto");
            case Tool.Choice.Required _ -> json.member(CHOICE, "required");
            case Tool.Choice.None _ -> json.member(CHOICE, "none");
            case Tool.Choice.One(String name) -> {
                json.object(CHOICE).member("type", "function").member("name", name);
                json.endObject();
            }
            case Tool.Choice.Among(boolean required, List<String> names) -> {
                json.object(CHOICE).member("type", "allowed_tools");
                json.member("mode", required ? "required" : "auto").array("tools");
                for (String name : names) {
                    json.object().member("type", "function").member("name", name).endObject();
                }
                json.endArray().endObject();
            }
            case null -> {
                return false;
            }
        }
        return true;
    }
}
