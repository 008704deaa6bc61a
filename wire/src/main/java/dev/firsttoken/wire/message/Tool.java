package dev.firsttoken.wire.message;

import dev.firsttoken.wire.json.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something the model may ask for.
public sealed interface Tool {

    /// A function that the client runs.
    ///
    /// @param parameters its JSON Schema as it was written, an object
    /// @param strict whether arguments must follow the schema to the letter
    record Function(
            String name,
            @Nullable String description,
            @Nullable RawJson parameters,
            @Nullable Boolean strict,
            Extras extras)
            implements Tool {}

    /// A tool that only its dialect knows, such as one that runs at the provider.
    record Opaque(String dialect, RawJson json) implements Tool {}

    /// Which tools the model may, must or must not call.
    sealed interface Choice {
        /// It decides.
        record Auto() implements Choice {}

        /// At least one.
        record Required() implements Choice {}

        record None() implements Choice {}

        /// This one.
        record One(String name) implements Choice {}

        /// Some of these.
        ///
        /// @param required whether at least one of them
        record Among(boolean required, List<String> names) implements Choice {}
    }
}
