package dev.firsttoken.wire.sse;

import dev.firsttoken.wire.json.ByteSearch;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cuts a byte stream into [frames][SseFrame], however the bytes were cut on their way here.
///
/// Lines end with LF, CR or CRLF; a byte order mark at the very start is dropped; everything else
/// comes out again, byte for byte, as the raw part of some frame. A block that ends with a CR is
/// handed out at once: if the LF of a CRLF follows later, it becomes the first raw byte of the next
/// frame.
///
/// As long as blocks arrive whole, frames are views on the caller's bytes and nothing is copied;
/// only the rest of a cut block is kept. One instance per stream, used by one thread at a time.
///
/// Source: WHATWG HTML, "Server-sent events", sections 9.2.5 and 9.2.6.
public final class SseDecoder {

    /// Takes frames as they are completed.
    @FunctionalInterface
    public interface Sink {
        /// @param frame valid only during this call
        void frame(SseFrame frame);
    }

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);
    static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
    static final byte[] RETRY = "retry".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    /// Memory beyond this is given back after the block that needed it.
    private static final int LARGE = 16 * 1024;

    private final int maxLineBytes;
    private final int maxEventBytes;
    private final SseFrame frame = new SseFrame();

    /// The start of a block whose end has not arrived: `kept[0 … keptLength)`.
    private byte[] kept = NOTHING;

    private int keptLength;

    // The state of the current block. Offsets count from the block's first byte, so that they stay
    // right when the block moves into `kept`.
    private int scanned;
    private int lineStart;
    private int dataFrom;
    private int dataTo;
    private int dataLines;
    private int nameFrom;
    private int nameTo;
    private boolean errorField;
    private boolean resuming;

    /// 1 when the block's first byte is the LF of the last block's CRLF, which is not its own.
    private int lateLf;

    private boolean joined;
    private Utf8Buffer joinedData = new Utf8Buffer(16);

    /// How many bytes of the mark have been seen at the start, or -1 once the start is behind us.
    private int markSeen;

    /// The last byte was a CR that ended a line, so an LF right after it belongs to that line end.
    private boolean afterCr;

    /// @param maxLineBytes longest line, its line end not counted
    /// @param maxEventBytes longest block, line ends counted, where the last one counts as one byte
    public SseDecoder(int maxLineBytes, int maxEventBytes) {
        this.maxLineBytes = maxLineBytes;
        this.maxEventBytes = maxEventBytes;
    }

    /// Takes the next bytes and hands out every block that they complete.
    ///
    /// @throws SseLimitException when a line or block is too long; the decoder is of no use after
    ///   it
    public void feed(byte[] bytes, int from, int to, Sink sink) throws SseLimitException {
        int start = markSeen >= 0 ? skipByteOrderMark(bytes, from, to) : from;
        if (start == to) {
            return;
        }
        if (keptLength == 0) {
            int rest = scan(bytes, start, to, sink);
            keep(bytes, rest, to);
        } else {
            keep(bytes, start, to);
            int length = keptLength;
            int rest = scan(kept, 0, length, sink);
            if (rest > 0) {
                // Only then: a large event in many small reads must not be moved for each of them.
                keptLength = 0;
                keep(kept, rest, length);
            }
        }
    }

    /// Says that no more bytes come, and hands out what is left as an
    /// [unterminated][SseFrame#isTerminated] frame, if anything is.
    public void end(Sink sink) {
        if (markSeen > 0) {
            // A stream that ends in the middle of a mark.
            keep(BYTE_ORDER_MARK, 0, markSeen);
            markSeen = -1;
        }
        if (keptLength == 0) {
            return;
        }
        if (lineStart < keptLength) {
            line(kept, 0, lineStart, keptLength);
        }
        dispatch(kept, 0, keptLength, false, sink);
        keptLength = 0;
    }

    /// Whether a block has begun that has not ended.
    public boolean isInsideBlock() {
        return keptLength > 0;
    }

    /// How much memory is held for cut and joined blocks.
    int heldBytes() {
        return kept.length + joinedData.array().length;
    }

    private int skipByteOrderMark(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to
                && markSeen < BYTE_ORDER_MARK.length
                && bytes[at] == BYTE_ORDER_MARK[markSeen]) {
            markSeen++;
            at++;
        }
        if (markSeen < BYTE_ORDER_MARK.length && at == to) {
            return to;
        }
        if (markSeen > 0 && markSeen < BYTE_ORDER_MARK.length) {
            // It only looked like a mark: what was held back is data after all.
            keep(BYTE_ORDER_MARK, 0, markSeen);
        }
        markSeen = -1;
        return at;
    }

    /// Scans on from where the last call stopped.
    ///
    /// @return where the first incomplete block starts
    private int scan(byte[] bytes, int from, int to, Sink sink) throws SseLimitException {
        int block = from;
        int at = from + scanned;
        while (at < to) {
            if (afterCr) {
                afterCr = false;
                if (bytes[at] == '\n') {
                    lateLf = at == block ? 1 : lateLf;
                    at++;
                    lineStart++;
                    continue;
                }
            }
            int end = ByteSearch.lineEnd(bytes, at, to);
            int lineLength = end - (block + lineStart);
            if (lineLength > maxLineBytes) {
                throw new SseLimitException("a line", maxLineBytes);
            }
            if (end - block - lateLf >= maxEventBytes) {
                throw new SseLimitException("an event", maxEventBytes);
            }
            if (end == to) {
                at = to;
                break;
            }
            at = end + 1;
            boolean blank = lineLength == 0;
            if (!blank) {
                line(bytes, block, block + lineStart, end);
            }
            if (bytes[end] == '\r') {
                if (at < to && bytes[at] == '\n') {
                    at++;
                } else {
                    afterCr = at == to;
                }
            }
            lineStart = at - block;
            if (blank) {
                dispatch(bytes, block, at, true, sink);
                block = at;
            }
        }
        scanned = at - block;
        return block;
    }

    private void line(byte[] bytes, int block, int from, int to) {
        switch (bytes[from]) {
            case 'd' -> {
                if (isField(bytes, from, to, DATA)) {
                    data(bytes, block, valueFrom(bytes, from + DATA.length, to), to);
                }
            }
            case 'e' -> {
                if (isField(bytes, from, to, EVENT)) {
                    nameFrom = valueFrom(bytes, from + EVENT.length, to) - block;
                    nameTo = to - block;
                } else if (isField(bytes, from, to, ERROR)) {
                    errorField = true;
                    data(bytes, block, valueFrom(bytes, from + ERROR.length, to), to);
                }
            }
            case 'i' -> resuming |= isField(bytes, from, to, ID);
            case 'r' -> resuming |= isField(bytes, from, to, RETRY);
            default -> {
                // A comment or a field that nobody knows: none of them is data.
            }
        }
    }

    private void data(byte[] bytes, int block, int from, int to) {
        dataLines++;
        if (dataLines == 1) {
            dataFrom = from - block;
            dataTo = to - block;
            return;
        }
        if (!joined) {
            joined = true;
            joinedData.clear().put(bytes, block + dataFrom, block + dataTo);
        }
        joinedData.put((byte) '\n').put(bytes, from, to);
    }

    static boolean isField(byte[] bytes, int from, int to, byte[] name) {
        int end = from + name.length;
        if (end > to || end < to && bytes[end] != ':') {
            return false;
        }
        return Arrays.equals(bytes, from, end, name, 0, name.length);
    }

    /// Where a field's value starts, given where its name ends: behind the colon and one space.
    private static int valueFrom(byte[] bytes, int nameEnd, int to) {
        int at = nameEnd;
        if (at < to) {
            at++;
            if (at < to && bytes[at] == ' ') {
                at++;
            }
        }
        return at;
    }

    private void dispatch(byte[] bytes, int block, int end, boolean terminated, Sink sink) {
        SseFrame view = frame;
        view.raw = bytes;
        view.rawFrom = block;
        view.rawTo = end;
        view.hasData = dataLines > 0;
        if (joined) {
            view.data = joinedData.array();
            view.dataFrom = 0;
            view.dataTo = joinedData.length();
        } else {
            view.data = bytes;
            view.dataFrom = block + dataFrom;
            view.dataTo = block + dataTo;
        }
        view.name = bytes;
        view.nameFrom = block + nameFrom;
        view.nameTo = block + nameTo;
        view.errorField = errorField;
        view.resuming = resuming;
        view.terminated = terminated;
        scanned = 0;
        lineStart = 0;
        dataFrom = 0;
        dataTo = 0;
        dataLines = 0;
        nameFrom = 0;
        nameTo = 0;
        errorField = false;
        resuming = false;
        lateLf = 0;
        joined = false;
        sink.frame(view);
        if (joinedData.array().length > LARGE) {
            joinedData = new Utf8Buffer(16);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        int count = to - from;
        if (kept.length - keptLength < count) {
            kept =
                    Arrays.copyOf(
                            kept, Math.max(keptLength + count, Math.max(512, kept.length * 2)));
        }
        System.arraycopy(bytes, from, kept, keptLength, count);
        keptLength += count;
        if (keptLength == 0 && kept.length > LARGE) {
            kept = NOTHING;
        }
    }
}
