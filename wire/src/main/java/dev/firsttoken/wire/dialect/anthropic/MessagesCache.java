package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonFields;
import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.message.Extras.CacheMark;
import org.jspecify.annotations.Nullable;

/// `cache_control`: `{"type":"ephemeral","ttl":"5m"|"1h"}`.
final class MessagesCache {

    private MessagesCache() {}

    static @Nullable CacheMark read(JsonFields block) throws InvalidRequestException {
        JsonFields mark = block.object("cache_control");
        return mark == null ? null : new CacheMark(mark.string("ttl"));
    }

    static void write(@Nullable CacheMark mark, JsonWriter out) {
        if (mark == null) {
            return;
        }
        out.object("cache_control").member("type", "ephemeral");
        String ttl = mark.ttl();
        if (ttl != null) {
            // The dialect knows two. Longer than asked for costs money, so that the shorter is
            // taken.
            out.member("ttl", ttl.equals("1h") ? "1h" : "5m");
        }
        out.endObject();
    }
}
