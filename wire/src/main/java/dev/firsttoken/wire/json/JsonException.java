package dev.firsttoken.wire.json;

/// Bytes that are not the JSON they should be.
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    /// @param offset where, counted in bytes from the start of the text
    public JsonException(String expected, int offset) {
        super("at byte " + offset + ": expected " + expected, null, false, false);
    }
}
