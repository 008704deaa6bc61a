package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import org.jspecify.annotations.Nullable;

/// Sources: `{"start","end","text","sources":[{"type","id","document":{…}}]}`. Characters are
/// counted from the start of the text.
final class CohereCitations {

    private CohereCitations() {}

    static Citation read(RawJson citation) throws JsonException {
        long start = -1;
        long end = -1;
        String[] source = new String[2];
        JsonCursor json = citation.cursor();
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "start" -> start = json.number();
                case "end" -> end = json.number();
                case "sources" -> first(json, source);
                default -> json.skip();
            }
        }
        return new Citation(
                source[0],
                source[1],
                null,
                offset(start),
                offset(end),
                CohereWords.DIALECT,
                citation.text());
    }

    private static int offset(long number) {
        return number < 0 || number > Integer.MAX_VALUE ? -1 : (int) number;
    }

    /// Looks for an address and a title in the first source that has them.
    private static void first(JsonCursor json, @Nullable String[] source) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            if (json.isObject()) {
                source(json, source);
            } else {
                json.skip();
            }
        }
    }

    private static void source(JsonCursor json, @Nullable String[] source) throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            boolean document = json.field().equals("document");
            if (!document || !json.isObject()) {
                json.skip();
                continue;
            }
            json.enterObject();
            while (json.nextField()) {
                int which =
                        switch (json.field()) {
                            case "url" -> 0;
                            case "title" -> 1;
                            default -> -1;
                        };
                String value = json.stringOrNull();
                if (which >= 0 && source[which] == null) {
                    source[which] = value;
                }
            }
        }
    }
}
