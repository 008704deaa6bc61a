package dev.firsttoken.wire.json;

/// How much JSON a request may be made of.
///
/// @param depth how deep objects and arrays may nest, at most 500
/// @param values how many names, values and brackets there may be
public record JsonLimits(int depth, int values) {

    /// The deepest nesting that can be allowed.
    static final int DEEPEST = 500;

    /// What is allowed where nobody says anything else.
    public static final JsonLimits USUAL = new JsonLimits(64, 200_000);

    public JsonLimits {
        if (depth < 1 || depth > DEEPEST) {
            throw new IllegalArgumentException(
                    "depth: " + depth + " (expected: 1 to " + DEEPEST + ")");
        }
    }
}
