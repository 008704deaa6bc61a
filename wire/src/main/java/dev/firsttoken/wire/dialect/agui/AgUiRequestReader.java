package dev.firsttoken.wire.dialect.agui;

import dev.firsttoken.wire.dialect.PageTools;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Source;
import dev.firsttoken.wire.message.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a `RunAgentInput`. The model is the one that `forwardedProps` names, if it does.
final class AgUiRequestReader {

    static final String THREAD = Extras.FOR_THE_ANSWER + "threadId";
    static final String RUN = Extras.FOR_THE_ANSWER + "runId";

    private final List<Message> messages = new ArrayList<>();

    /// What the assistant has thought, said and called since somebody else spoke: clients have a
    /// message for each of them, and what they call at once belongs together.
    private final List<Part> turn = new ArrayList<>();

    private AgUiRequestReader() {}

    static Request read(byte[] bytes) throws InvalidRequestException {
        JsonFields body = JsonFields.ofBody(bytes);
        Map<String, RawJson> rest = new LinkedHashMap<>();
        rest.put(THREAD, RawJson.ofString(body.needString("threadId")));
        rest.put(RUN, RawJson.ofString(body.needString("runId")));
        if (!body.isArray("messages")) {
            throw new InvalidRequestException(
                    "missing (expected: an array of messages)", "messages");
        }
        var reader = new AgUiRequestReader();
        for (JsonFields message : body.objects("messages")) {
            reader.message(message);
        }
        reader.endTurn();
        List<Tool> tools = PageTools.read(body);
        JsonFields forwarded =
                body.isObject("forwardedProps") ? body.object("forwardedProps") : null;
        String model = forwarded == null ? null : forwarded.string("model");
        body.raw("protocolVersion");
        body.raw("parentRunId");
        body.rest()
                .forEach((name, value) -> {
                    boolean empty = value.text().equals("[]") || value.text().equals("{}");
                    if (!empty) {
                        rest.put(name, value);
                    }
                });
        return new Request(
                model,
                true,
                true,
                List.copyOf(reader.messages),
                tools,
                null,
                null,
                new Parameters(),
                Extras.of(AgUiCodec.DIALECT, null, rest));
    }

    private void message(JsonFields message) throws InvalidRequestException {
        String role = message.needString("role");
        switch (role) {
            case "system" -> say(Role.SYSTEM, content(message));
            case "developer" -> say(Role.DEVELOPER, content(message));
            case "user" -> say(Role.USER, content(message));
            case "reasoning" -> thought(message);
            case "assistant" -> {
                turn.addAll(content(message));
                for (JsonFields call : message.objects("toolCalls")) {
                    turn.add(call(call));
                }
            }
            case "tool" -> {
                String id = message.needString("toolCallId");
                boolean error = message.has("error");
                say(
                        Role.USER,
                        List.of(
                                new Part.ToolResult(
                                        id, null, content(message), error, Extras.NONE)));
            }
            case "activity" -> {
                // Of the page, and no model has said it.
            }
            default ->
                    throw message.unexpected(
                            "role",
                            role,
                            "system, developer, user, assistant, reasoning, tool or activity");
        }
    }

    private void say(Role role, List<Part> parts) {
        endTurn();
        if (!parts.isEmpty()) {
            messages.add(new Message(role, parts, null, Extras.NONE));
        }
    }

    private void endTurn() {
        if (!turn.isEmpty()) {
            messages.add(new Message(Role.ASSISTANT, List.copyOf(turn), null, Extras.NONE));
            turn.clear();
        }
    }

    private void thought(JsonFields message) throws InvalidRequestException {
        String text = message.string("content");
        AgUiSignature signature = AgUiSignature.read(message.string("encryptedValue"));
        if (signature != null && signature.redacted()) {
            turn.add(new Part.RedactedReasoning(signature.signed(), Extras.NONE));
        } else {
            turn.add(new Part.Reasoning(text == null ? "" : text, signed(signature), Extras.NONE));
        }
    }

    private static Part.@Nullable Signed signed(@Nullable AgUiSignature signature) {
        return signature == null ? null : signature.signed();
    }

    private static Part call(JsonFields call) throws InvalidRequestException {
        String id = call.needString("id");
        JsonFields function = call.object("function");
        if (function == null) {
            throw new InvalidRequestException(
                    "missing (expected: an object)", call.path("function"));
        }
        String name = function.needString("name");
        String arguments = function.string("arguments");
        return new Part.ToolCall(
                id,
                name,
                arguments == null || arguments.isBlank()
                        ? RawJson.EMPTY_OBJECT
                        : new RawJson(arguments),
                signed(AgUiSignature.read(call.string("encryptedValue"))),
                Extras.NONE);
    }

    private static List<Part> content(JsonFields message) throws InvalidRequestException {
        if (!message.isArray("content")) {
            String text = message.string("content");
            return text == null || text.isEmpty() ? List.of() : List.of(new Part.Text(text));
        }
        var parts = new ArrayList<Part>();
        for (JsonFields part : message.objects("content")) {
            String type = part.needString("type");
            if (type.equals("text")) {
                parts.add(new Part.Text(part.needString("text")));
            } else {
                parts.add(media(type, part));
            }
        }
        return List.copyOf(parts);
    }

    private static Part media(String type, JsonFields part) throws InvalidRequestException {
        JsonFields given = part.object("source");
        if (given == null) {
            throw new InvalidRequestException("missing (expected: an object)", part.path("source"));
        }
        String mimeType = given.string("mimeType");
        String value = given.needString("value");
        Source source =
                "data".equals(given.string("type"))
                        ? new Source.Inline(mimeType == null ? "" : mimeType, value)
                        : new Source.Url(value);
        return switch (type) {
            case "image" -> new Part.Image(source, null, Extras.NONE);
            case "audio" -> new Part.Audio(source, null, null, Extras.NONE);
            case "video" -> new Part.Video(source, Extras.NONE);
            case "document" -> new Part.Document(source, null, Extras.NONE);
            default -> throw part.unexpected("type", type, "text, image, audio, video or document");
        };
    }
}
