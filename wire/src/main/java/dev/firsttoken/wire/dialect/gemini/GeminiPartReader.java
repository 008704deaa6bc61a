package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the parts of a request's contents, in their order: a result without an id answers the
/// earliest call of its name that has none.
final class GeminiPartReader {

    /// The media type of a file, kept with its part.
    static final String FILE_TYPE = "fileData.mimeType";

    private final Map<String, Deque<String>> unanswered = new HashMap<>();
    private int unnamed;

    List<Part> read(JsonFields content) throws InvalidRequestException {
        var parts = new ArrayList<Part>();
        for (JsonFields part : content.objects("parts")) {
            parts.add(part(part));
        }
        return List.copyOf(parts);
    }

    private Part part(JsonFields part) throws InvalidRequestException {
        String data = GeminiNames.in(part, "inlineData");
        String file = GeminiNames.in(part, "fileData");
        String call = GeminiNames.in(part, "functionCall");
        String response = GeminiNames.in(part, "functionResponse");
        if (part.has(call)) {
            return call(part, call);
        }
        if (part.has(response)) {
            return response(part, response);
        }
        if (part.has("text")) {
            String text = part.needString("text");
            boolean thought = Boolean.TRUE.equals(part.bool("thought"));
            Part.Signed signature = signature(part);
            Extras rest = extras(part);
            return thought
                    ? new Part.Reasoning(text, signature, rest)
                    : new Part.Text(text, List.of(), signature, rest);
        }
        if (part.has(data)) {
            JsonFields inline = need(part, data);
            String mediaType = inline.needString(GeminiNames.in(inline, "mimeType"));
            Source source = new Source.Inline(mediaType, standard(inline.needString("data")));
            return media(mediaType, source, extras(part));
        }
        if (part.has(file)) {
            return file(part, need(part, file));
        }
        return new Part.Opaque(GeminiWords.PART, part.restAsObject());
    }

    /// Clients of this dialect may write base64 in the URL-safe alphabet, as Google's for Python
    /// does; other providers do not take it.
    private static String standard(String base64) {
        return base64.replace('-', '+').replace('_', '/');
    }

    private static JsonFields need(JsonFields part, String name) throws InvalidRequestException {
        JsonFields object = part.object(name);
        if (object == null) {
            throw new InvalidRequestException("missing (expected: an object)", part.path(name));
        }
        return object;
    }

    private static Part media(String mediaType, Source source, Extras extras) {
        int slash = mediaType.indexOf('/');
        return switch (slash < 0 ? mediaType : mediaType.substring(0, slash)) {
            case "image" -> new Part.Image(source, null, extras);
            case "audio" -> new Part.Audio(source, null, null, extras);
            case "video" -> new Part.Video(source, extras);
            default -> new Part.Document(source, null, extras);
        };
    }

    /// A file is the provider's, or any on the web.
    private static Part file(JsonFields part, JsonFields file) throws InvalidRequestException {
        String uri = file.needString(GeminiNames.in(file, "fileUri"));
        String mediaType = file.string(GeminiNames.in(file, "mimeType"));
        boolean stored =
                !uri.startsWith("http") || uri.contains("://generativelanguage.googleapis.com/");
        Source source = stored ? new Source.FileId(GeminiWords.DIALECT, uri) : new Source.Url(uri);
        Map<String, RawJson> rest = part.rest();
        if (mediaType != null) {
            rest.put(FILE_TYPE, RawJson.ofString(mediaType));
        }
        String kind = mediaType == null ? "video/unknown" : mediaType;
        return media(kind, source, Extras.of(GeminiWords.DIALECT, null, rest));
    }

    private Part call(JsonFields part, String field) throws InvalidRequestException {
        JsonFields call = need(part, field);
        String name = call.needString("name");
        String id = call.string("id");
        RawJson arguments = call.raw("args");
        if (id == null) {
            id = GeminiWords.UNNAMED_CALL + unnamed++;
            unanswered.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(id);
        }
        Part.Signed signature = signature(part);
        return new Part.ToolCall(
                id,
                name,
                arguments == null ? RawJson.EMPTY_OBJECT : arguments,
                signature,
                extras(part));
    }

    private Part response(JsonFields part, String field) throws InvalidRequestException {
        JsonFields result = need(part, field);
        String name = result.needString("name");
        String id = result.string("id");
        if (id == null) {
            Deque<String> waiting = unanswered.get(name);
            String earliest = waiting == null ? null : waiting.poll();
            id = earliest == null ? GeminiWords.UNNAMED_CALL + unnamed++ : earliest;
        }
        var content = new ArrayList<Part>();
        RawJson response = result.raw("response");
        boolean error = false;
        if (response != null) {
            JsonFields said = JsonFields.of(response, result.path("response"));
            String failure = only(response, said, "error");
            String plain = failure == null ? only(response, said, "result") : failure;
            plain = plain == null ? only(response, said, "output") : plain;
            error = failure != null;
            content.add(new Part.Text(plain == null ? response.text() : plain));
        }
        for (JsonFields media : result.objects("parts")) {
            content.add(part(media));
        }
        return new Part.ToolResult(id, name, List.copyOf(content), error, extras(part));
    }

    /// The text of a member, when the object has no other.
    private static @Nullable String only(RawJson whole, JsonFields object, String name)
            throws InvalidRequestException {
        if (!object.isString(name)) {
            return null;
        }
        JsonFields again = JsonFields.of(whole, object.path());
        String text = again.string(name);
        return again.rest().isEmpty() ? text : null;
    }

    private static Part.@Nullable Signed signature(JsonFields part) throws InvalidRequestException {
        String data = part.string(GeminiNames.in(part, "thoughtSignature"));
        return data == null || data.isEmpty() ? null : new Part.Signed(GeminiWords.DIALECT, data);
    }

    private static Extras extras(JsonFields part) {
        return Extras.of(GeminiWords.DIALECT, null, part.rest());
    }
}
