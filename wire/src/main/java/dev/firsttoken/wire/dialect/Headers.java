package dev.firsttoken.wire.dialect;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The header fields of a request or a response.
@FunctionalInterface
public interface Headers {

    Headers NONE = _ -> null;

    /// The value of a field, by its name in lower case; null when there is none.
    @Nullable String get(String name);

    static Headers of(Map<String, String> lowerCaseNames) {
        return lowerCaseNames::get;
    }
}
