package dev.firsttoken.wire.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A reading position in a JSON text, moved by asking for what one wants and skipping the rest.
///
/// Checks the syntax of everything it passes, except that numbers are only bounded, not validated
/// digit by digit, and bytes above 127 inside strings are taken as they come. Nothing is allocated
/// until a value is asked for as a [String].
///
/// ```java
/// cursor.reset(bytes, from, to);
/// cursor.enterObject();
/// while (cursor.nextField()) {
///     if (cursor.fieldIs(MODEL)) { … cursor.string() … } else cursor.skip();
/// }
/// cursor.end();
/// ```
///
/// Owned by one thread at a time.
public final class JsonCursor {

    /// How deep objects and arrays may nest.
    public static final int MAX_DEPTH = 64;

    /// The most that [#count] counts: more than anybody means, and few enough to add some up.
    public static final long MAX_COUNT = 1_000_000_000_000_000L;

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[0];
    private int start;
    private int limit;
    private int at;
    private int depth;

    /// An object or array was just entered, so no comma is due before its next member.
    private boolean fresh;

    private int fieldFrom;
    private int fieldTo;
    private boolean fieldEscaped;
    private int valueFrom;
    private int valueTo;
    private boolean escaped;

    /// Points at the first value of a text.
    public void reset(byte[] text, int from, int to) {
        bytes = text;
        start = from;
        limit = to;
        at = from;
        depth = 0;
        fresh = false;
    }

    /// The first byte of the value ahead, which tells its type: `{`, `[`, `"`, `t`, `f`, `n`, `-`
    /// or a digit.
    public byte peek() throws JsonException {
        skipBlanks();
        if (at == limit) {
            throw expected("a value");
        }
        return bytes[at];
    }

    public boolean isNull() throws JsonException {
        return peek() == 'n';
    }

    public boolean isString() throws JsonException {
        return peek() == '"';
    }

    public boolean isObject() throws JsonException {
        return peek() == '{';
    }

    public boolean isArray() throws JsonException {
        return peek() == '[';
    }

    public void enterObject() throws JsonException {
        enter((byte) '{', "an object");
    }

    public void enterArray() throws JsonException {
        enter((byte) '[', "an array");
    }

    private void enter(byte open, String what) throws JsonException {
        if (peek() != open) {
            throw expected(what);
        }
        if (++depth > MAX_DEPTH) {
            throw expected("at most " + MAX_DEPTH + " levels");
        }
        at++;
        fresh = true;
    }

    /// Moves to the next member of the object that was entered.
    ///
    /// @return false when the object has ended, and then the cursor is behind it
    public boolean nextField() throws JsonException {
        if (!nextMember((byte) '}')) {
            return false;
        }
        if (peek() != '"') {
            throw expected("a field name");
        }
        passString();
        fieldFrom = valueFrom;
        fieldTo = valueTo;
        fieldEscaped = escaped;
        if (peek() != ':') {
            throw expected("a colon");
        }
        at++;
        return true;
    }

    /// Moves to the next element of the array that was entered.
    ///
    /// @return false when the array has ended, and then the cursor is behind it
    public boolean nextElement() throws JsonException {
        return nextMember((byte) ']');
    }

    private boolean nextMember(byte close) throws JsonException {
        byte b = peek();
        boolean first = fresh;
        fresh = false;
        if (b == close) {
            at++;
            depth--;
            return false;
        }
        if (!first) {
            if (b != ',') {
                throw expected("a comma or the end");
            }
            at++;
        }
        return true;
    }

    /// Whether the current field has this name. An escaped spelling of it does not count.
    public boolean fieldIs(byte[] name) {
        return same(fieldFrom, fieldTo, name);
    }

    /// The current field's name, unescaped.
    public String field() throws JsonException {
        return text(fieldFrom, fieldTo, fieldEscaped);
    }

    /// Passes the value ahead and gives it as it was written.
    public RawJson raw() throws JsonException {
        int from = position();
        skip();
        return new RawJson(new String(bytes, from, at - from, StandardCharsets.UTF_8));
    }

    /// Passes a string if one is ahead that is not empty; otherwise passes the value and gives
    /// null.
    public @Nullable String stringOrNull() throws JsonException {
        return readNonEmptyString() ? value() : null;
    }

    /// Passes a string and leaves its raw bytes, without quotes, in `bytes[valueFrom() …
    /// valueTo())`.
    public void readString() throws JsonException {
        if (peek() != '"') {
            throw expected("a string");
        }
        passString();
    }

    /// Passes a string if one is ahead, or `null`, or any other value.
    ///
    /// @return whether it was a string that is not empty
    public boolean readNonEmptyString() throws JsonException {
        if (peek() != '"') {
            skip();
            return false;
        }
        passString();
        return valueTo > valueFrom;
    }

    public byte[] array() {
        return bytes;
    }

    public int valueFrom() {
        return valueFrom;
    }

    public int valueTo() {
        return valueTo;
    }

    /// Whether the string that was read last is exactly these raw bytes.
    public boolean valueIs(byte[] expected) {
        return same(valueFrom, valueTo, expected);
    }

    /// Names are short and mostly differ in length, so that a loop beats a call.
    private boolean same(int from, int to, byte[] expected) {
        if (to - from != expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[from + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /// The string that was read last, unescaped.
    public String value() throws JsonException {
        return text(valueFrom, valueTo, escaped);
    }

    /// Passes a string and gives it unescaped.
    public String string() throws JsonException {
        readString();
        return value();
    }

    /// Passes a number and gives its whole part; passes anything else and gives 0.
    public long number() throws JsonException {
        byte b = peek();
        if (b != '-' && (b < '0' || b > '9')) {
            skip();
            return 0;
        }
        int i = b == '-' ? at + 1 : at;
        long value = 0;
        int digits = 0;
        while (i < limit && bytes[i] >= '0' && bytes[i] <= '9') {
            value = value * 10 + (bytes[i++] - '0');
            if (++digits > 18) {
                throw expected("a number of at most 18 digits");
            }
        }
        passNumber();
        return b == '-' ? -value : value;
    }

    /// Passes a number and gives its whole part; passes anything else, negative numbers too, and
    /// gives -1.
    ///
    /// @throws JsonException also when the number is not below the limit
    public int numberBelow(int end) throws JsonException {
        byte first = peek();
        if (first < '0' || first > '9') {
            skip();
            return -1;
        }
        int from = at;
        long number = number();
        if (number >= end) {
            at = from;
            throw expected("a number below " + end);
        }
        return (int) number;
    }

    /// Passes a number and gives it as a count of things: its whole part, 0 when it is negative and
    /// [#MAX_COUNT] when it is larger than that. Passes anything else and gives 0.
    public long count() throws JsonException {
        return Math.clamp(number(), 0, MAX_COUNT);
    }

    public boolean booleanOrFalse() throws JsonException {
        boolean yes = peek() == 't';
        skip();
        return yes;
    }

    /// Where the value ahead starts, to come back to it with [#seek].
    public int position() throws JsonException {
        peek();
        return at;
    }

    /// Where the value that was passed last ends.
    public int behind() {
        return at;
    }

    /// Goes to a value whose position was remembered. The depth is that of the place one comes
    /// from.
    public void seek(int position) {
        at = position;
        fresh = false;
    }

    /// Passes the value ahead, whatever it is.
    public void skip() throws JsonException {
        switch (peek()) {
            case '"' -> passString();
            case '{', '[' -> skipNested();
            case 't' -> passWord(TRUE);
            case 'f' -> passWord(FALSE);
            case 'n' -> passWord(NULL);
            default -> passNumber();
        }
    }

    /// Checks that nothing but blanks follows.
    public void end() throws JsonException {
        skipBlanks();
        if (at < limit) {
            throw expected("nothing more");
        }
    }

    /// One bit per open level, set for objects: enough to check brackets without a stack.
    private void skipNested() throws JsonException {
        long objects = 0;
        int outer = depth;
        while (true) {
            byte b = peek();
            if (b == '{' || b == '[') {
                objects = objects << 1 | (b == '{' ? 1 : 0);
                enter(b, "a value");
            } else {
                skip();
            }
            while (!((objects & 1) == 1 ? nextField() : nextElement())) {
                objects >>>= 1;
                if (depth == outer) {
                    return;
                }
            }
        }
    }

    private void passString() throws JsonException {
        valueFrom = at + 1;
        escaped = false;
        int i = ByteSearch.plainEnd(bytes, at + 1, limit);
        while (i < limit && bytes[i] == '\\') {
            escaped = true;
            i = ByteSearch.plainEnd(bytes, i + escapeLength(i), limit);
        }
        if (i < limit && bytes[i] == '"') {
            valueTo = i;
            at = i + 1;
            return;
        }
        at = i;
        throw expected(i < limit ? "no control character in a string" : "the end of a string");
    }

    private int escapeLength(int i) throws JsonException {
        if (i + 1 < limit) {
            switch (bytes[i + 1]) {
                case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                    return 2;
                }
                case 'u' -> {
                    if (i + 5 < limit && hex(i + 2) >= 0) {
                        return 6;
                    }
                }
                default -> {
                    // falls out of the switch to the error
                }
            }
        }
        at = i;
        throw expected("a string escape");
    }

    /// The value of four hexadecimal digits, or -1.
    private int hex(int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private void passNumber() throws JsonException {
        int i = at;
        while (i < limit && isNumberByte(bytes[i])) {
            i++;
        }
        if (i == at) {
            throw expected("a value");
        }
        at = i;
    }

    private static boolean isNumberByte(byte b) {
        return b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E';
    }

    private void passWord(byte[] word) throws JsonException {
        int end = at + word.length;
        if (end > limit || !same(at, end, word)) {
            throw expected(new String(word, StandardCharsets.US_ASCII));
        }
        at = end;
    }

    private void skipBlanks() {
        byte[] b = bytes;
        int i = at;
        if (i < limit && b[i] > ' ') {
            // What nearly all providers send: no blank.
            return;
        }
        while (i < limit && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r')) {
            i++;
        }
        at = i;
    }

    private String text(int from, int to, boolean withEscapes) throws JsonException {
        if (!withEscapes) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        var text = new StringBuilder(to - from);
        int plain = from;
        for (int i = from; i < to; ) {
            if (bytes[i] != '\\') {
                i++;
                continue;
            }
            text.append(new String(bytes, plain, i - plain, StandardCharsets.UTF_8));
            int length = escapeLength(i);
            text.append(
                    switch (bytes[i + 1]) {
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'u' -> (char) hex(i + 2);
                        default -> (char) bytes[i + 1];
                    });
            i += length;
            plain = i;
        }
        return text.append(new String(bytes, plain, to - plain, StandardCharsets.UTF_8)).toString();
    }

    private JsonException expected(String what) {
        return new JsonException(what, at - start);
    }
}
