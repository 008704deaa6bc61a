package dev.firsttoken.wire.message;

import dev.firsttoken.wire.json.RawJson;
import org.jspecify.annotations.Nullable;

/// What the text of an answer must look like.
public sealed interface OutputFormat {

    record PlainText() implements OutputFormat {}

    /// Any JSON object.
    record JsonObject() implements OutputFormat {}

    /// JSON of this shape.
    ///
    /// @param name what the shape is called
    /// @param schema a JSON Schema as it was written, an object
    record JsonSchema(
            @Nullable String name,
            @Nullable String description,
            RawJson schema,
            @Nullable Boolean strict)
            implements OutputFormat {}
}
