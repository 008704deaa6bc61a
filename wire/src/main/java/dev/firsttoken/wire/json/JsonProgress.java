package dev.firsttoken.wire.json;

/// Follows a JSON object that arrives as pieces of text, to know when its last brace has come.
///
/// Looks at brackets and strings only; whether the whole is JSON is for [JsonCursor] to say. Owned
/// by one thread at a time; allocates nothing.
public final class JsonProgress {

    private int depth;
    private boolean begun;
    private boolean inString;
    private boolean escaped;

    /// Takes the next piece.
    ///
    /// @return whether an object is complete with it
    public boolean add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (inString) {
                if (escaped) {
                    escaped = false;
                } else if (c == '\\') {
                    escaped = true;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                begun = true;
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return isComplete();
    }

    /// Whether what has come is a whole object.
    public boolean isComplete() {
        return begun && depth <= 0;
    }
}
