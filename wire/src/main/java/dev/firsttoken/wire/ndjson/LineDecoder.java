package dev.firsttoken.wire.ndjson;

import java.util.Arrays;

/// Cuts a byte stream into lines, however the bytes were cut on their way here.
///
/// Lines end with LF; a CR before it is a blank that JSON allows. Blank lines are nothing. As long
/// as lines arrive whole, they are handed out where they are and nothing is copied; only the rest
/// of a cut line is kept. One instance per stream, used by one thread at a time.
///
/// Source: the NDJSON specification, version 1.0.0.
public final class LineDecoder {

    /// Takes lines as they are completed.
    @FunctionalInterface
    public interface Sink {
        /// @param bytes valid only during this call; the line is `bytes[from … to)`, without its
        ///   end
        /// @param terminated whether its end was there: only the last line of a stream can lack it
        void line(byte[] bytes, int from, int to, boolean terminated);
    }

    private static final byte[] NOTHING = new byte[0];

    /// Memory beyond this is given back after the line that needed it.
    private static final int LARGE = 16 * 1024;

    private final int maxLineBytes;

    /// The start of a line whose end has not arrived: `kept[0 … length)`.
    private byte[] kept = NOTHING;

    private int length;

    /// @param maxLineBytes longest line, its end not counted
    public LineDecoder(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
    }

    /// Takes the next bytes and hands out every line that they complete.
    ///
    /// @throws LineLimitException when a line is too long; the decoder is of no use after it
    public void feed(byte[] bytes, int from, int to, Sink sink) throws LineLimitException {
        int line = from;
        for (int at = from; at < to; at++) {
            if (bytes[at] != '\n') {
                continue;
            }
            check(length + at - line);
            if (length == 0) {
                hand(bytes, line, at, true, sink);
            } else {
                keep(bytes, line, at);
                int whole = length;
                length = 0;
                hand(kept, 0, whole, true, sink);
                kept = kept.length > LARGE ? NOTHING : kept;
            }
            line = at + 1;
        }
        check(length + to - line);
        keep(bytes, line, to);
    }

    /// Says that no more bytes come, and hands out what is left, if anything is.
    public void end(Sink sink) {
        int rest = length;
        length = 0;
        hand(kept, 0, rest, false, sink);
    }

    /// How much memory is held for cut lines.
    int heldBytes() {
        return kept.length;
    }

    private void check(int lineLength) throws LineLimitException {
        if (lineLength > maxLineBytes) {
            throw new LineLimitException(maxLineBytes);
        }
    }

    private static void hand(byte[] bytes, int from, int to, boolean terminated, Sink sink) {
        for (int at = from; at < to; at++) {
            if (bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '\r') {
                sink.line(bytes, from, to, terminated);
                return;
            }
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        int count = to - from;
        if (count == 0) {
            return;
        }
        if (kept.length - length < count) {
            kept = Arrays.copyOf(kept, Math.max(length + count, Math.max(512, kept.length * 2)));
        }
        System.arraycopy(bytes, from, kept, length, count);
        length += count;
    }
}
