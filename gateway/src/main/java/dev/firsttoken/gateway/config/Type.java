package dev.firsttoken.gateway.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What may stand behind a key.
sealed interface Type<T> {

    /// A single value.
    ///
    /// @param expected what is accepted, in words that fit behind "expected: "
    /// @param kinds what YAML may take it for
    /// @param schema the same in JSON Schema, as far as that can say it
    /// @param parser the value, or null when it is not acceptable
    /// @param printer how a value is written in a file
    /// @param redaction how much of a value a message may show
    record Scalar<T>(
            String expected,
            Set<Tree.Kind> kinds,
            Map<String, Object> schema,
            Function<String, @Nullable T> parser,
            Function<T, String> printer,
            Redaction redaction)
            implements Type<T> {}

    /// How much of a value may be shown.
    enum Redaction {
        /// All of it.
        NONE,
        /// All of it once accepted; a refused one may be a secret in the wrong place.
        WHEN_REFUSED,
        /// Nothing, ever.
        ALWAYS
    }

    /// A mapping with known keys.
    ///
    /// @param hints what to tell somebody who writes a key that we refuse for a reason
    /// @param whenMissing whether it is filled with defaults when it is not written
    record Section(List<Key<?>> keys, Map<String, String> hints, boolean whenMissing)
            implements Type<Values> {

        static Section of(Key<?>... keys) {
            return new Section(List.of(keys), Map.of(), true);
        }

        /// The same section, but its being there or not means something.
        Section onlyWhenWritten() {
            return new Section(keys, hints, false);
        }

        Section hint(String key, String text) {
            return new Section(keys, Map.of(key, text), whenMissing);
        }
    }

    /// A list of alike things.
    record Items<T>(Type<T> item, int minimum) implements Type<List<Bound<T>>> {}
}
