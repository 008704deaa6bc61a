package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Extras.CacheMark;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads content blocks, in requests and in answers. Each is an object with one member, whose name
/// says what it is.
final class BedrockPartReader {

    private BedrockPartReader() {}

    /// @param assistant whether the assistant says them: what a tool says there runs at the
    ///   provider
    static List<Part> read(List<JsonFields> blocks, boolean assistant)
            throws InvalidRequestException {
        var parts = new ArrayList<Part>();
        for (JsonFields block : blocks) {
            JsonFields point = block.object("cachePoint");
            if (point == null) {
                parts.add(part(block, assistant));
            } else if (!parts.isEmpty()) {
                parts.add(marked(parts.removeLast(), mark(point)));
            }
        }
        return List.copyOf(parts);
    }

    static CacheMark mark(JsonFields point) throws InvalidRequestException {
        return new CacheMark(point.string("ttl"));
    }

    /// The part with the end of a cached prefix behind it.
    private static Part marked(Part part, CacheMark mark) {
        Extras extras = new Extras(mark, part.extras().dialect(), part.extras().fields());
        return switch (part) {
            case Part.Text p -> new Part.Text(p.text(), p.citations(), p.signature(), extras);
            case Part.Image p -> new Part.Image(p.source(), p.detail(), extras);
            case Part.Audio p -> new Part.Audio(p.source(), p.id(), p.transcript(), extras);
            case Part.Video p -> new Part.Video(p.source(), extras);
            case Part.Document p -> new Part.Document(p.source(), p.name(), extras);
            case Part.ToolCall p ->
                    new Part.ToolCall(p.id(), p.name(), p.arguments(), p.signature(), extras);
            case Part.ToolResult p ->
                    new Part.ToolResult(p.callId(), p.name(), p.content(), p.error(), extras);
            // Nothing can be cached up to the middle of a thought.
            case Part.Reasoning _, Part.RedactedReasoning _, Part.Refusal _, Part.Opaque _ -> part;
        };
    }

    private static Part part(JsonFields block, boolean assistant) throws InvalidRequestException {
        if (block.isString("text")) {
            return new Part.Text(block.needString("text"));
        }
        for (String kind : new String[] {"image", "document", "video", "audio"}) {
            if (block.isObject(kind)) {
                return media(kind, block);
            }
        }
        if (block.isObject("toolUse")) {
            return call(block);
        }
        JsonFields result = assistant ? null : block.object("toolResult");
        if (result != null) {
            return result(result);
        }
        JsonFields reasoning = block.object("reasoningContent");
        if (reasoning != null) {
            return reasoning(reasoning);
        }
        JsonFields cited = block.object("citationsContent");
        if (cited != null) {
            return cited(cited);
        }
        RawJson json = block.raw("json");
        if (json != null) {
            // The result of a tool: a model reads the text of it.
            return new Part.Text(json.text());
        }
        return opaque(block);
    }

    private static Part opaque(JsonFields block) {
        return new Part.Opaque(BedrockWords.BLOCK, block.restAsObject());
    }

    private static Part media(String kind, JsonFields block) throws InvalidRequestException {
        RawJson raw = block.raw(kind);
        JsonFields media =
                JsonFields.of(raw == null ? RawJson.EMPTY_OBJECT : raw, block.path(kind));
        String format = media.string("format");
        String name = media.string("name");
        JsonFields given = media.object("source");
        Source source = given == null ? null : source(kind, format == null ? "" : format, given);
        if (raw == null || source == null) {
            if (raw != null) {
                block.putBack(kind, raw);
            }
            return opaque(block);
        }
        Extras extras = Extras.of(BedrockWords.DIALECT, null, media.rest());
        return switch (kind) {
            case "image" -> new Part.Image(source, null, extras);
            case "document" -> new Part.Document(source, name, extras);
            case "video" -> new Part.Video(source, extras);
            default -> new Part.Audio(source, null, null, extras);
        };
    }

    /// The source, or null when it is of a kind that only this dialect knows.
    private static @Nullable Source source(String kind, String format, JsonFields source)
            throws InvalidRequestException {
        if (source.isString("bytes")) {
            return new Source.Inline(BedrockMedia.type(kind, format), source.needString("bytes"));
        }
        if (source.isString("text")) {
            return new Source.PlainText(source.needString("text"));
        }
        JsonFields stored = source.object("s3Location");
        if (stored == null || stored.has("bucketOwner")) {
            return null;
        }
        return new Source.Url(stored.needString("uri"));
    }

    private static Part call(JsonFields block) throws InvalidRequestException {
        RawJson raw = block.raw("toolUse");
        JsonFields use =
                JsonFields.of(raw == null ? RawJson.EMPTY_OBJECT : raw, block.path("toolUse"));
        if (use.has("type") && raw != null) {
            // It runs at the provider.
            block.putBack("toolUse", raw);
            return opaque(block);
        }
        RawJson input = use.raw("input");
        return new Part.ToolCall(
                use.needString("toolUseId"),
                use.needString("name"),
                input == null ? RawJson.EMPTY_OBJECT : input,
                null,
                Extras.of(BedrockWords.DIALECT, null, use.rest()));
    }

    private static Part result(JsonFields result) throws InvalidRequestException {
        if (result.has("type")) {
            var whole = new LinkedHashMap<String, RawJson>();
            whole.put("toolResult", result.restAsObject());
            return new Part.Opaque(BedrockWords.BLOCK, RawJson.ofObject(whole));
        }
        return new Part.ToolResult(
                result.needString("toolUseId"),
                null,
                read(result.objects("content"), false),
                "error".equals(result.string("status")),
                Extras.of(BedrockWords.DIALECT, null, result.rest()));
    }

    private static Part reasoning(JsonFields reasoning) throws InvalidRequestException {
        String redacted = reasoning.string("redactedContent");
        if (redacted != null) {
            Part.Signed data = new Part.Signed(BedrockWords.DIALECT, redacted);
            return new Part.RedactedReasoning(data, Extras.NONE);
        }
        JsonFields text = reasoning.object("reasoningText");
        if (text == null) {
            throw new InvalidRequestException(
                    "missing (expected: an object)", reasoning.path("reasoningText"));
        }
        String signature = text.string("signature");
        Part.Signed signed =
                signature == null || signature.isEmpty()
                        ? null
                        : new Part.Signed(BedrockWords.SIGNER, signature);
        return new Part.Reasoning(text.needString("text"), signed, Extras.NONE);
    }

    private static Part cited(JsonFields cited) throws InvalidRequestException {
        var text = new StringBuilder();
        for (JsonFields content : cited.objects("content")) {
            text.append(content.needString("text"));
        }
        var citations = new ArrayList<Citation>();
        for (JsonFields citation : cited.objects("citations")) {
            try {
                citations.add(BedrockCitations.read(citation.restAsObject()));
            } catch (JsonException e) {
                throw new InvalidRequestException(
                        "is not JSON: " + e.getMessage(), citation.path());
            }
        }
        return new Part.Text(text.toString(), List.copyOf(citations), null, Extras.NONE);
    }
}
