package dev.firsttoken.wire.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds the next byte that matters, looking at eight bytes at once.
///
/// Nearly all of a stream lies between two line ends or two quotes, so this is where its bytes are
/// spent. Eight bytes are one `long`, lowest address in the lowest bits, and are tested in it
/// without a branch for each (Warren, Hacker's Delight, 6-1 "Find first 0-byte"). A test may also
/// answer for bytes behind a hit, never for one before it, and only the first is asked for.
public final class ByteSearch {

    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = ONES << 7;
    private static final long LFS = ONES * '\n';
    private static final long CRS = ONES * '\r';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private ByteSearch() {}

    /// Where the first LF or CR of `bytes[from … to)` is, or `to`.
    public static int lineEnd(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, i);
            long hits = below(eight ^ LFS, ONES) | below(eight ^ CRS, ONES);
            if (hits != 0) {
                return i + first(hits);
            }
        }
        while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /// Where the plain part of a JSON string ends: at the first quote, backslash or control
    /// character of `bytes[from … to)`, or at `to`.
    static int plainEnd(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, i);
            long hits =
                    below(eight ^ QUOTES, ONES)
                            | below(eight ^ BACKSLASHES, ONES)
                            | below(eight, SPACES);
            if (hits != 0) {
                return i + first(hits);
            }
        }
        while (i < to && isPlain(bytes[i])) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(byte b) {
        return b != '"' && b != '\\' && (b >= ' ' || b < 0);
    }

    /// The high bit of each byte that is below the same byte of `limits`, unsigned, for limits up
    /// to 128.
    private static long below(long eight, long limits) {
        return (eight - limits) & ~eight & HIGH_BITS;
    }

    private static int first(long hits) {
        return Long.numberOfTrailingZeros(hits) >>> 3;
    }
}
