package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.util.ArrayList;
import java.util.List;

/// Finds the sources of a text in what is said beside it: web pages that it is grounded on, and
/// works that it recites.
///
/// Only for clients of other dialects: both are kept as they were written, too.
final class GeminiSources {

    private record Page(String url, String title, String json) {}

    private GeminiSources() {}

    /// @param field `groundingMetadata` or `citationMetadata`; any other has no sources
    static void read(
            String field, String value, int choice, GeminiText text, List<StreamEvent> found)
            throws JsonException {
        JsonCursor json = new RawJson(value).cursor();
        if (!json.isObject()) {
            return;
        }
        if (field.equals("groundingMetadata")) {
            grounding(json, choice, text, found);
        } else if (field.equals("citationMetadata")) {
            recited(json, choice, text, found);
        }
    }

    private static void grounding(
            JsonCursor json, int choice, GeminiText text, List<StreamEvent> found)
            throws JsonException {
        var pages = new ArrayList<Page>();
        int supports = -1;
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            if (name.equals("groundingChunks") && json.isArray()) {
                json.enterArray();
                while (json.nextElement()) {
                    pages.add(page(json));
                }
            } else if (name.equals("groundingSupports") && json.isArray()) {
                supports = json.position();
                json.skip();
            } else {
                json.skip();
            }
        }
        if (supports >= 0) {
            json.seek(supports);
            json.enterArray();
            while (json.nextElement()) {
                support(json, pages, choice, text, found);
            }
        }
    }

    /// A chunk is a page of the web, or something of a store under another name.
    private static Page page(JsonCursor json) throws JsonException {
        String whole = json.raw().text();
        String url = "";
        String title = "";
        JsonCursor chunk = new RawJson(whole).cursor();
        if (chunk.isObject()) {
            chunk.enterObject();
            while (chunk.nextField()) {
                if (!chunk.isObject()) {
                    chunk.skip();
                    continue;
                }
                chunk.enterObject();
                while (chunk.nextField()) {
                    switch (chunk.field()) {
                        case "uri" -> url = chunk.readNonEmptyString() ? chunk.value() : url;
                        case "title" -> title = chunk.readNonEmptyString() ? chunk.value() : title;
                        default -> chunk.skip();
                    }
                }
            }
        }
        return new Page(url, title, whole);
    }

    private static void support(
            JsonCursor json, List<Page> pages, int choice, GeminiText text, List<StreamEvent> found)
            throws JsonException {
        int start = 0;
        int end = -1;
        var cited = new ArrayList<Page>();
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            if (name.equals("segment") && json.isObject()) {
                json.enterObject();
                while (json.nextField()) {
                    switch (json.field()) {
                        case "startIndex" -> start = json.numberBelow(Integer.MAX_VALUE);
                        case "endIndex" -> end = json.numberBelow(Integer.MAX_VALUE);
                        default -> json.skip();
                    }
                }
            } else if (name.equals("groundingChunkIndices") && json.isArray()) {
                json.enterArray();
                while (json.nextElement()) {
                    int index = json.numberBelow(Integer.MAX_VALUE);
                    if (index >= 0 && index < pages.size()) {
                        cited.add(pages.get(index));
                    }
                }
            } else {
                json.skip();
            }
        }
        for (Page page : cited) {
            found.add(cited(choice, page, start, end, text));
        }
    }

    private static Cited cited(int choice, Page page, int start, int end, GeminiText text) {
        return new Cited(
                choice,
                new Citation(
                        page.url().isEmpty() ? null : page.url(),
                        page.title().isEmpty() ? null : page.title(),
                        null,
                        text.characterAt(start),
                        text.characterAt(end),
                        GeminiWords.DIALECT,
                        page.json()));
    }

    private static void recited(
            JsonCursor json, int choice, GeminiText text, List<StreamEvent> found)
            throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            String name = json.field();
            boolean sources = name.equals("citationSources") || name.equals("citations");
            if (!sources || !json.isArray()) {
                json.skip();
                continue;
            }
            json.enterArray();
            while (json.nextElement()) {
                String whole = json.raw().text();
                JsonCursor source = new RawJson(whole).cursor();
                if (source.isObject()) {
                    found.add(source(source, whole, choice, text));
                }
            }
        }
    }

    private static Cited source(JsonCursor json, String whole, int choice, GeminiText text)
            throws JsonException {
        String url = "";
        String title = "";
        int start = 0;
        int end = -1;
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "uri" -> url = json.readNonEmptyString() ? json.value() : "";
                case "title" -> title = json.readNonEmptyString() ? json.value() : "";
                case "startIndex" -> start = json.numberBelow(Integer.MAX_VALUE);
                case "endIndex" -> end = json.numberBelow(Integer.MAX_VALUE);
                default -> json.skip();
            }
        }
        return cited(choice, new Page(url, title, whole), start, end, text);
    }
}
