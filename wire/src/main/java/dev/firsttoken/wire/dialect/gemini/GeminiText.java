package dev.firsttoken.wire.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The text of a candidate as far as it has come, to turn the offsets of sources, which count bytes
/// of UTF-8, into those of characters.
final class GeminiText {

    /// Beyond this nobody's offsets are known: an answer is seldom a hundredth of it.
    private static final int MAX_CHARACTERS = 1 << 20;

    private final StringBuilder text = new StringBuilder();
    private boolean tooLong;

    void append(String more) {
        if (tooLong || text.length() + more.length() > MAX_CHARACTERS) {
            tooLong = true;
            text.setLength(0);
        } else {
            text.append(more);
        }
    }

    /// The character at a byte, or -1 when there is none or one begins before it.
    int characterAt(int offset) {
        if (tooLong || offset < 0) {
            return -1;
        }
        int bytes = 0;
        int at = 0;
        while (at < text.length() && bytes < offset) {
            int character = text.codePointAt(at);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            at += Character.charCount(character);
        }
        return bytes == offset ? at : -1;
    }

    /// The byte at a character of a text.
    static int byteAt(String text, int character) {
        int end = Math.clamp(character, 0, text.length());
        return text.substring(0, end).getBytes(UTF_8).length;
    }
}
