package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.json.JsonFields;

/// The two spellings that the dialect takes for every name: `inlineData` and `inline_data`.
final class GeminiNames {

    private GeminiNames() {}

    /// The spelling that an object has of a name.
    static String in(JsonFields object, String camelCase) {
        if (object.has(camelCase)) {
            return camelCase;
        }
        var snake = new StringBuilder();
        for (int i = 0; i < camelCase.length(); i++) {
            char c = camelCase.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_');
            }
            snake.append(Character.toLowerCase(c));
        }
        return object.has(snake.toString()) ? snake.toString() : camelCase;
    }
}
