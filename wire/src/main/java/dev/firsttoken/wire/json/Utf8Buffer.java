package dev.firsttoken.wire.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing run of UTF-8 bytes that is filled, read and [cleared][#clear] again without
/// allocating.
///
/// Owned by one thread at a time.
public final class Utf8Buffer {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    public Utf8Buffer(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /// The bytes written so far are `array()[0 … length())`; the array changes as the buffer grows.
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public Utf8Buffer clear() {
        length = 0;
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    public Utf8Buffer put(byte b) {
        room(1);
        bytes[length++] = b;
        return this;
    }

    public Utf8Buffer put(byte[] source) {
        return put(source, 0, source.length);
    }

    public Utf8Buffer put(byte[] source, int from, int to) {
        int count = to - from;
        room(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    /// Writes text as it is, with nothing escaped.
    public Utf8Buffer raw(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return put(text.substring(i).getBytes(StandardCharsets.UTF_8));
            }
            room(1);
            bytes[length++] = (byte) c;
        }
        return this;
    }

    public Utf8Buffer number(long value) {
        if (value >= 0 && value < 10) {
            return put((byte) ('0' + value));
        }
        return raw(Long.toString(value));
    }

    /// Writes a JSON string literal, quotes included. An unpaired surrogate becomes U+FFFD, since
    /// UTF-8 has no other way to say it.
    public Utf8Buffer jsonString(String text) {
        int n = text.length();
        room(n + 2);
        bytes[length++] = '"';
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            room(6);
            if (c >= 0x20 && c < 0x80) {
                if (c == '"' || c == '\\') {
                    bytes[length++] = '\\';
                }
                bytes[length++] = (byte) c;
            } else if (c < 0x20) {
                control(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < n
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                utf8(Character.toCodePoint(c, text.charAt(i)));
            } else {
                utf8(Character.isSurrogate(c) ? 0xFFFD : c);
            }
        }
        return put((byte) '"');
    }

    private void control(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 15];
            }
        }
    }

    private void utf8(int codePoint) {
        if (codePoint < 0x800) {
            bytes[length++] = (byte) (0xC0 | codePoint >> 6);
        } else {
            if (codePoint < 0x10000) {
                bytes[length++] = (byte) (0xE0 | codePoint >> 12);
            } else {
                bytes[length++] = (byte) (0xF0 | codePoint >> 18);
                bytes[length++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
            }
            bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        }
        bytes[length++] = (byte) (0x80 | codePoint & 0x3F);
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
