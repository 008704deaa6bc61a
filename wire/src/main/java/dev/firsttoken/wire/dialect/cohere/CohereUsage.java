package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.RawJson;
import java.util.function.Consumer;

/// Token counts: what is billed, where that is told. The model sees more: texts that the provider
/// puts around the conversation, and what is cached of them. All of it is kept as metadata.
final class CohereUsage {

    private CohereUsage() {}

    /// Understands a usage object.
    static void read(RawJson usage, Consumer<StreamEvent> found) throws JsonException {
        long[] billed = {-1, -1};
        long[] seen = {-1, -1};
        long cached = 0;
        JsonCursor json = usage.cursor();
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "billed_units" -> counts(json, billed);
                case "tokens" -> counts(json, seen);
                case "cached_tokens" -> cached = json.count();
                default -> json.skip();
            }
        }
        boolean isBilled = billed[0] >= 0 || billed[1] >= 0;
        long[] told = isBilled ? billed : seen;
        if (told[0] >= 0 || told[1] >= 0) {
            long input = Math.max(0, told[0]);
            // What is billed has nothing cached in it.
            long read = isBilled ? 0 : Math.min(cached, input);
            found.accept(new Usage(input, read, Math.max(0, told[1]), 0));
        }
        found.accept(new Metadata(CohereWords.USAGE, usage.text()));
    }

    private static void counts(JsonCursor json, long[] counts) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            switch (json.field()) {
                case "input_tokens" -> counts[0] = json.count();
                case "output_tokens" -> counts[1] = json.count();
                default -> json.skip();
            }
        }
    }
}
