package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.dialect.UrlPath;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the body of `generateContent` and `streamGenerateContent`.
final class GeminiRequestWriter {

    private final Request request;
    private final Parameters parameters;
    private final String model;
    private final boolean ours;
    private final Losses losses = new Losses(GeminiWords.DIALECT);
    private final Utf8Buffer body = new Utf8Buffer(4096);
    private final JsonWriter json = new JsonWriter(body);
    private final GeminiParts parts;

    GeminiRequestWriter(Request request, String model) {
        this.request = request;
        this.parameters = request.parameters();
        this.model = model;
        this.ours = request.extras().dialect().equals(GeminiWords.DIALECT);
        boolean signaturesDue = !ours && GeminiWords.isThirdGeneration(model);
        this.parts = new GeminiParts(json, losses, ours, signaturesDue);
    }

    WrittenRequest write() {
        json.object();
        conversation();
        tools();
        config();
        json.member("serviceTier", parameters.serviceTier);
        rest();
        json.endObject();
        return new WrittenRequest(
                path(request, model),
                Map.of("content-type", "application/json"),
                body.toByteArray(),
                losses.list());
    }

    static String path(Request request, String model) {
        String name = UrlPath.encoded(model).replace("%2F", "/");
        String method = request.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent";
        return "/v1beta/models/" + name + method;
    }

    /// Turns alternate here, so that neighbours of one role are one.
    private record Turn(Role role, List<Part> parts) {}

    private void conversation() {
        var system = new ArrayList<Part>();
        var turns = new ArrayList<Turn>();
        List<Message> messages = request.messages();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            String path = "messages[" + i + "]";
            losses.dropped(path + ".name", message.name());
            if (!message.extras().dialect().equals(GeminiWords.DIALECT)) {
                losses.writeFields(path, message.extras(), json);
            }
            if (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER) {
                if (!turns.isEmpty()) {
                    losses.add(path, "is moved before the conversation: gemini has it there");
                }
                system.addAll(message.parts());
            } else if (!turns.isEmpty() && turns.getLast().role == message.role()) {
                turns.getLast().parts.addAll(message.parts());
            } else {
                turns.add(new Turn(message.role(), new ArrayList<>(message.parts())));
            }
        }
        if (!system.isEmpty()) {
            json.object("systemInstruction");
            parts(system, "system");
            json.endObject();
        }
        json.array("contents");
        List<Part> before = List.of();
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            json.object().member("role", turn.role == Role.USER ? "user" : "model");
            parts(inOrder(turn.parts, before), "contents[" + i + "].parts");
            json.endObject();
            before = turn.parts;
        }
        json.endArray();
    }

    /// Results of tools in the order of their calls: where there are no ids, they match by that.
    private static List<Part> inOrder(List<Part> parts, List<Part> calls) {
        Map<String, Integer> places = new HashMap<>();
        for (Part call : calls) {
            if (call instanceof Part.ToolCall(String id, _, _, _, _)) {
                places.putIfAbsent(id, places.size());
            }
        }
        var results = new ArrayList<Part.ToolResult>();
        var others = new ArrayList<Part>();
        for (Part part : parts) {
            if (part instanceof Part.ToolResult result) {
                results.add(result);
            } else {
                others.add(part);
            }
        }
        results.sort((a, b) ->
                Integer.compare(
                        places.getOrDefault(a.callId(), Integer.MAX_VALUE),
                        places.getOrDefault(b.callId(), Integer.MAX_VALUE)));
        var ordered = new ArrayList<Part>(results);
        ordered.addAll(others);
        return ordered;
    }

    private void parts(List<Part> list, String path) {
        json.array("parts");
        boolean firstCall = true;
        for (int i = 0; i < list.size(); i++) {
            Part part = list.get(i);
            parts.write(part, path + "[" + i + "]", firstCall);
            firstCall &= !(part instanceof Part.ToolCall);
        }
        json.endArray();
    }

    private void tools() {
        Tool.Choice choice = request.toolChoice();
        var functions = new LinkedHashMap<String, Tool.Function>();
        var others = new ArrayList<RawJson>();
        for (int i = 0; i < request.tools().size(); i++) {
            String path = "tools[" + i + "]";
            switch (request.tools().get(i)) {
                case Tool.Function function -> {
                    boolean leftOut =
                            choice
                                            instanceof
                                            Tool.Choice.Among(boolean required, List<String> names)
                                    && !required
                                    && !names.contains(function.name());
                    if (!leftOut) {
                        functions.put(path, function);
                    }
                }
                case Tool.Opaque(String dialect, RawJson definition) -> {
                    if (dialect.equals(GeminiWords.DIALECT)) {
                        others.add(definition);
                    } else {
                        losses.add(path, "a tool of " + dialect + " is left out");
                    }
                }
            }
        }
        if (!functions.isEmpty() || !others.isEmpty()) {
            json.array("tools");
            if (!functions.isEmpty()) {
                json.object().array("functionDeclarations");
                functions.forEach(this::function);
                json.endArray().endObject();
            }
            others.forEach(json::raw);
            json.endArray();
        }
        toolConfig(choice);
        losses.dropped(
                "parallel_tool_calls",
                Boolean.FALSE.equals(request.parallelCalls()) ? false : null);
    }

    private void function(String path, Tool.Function function) {
        json.object().member("name", function.name());
        json.member("description", function.description());
        json.member("parametersJsonSchema", function.parameters());
        losses.dropped(path + ".strict", function.strict());
        losses.droppedCache(path, function.extras());
        losses.writeFields(path, function.extras(), json);
        json.endObject();
    }

    private void toolConfig(Tool.@Nullable Choice choice) {
        Map<String, RawJson> more = ours(GeminiRequestReader.TOOL_CONFIG);
        if (choice == null && more.isEmpty()) {
            return;
        }
        json.object("toolConfig");
        if (choice != null) {
            json.object("functionCallingConfig");
            switch (choice) {
                case Tool.Choice.Auto _ -> json.member("mode", "AUTO");
                case Tool.Choice.Required _ -> json.member("mode", "ANY");
                case Tool.Choice.None _ -> json.member("mode", "NONE");
                case Tool.Choice.One(String name) -> any(List.of(name));
                case Tool.Choice.Among(boolean required, List<String> names) -> {
                    if (required) {
                        any(names);
                    } else {
                        json.member("mode", "AUTO");
                    }
                }
            }
            json.endObject();
        }
        json.members(more).endObject();
    }

    private void any(List<String> names) {
        json.member("mode", "ANY").array("allowedFunctionNames");
        names.forEach(json::string);
        json.endArray();
    }

    /// What is left of an object of ours, without what its names begin with.
    private Map<String, RawJson> ours(String prefix) {
        var fields = new LinkedHashMap<String, RawJson>();
        if (ours) {
            request.extras()
                    .fields()
                    .forEach((name, value) -> {
                        if (name.startsWith(prefix)) {
                            fields.put(name.substring(prefix.length()), value);
                        }
                    });
        }
        return fields;
    }

    private void config() {
        json.object("generationConfig");
        json.member("maxOutputTokens", parameters.maxOutputTokens);
        json.member("temperature", parameters.temperature).member("topP", parameters.topP);
        json.member("topK", parameters.topK);
        stop();
        json.member("seed", parameters.seed);
        json.member("frequencyPenalty", parameters.frequencyPenalty);
        json.member("presencePenalty", parameters.presencePenalty);
        json.member("candidateCount", parameters.choices);
        json.member("responseLogprobs", parameters.logProbs);
        json.member("logprobs", parameters.topLogProbs);
        format();
        thinking();
        json.members(ours(GeminiRequestReader.CONFIG));
        json.endObject();
        losses.dropped("logit_bias", parameters.logitBias);
        losses.dropped("metadata", parameters.metadata);
        losses.dropped("user", parameters.user);
        losses.dropped("store", Boolean.TRUE.equals(parameters.store) ? true : null);
    }

    private void stop() {
        List<String> stop = parameters.stop;
        if (stop.isEmpty()) {
            return;
        }
        int most = 5;
        if (stop.size() > most && !ours) {
            losses.add("stop", "has " + stop.size() + " texts; gemini is given the first " + most);
        }
        json.array("stopSequences");
        stop.subList(0, ours ? stop.size() : Math.min(most, stop.size())).forEach(json::string);
        json.endArray();
    }

    private void format() {
        switch (parameters.format) {
            case OutputFormat.JsonSchema schema -> {
                losses.dropped("response_format.json_schema.name", schema.name());
                losses.dropped("response_format.json_schema.description", schema.description());
                losses.dropped("response_format.json_schema.strict", schema.strict());
                json.member("responseMimeType", "application/json");
                json.member("responseJsonSchema", schema.schema());
            }
            case OutputFormat.JsonObject _ -> json.member("responseMimeType", "application/json");
            case OutputFormat.PlainText _ -> json.member("responseMimeType", "text/plain");
            case null -> {}
        }
    }

    /// A level for models that have levels, a budget for those before: both at once are refused.
    private void thinking() {
        Thinking thinking = parameters.thinking;
        if (thinking == null) {
            return;
        }
        json.object("thinkingConfig");
        Integer budget = thinking.budgetTokens();
        String effort = thinking.effort();
        boolean levels = GeminiWords.isThirdGeneration(model) || ours && budget == null;
        if (thinking.isOff()) {
            if (GeminiWords.isThirdGeneration(model) && !ours) {
                losses.add("reasoning_effort", "is none; the least of this model is minimal");
                json.member("thinkingLevel", "minimal");
            } else {
                json.name("thinkingBudget").number(0);
            }
        } else {
            if (!"omitted".equals(thinking.display())) {
                if (!ours || thinking.display() != null) {
                    json.name("includeThoughts").bool(true);
                }
            } else {
                json.name("includeThoughts").bool(false);
            }
            if (budget != null) {
                json.member("thinkingBudget", budget);
            } else if (effort != null && levels) {
                json.member("thinkingLevel", level(effort));
            } else if (effort != null) {
                json.name("thinkingBudget").number(Thinking.budgetOf(effort));
            } else if (thinking.adaptive() && !ours && !levels) {
                json.name("thinkingBudget").number(-1);
            }
        }
        json.endObject();
    }

    private String level(String effort) {
        return switch (effort.toLowerCase(Locale.ROOT)) {
            case "minimal", "low", "medium", "high" -> effort;
            case "xhigh", "max" -> {
                losses.add("reasoning_effort", "is " + effort + "; gemini is given high");
                yield "high";
            }
            default -> effort;
        };
    }

    private void rest() {
        Extras extras = request.extras();
        losses.droppedCache("cache_control", extras);
        var fields = new LinkedHashMap<>(extras.fields());
        fields.keySet()
                .removeIf(name ->
                        ours
                                && (name.startsWith(GeminiRequestReader.CONFIG)
                                        || name.startsWith(GeminiRequestReader.TOOL_CONFIG)));
        losses.writeFields("", new Extras(null, extras.dialect(), fields), json);
    }
}
