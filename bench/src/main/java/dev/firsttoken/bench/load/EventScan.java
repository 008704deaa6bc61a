package dev.firsttoken.bench.load;

import dev.firsttoken.bench.endpoint.Api;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Counts the content events of one event stream and compares their text with the expected answer,
/// byte by byte, as it arrives.
///
/// Looks at `data` lines only, each taken as one event, since the dialects write one line an event.
/// The field that holds text (`content`, in Anthropic's dialect `text`) stands at the same place in
/// nearly every event of a stream, so its last place is tried before searching. Text is compared
/// after undoing JSON's escapes: a relay may escape differently from the upstream, but it may not
/// change, lose, repeat or reorder a character. Owned by one thread.
final class EventScan {

    private static final byte[] DATA = ascii("data:");
    private static final byte[] DONE = ascii("[DONE]");
    private static final byte[] ERROR = ascii("{\"error\"");
    private static final byte[] CONTENT = ascii("\"content\":");
    private static final byte[] TEXT = ascii("\"text\":");
    private static final byte[] TYPE = ascii("{\"type\":");
    private static final byte[] TYPE_STOP = ascii("\"message_stop\"");
    private static final byte[] TYPE_ERROR = ascii("\"error\"");
    private static final int SHOWN_BYTES = 200;
    private static final int LINE_LIMIT = 1 << 20;

    private final boolean anthropic;
    private final byte[] field;
    private final boolean keepsText;
    private @Nullable Answer expected;
    private byte[] expectedText = {};
    private byte[] text = {};
    private int textLength;
    private boolean textDiffers;

    private byte[] line = new byte[512];
    private int lineLength;
    private int contentOffset;

    private int contentEvents;
    private int comments;
    private boolean done;
    private @Nullable String fault;

    /// @param keepsText whether what was said shall become an [#answer]
    EventScan(Api api, boolean keepsText) {
        anthropic = api == Api.ANTHROPIC;
        field = anthropic ? TEXT : CONTENT;
        this.keepsText = keepsText;
    }

    /// Begins a stream that has to say this, or anything that ends well.
    void reset(@Nullable Answer expected) {
        this.expected = expected;
        expectedText = expected == null ? new byte[0] : expected.text();
        textLength = 0;
        textDiffers = false;
        lineLength = 0;
        contentEvents = 0;
        comments = 0;
        done = false;
        fault = null;
    }

    /// Events with text in them: role, usage and finish events are not content.
    int contentEvents() {
        return contentEvents;
    }

    /// Comment lines, which are heartbeats.
    int comments() {
        return comments;
    }

    /// What was said.
    Answer answer() {
        return new Answer(contentEvents, Arrays.copyOf(text, textLength));
    }

    /// What is wrong with this stream now that it has ended, or null if nothing is.
    @Nullable String verdict() {
        if (fault != null) {
            return fault;
        }
        if (!done) {
            return anthropic ? "ended without message_stop" : "ended without [DONE]";
        }
        if (expected == null) {
            return null;
        }
        if (contentEvents != expected.contentEvents()) {
            return contentEvents < expected.contentEvents() ? "events missing" : "events too many";
        }
        if (textDiffers || textLength != expectedText.length) {
            return "text differs from the upstream's";
        }
        return null;
    }

    void feed(byte[] bytes, int from, int to) {
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                if (lineLength == 0) {
                    line(bytes, start, i);
                } else {
                    keep(bytes, start, i);
                    line(line, 0, lineLength);
                    lineLength = 0;
                }
                start = i + 1;
            }
        }
        if (start < to) {
            keep(bytes, start, to);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        int length = lineLength + to - from;
        if (length > LINE_LIMIT) {
            throw new IllegalStateException("line is longer than " + LINE_LIMIT);
        }
        if (length > line.length) {
            line = Arrays.copyOf(line, Math.max(length, line.length * 2));
        }
        System.arraycopy(bytes, from, line, lineLength, to - from);
        lineLength = length;
    }

    private void line(byte[] bytes, int from, int lineEnd) {
        int to = lineEnd > from && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        if (startsWith(bytes, from, to, DATA)) {
            int payload = from + DATA.length;
            data(bytes, payload < to && bytes[payload] == ' ' ? payload + 1 : payload, to);
        } else if (from < to && bytes[from] == ':') {
            comments++;
        }
    }

    private void data(byte[] bytes, int from, int to) {
        if (done) {
            fault("event after the end");
        } else if (anthropic && startsWith(bytes, from, to, TYPE) && isTerminal(bytes, from, to)) {
            // Nothing else is in it.
        } else if (to - from == DONE.length && startsWith(bytes, from, to, DONE)) {
            done = true;
        } else if (startsWith(bytes, from, to, ERROR)) {
            errorEvent(bytes, from, to);
        } else {
            int at = contentAt(bytes, from, to);
            while (at < to && bytes[at] == ' ') {
                at++;
            }
            if (at + 1 < to && bytes[at] == '"' && bytes[at + 1] != '"') {
                contentEvents++;
                text(bytes, at + 1, to);
            }
        }
    }

    /// Anthropic's two last events: the end, and the error.
    private boolean isTerminal(byte[] bytes, int from, int to) {
        int at = from + TYPE.length;
        while (at < to && bytes[at] == ' ') {
            at++;
        }
        if (startsWith(bytes, at, to, TYPE_STOP)) {
            done = true;
        } else if (startsWith(bytes, at, to, TYPE_ERROR)) {
            errorEvent(bytes, from, to);
        } else {
            return false;
        }
        return true;
    }

    private void errorEvent(byte[] bytes, int from, int to) {
        int shown = Math.min(to - from, SHOWN_BYTES);
        fault(new String(bytes, from, shown, StandardCharsets.UTF_8));
    }

    /// Where the value of the field begins, or `to` if there is none.
    private int contentAt(byte[] bytes, int from, int to) {
        if (startsWith(bytes, from + contentOffset, to, field)) {
            return from + contentOffset + field.length;
        }
        for (int i = from; i <= to - field.length; i++) {
            if (bytes[i] == '"' && startsWith(bytes, i, to, field)) {
                contentOffset = i - from;
                return i + field.length;
            }
        }
        return to;
    }

    /// Reads a JSON string from behind its opening quote.
    private void text(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != '"') {
            if (bytes[i] != '\\') {
                said(bytes[i++]);
                continue;
            }
            if (i + 1 >= to) {
                break;
            }
            switch (bytes[i + 1]) {
                case 'n' -> said('\n');
                case 't' -> said('\t');
                case 'r' -> said('\r');
                case 'b' -> said('\b');
                case 'f' -> said('\f');
                case 'u' -> {
                    i = unicode(bytes, i, to);
                    continue;
                }
                default -> said(bytes[i + 1]);
            }
            i += 2;
        }
        if (i >= to) {
            fault("content is not closed");
        }
    }

    private int unicode(byte[] bytes, int at, int to) {
        int code = hex4(bytes, at + 2, to);
        int next = at + 6;
        if (Character.isHighSurrogate((char) code)
                && next + 6 <= to
                && bytes[next] == '\\'
                && bytes[next + 1] == 'u') {
            code = Character.toCodePoint((char) code, (char) hex4(bytes, next + 2, to));
            next += 6;
        }
        for (byte b : Character.toString(code).getBytes(StandardCharsets.UTF_8)) {
            said(b);
        }
        return next;
    }

    private int hex4(byte[] bytes, int from, int to) {
        if (from + 4 > to) {
            fault("escape is cut");
            return 0xFFFD;
        }
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            value = value * 16 + Math.max(0, Character.digit(bytes[i], 16));
        }
        return value;
    }

    private void said(int b) {
        if (keepsText) {
            keep((byte) b);
        } else if (expected == null) {
            // Whatever it is, it is right.
        } else if (textLength < expectedText.length && expectedText[textLength] == (byte) b) {
            textLength++;
        } else {
            textDiffers = true;
        }
    }

    private void keep(byte b) {
        if (textLength == text.length) {
            text = Arrays.copyOf(text, Math.max(1024, textLength * 2));
        }
        text[textLength++] = b;
    }

    private void fault(String what) {
        if (fault == null) {
            fault = what;
        }
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        if (to - from < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
