package dev.firsttoken.simulator.answer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// A run of body bytes that leaves in one write, together with its HTTP/1.1 chunk frame.
///
/// Framed once and shared by every stream that sends it. Never written to after construction.
public final class Piece {

    private final byte[] chunk;
    private final int from;
    private final int to;

    private Piece(byte[] source, int sourceFrom, int length) {
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(US_ASCII);
        from = size.length;
        to = from + length;
        chunk = Arrays.copyOf(size, to + 2);
        System.arraycopy(source, sourceFrom, chunk, from, length);
        chunk[to] = '\r';
        chunk[to + 1] = '\n';
    }

    /// @throws IllegalArgumentException if empty, since an empty chunk would end the body
    public static Piece of(byte[] bytes, int from, int to) {
        if (to <= from) {
            throw new IllegalArgumentException("piece: 0 bytes (expected: at least 1)");
        }
        return new Piece(bytes, from, to - from);
    }

    public static Piece of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Piece of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /// The bytes that these characters are in ISO 8859-1: one each.
    public static Piece ofLatin1(String text) {
        return of(text.getBytes(ISO_8859_1));
    }

    /// The bytes as characters from 0 to 255, whatever they mean.
    public String latin1() {
        return new String(chunk, from, to - from, ISO_8859_1);
    }

    public int length() {
        return to - from;
    }

    /// The bytes framed as one HTTP/1.1 chunk. The array is shared: read it, do not write to it.
    public byte[] chunk() {
        return chunk;
    }

    /// Where in [#chunk] the bytes themselves begin.
    public int offset() {
        return from;
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(chunk, from, to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Piece piece && Arrays.equals(chunk, piece.chunk);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(chunk);
    }

    @Override
    public String toString() {
        return new String(chunk, from, to - from, UTF_8);
    }
}
