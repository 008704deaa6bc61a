package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// Sources: `{"title","source","sourceContent":[{"text"}],"location":{…}}`.
final class BedrockCitations {

    private BedrockCitations() {}

    static Citation read(RawJson citation) throws JsonException {
        String title = null;
        String quote = null;
        String url = null;
        JsonCursor json = citation.cursor();
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "title" -> title = json.stringOrNull();
                case "sourceContent" -> quote = quote(json);
                case "location" -> url = url(json);
                default -> json.skip();
            }
        }
        return new Citation(url, title, quote, -1, -1, BedrockWords.DIALECT, citation.text());
    }

    private static @Nullable String quote(JsonCursor json) throws JsonException {
        var quote = new StringBuilder();
        if (!json.isArray()) {
            json.skip();
            return null;
        }
        json.enterArray();
        while (json.nextElement()) {
            String text = member(json, "text");
            quote.append(text == null ? "" : text);
        }
        return quote.isEmpty() ? null : quote.toString();
    }

    private static @Nullable String url(JsonCursor json) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return null;
        }
        String url = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals("web")) {
                url = member(json, "url");
            } else {
                json.skip();
            }
        }
        return url;
    }

    /// Passes the value ahead and gives its member of this name, if it has one that is a text.
    private static @Nullable String member(JsonCursor json, String name) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return null;
        }
        String value = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.field().equals(name)) {
                value = json.stringOrNull();
            } else {
                json.skip();
            }
        }
        return value;
    }

    /// A citation in this dialect's form: its own as it was, any other if it has an address, since
    /// the other forms count characters or pages of documents that were sent.
    static @Nullable RawJson written(Citation citation) {
        if (citation.dialect().equals(BedrockWords.DIALECT)) {
            return new RawJson(citation.json());
        }
        if (citation.url() == null) {
            return null;
        }
        var out = new Utf8Buffer(128);
        JsonWriter json = new JsonWriter(out).object().member("title", citation.title());
        if (citation.quote() != null) {
            json.array("sourceContent").object().member("text", citation.quote());
            json.endObject().endArray();
        }
        json.object("location").object("web").member("url", citation.url());
        json.endObject().endObject().endObject();
        return new RawJson(out.toString());
    }
}
