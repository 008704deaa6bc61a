package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// Annotations of a text: `{"type":"url_citation","url","title","start_index","end_index"}`, and
/// three kinds that name files.
final class ResponsesAnnotations {

    private ResponsesAnnotations() {}

    /// A citation in this dialect's form, or null when it has none.
    static @Nullable RawJson write(Citation citation) {
        if (citation.dialect().equals(ResponsesWords.DIALECT)) {
            return new RawJson(citation.json());
        }
        if (citation.url() == null) {
            return null;
        }
        var out = new Utf8Buffer(128);
        JsonWriter json = new JsonWriter(out).object().member("type", "url_citation");
        json.member("url", citation.url());
        json.member("title", citation.title() == null ? citation.url() : citation.title());
        json.member("start_index", Math.max(0, citation.start()));
        json.member("end_index", Math.max(0, citation.end()));
        json.endObject();
        return new RawJson(out.toString());
    }

    static Citation read(RawJson annotation) throws JsonException {
        String url = null;
        String title = null;
        int start = -1;
        int end = -1;
        JsonCursor json = annotation.cursor();
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "url" -> url = json.stringOrNull();
                case "title", "filename" -> title = json.stringOrNull();
                case "start_index" -> start = json.numberBelow(Integer.MAX_VALUE);
                case "end_index" -> end = json.numberBelow(Integer.MAX_VALUE);
                default -> json.skip();
            }
        }
        return new Citation(
                url, title, null, start, end, ResponsesWords.DIALECT, annotation.text());
    }
}
