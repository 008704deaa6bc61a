package dev.firsttoken.wire.message;

import dev.firsttoken.wire.json.RawJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a dialect says beside what the model has a place for.
///
/// @param cache where the provider shall end a cached prefix, if here
/// @param dialect whose fields these are
/// @param fields members that were not understood, as they were written; only a codec of the same
///   dialect writes them again
public record Extras(@Nullable CacheMark cache, String dialect, Map<String, RawJson> fields) {

    /// Before the name of a field that the answer needs and that no provider shall see: nobody
    /// misses it there.
    public static final String FOR_THE_ANSWER = ":";

    public static final Extras NONE = new Extras(null, "", Map.of());

    public static Extras of(String dialect, @Nullable CacheMark cache, Map<String, RawJson> rest) {
        return cache == null && rest.isEmpty() ? NONE : new Extras(cache, dialect, rest);
    }

    /// The end of a prefix that is worth caching.
    ///
    /// @param ttl how long, in the words that dialects share: `5m`, `30m`, `1h`; null for the
    ///   provider's default
    public record CacheMark(@Nullable String ttl) {
        public static final CacheMark DEFAULT = new CacheMark(null);
    }
}
