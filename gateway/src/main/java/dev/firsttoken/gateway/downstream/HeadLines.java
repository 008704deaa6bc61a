package dev.firsttoken.gateway.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The lines of one HTTP/1 head, held against the grammar of RFC 9112 without any leniency.
///
/// What decides where a request ends, `content-length` and `transfer-encoding`, may come once, in
/// its plainest form, and not together: two servers in a row must not be able to read it in two
/// ways.
final class HeadLines {

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final boolean[] TOKEN = new boolean[128];

    /// Longest number of digits that surely fits a long.
    private static final int MAX_LENGTH_DIGITS = 18;

    static {
        for (char c = 0; c < 128; c++) {
            TOKEN[c] =
                    c >= '0' && c <= '9'
                            || c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || TOKEN_MARKS.indexOf(c) >= 0;
        }
    }

    private final int maxHeaders;
    private boolean requestLineSeen;
    private boolean complete;
    private boolean http10;
    private boolean lengthSeen;
    private boolean codingSeen;
    private int headers;

    HeadLines(int maxHeaders) {
        this.maxHeaders = maxHeaders;
    }

    /// The next line begins another head.
    void reset() {
        requestLineSeen = false;
        complete = false;
        http10 = false;
        lengthSeen = false;
        codingSeen = false;
        headers = 0;
    }

    /// Whether the empty line that ends a head has been seen.
    boolean isComplete() {
        return complete;
    }

    /// @param to behind the line's last byte; its line end is not part of it
    @Nullable BadRequestException check(ByteBuf buffer, int from, int to) {
        if (!requestLineSeen) {
            requestLineSeen = true;
            return checkRequestLine(buffer, from, to);
        }
        if (from == to) {
            complete = true;
            return null;
        }
        if (++headers > maxHeaders) {
            return new BadRequestException(
                    new Failure(
                            Failure.Kind.TOO_LARGE,
                            431,
                            "the request has more than " + maxHeaders + " headers",
                            null));
        }
        return checkField(buffer, from, to);
    }

    private @Nullable BadRequestException checkRequestLine(ByteBuf buffer, int from, int to) {
        int first = buffer.indexOf(from, to, (byte) ' ');
        int second = first < 0 ? -1 : buffer.indexOf(first + 1, to, (byte) ' ');
        if (second < 0) {
            return BadRequestException.invalid(
                    "the request line has not three parts (expected: method, target and version)");
        }
        if (first == from || !isToken(buffer, from, first)) {
            return BadRequestException.invalid("the method is not a token (RFC 9110, 9.1)");
        }
        for (int i = first + 1; i < second; i++) {
            byte b = buffer.getByte(i);
            if (b <= ' ' || b == 0x7f || b == '#') {
                return BadRequestException.invalid(
                        "the request's target has a character that must be percent-encoded");
            }
        }
        if (second == first + 1) {
            return BadRequestException.invalid("the request line has two blanks in a row");
        }
        String version = buffer.toString(second + 1, to - second - 1, ISO_8859_1);
        http10 = version.equals("HTTP/1.0");
        if (http10 || version.equals("HTTP/1.1")) {
            return null;
        }
        boolean other =
                version.length() == 8
                        && version.startsWith("HTTP/")
                        && isDigit((byte) version.charAt(5))
                        && version.charAt(6) == '.'
                        && isDigit((byte) version.charAt(7));
        return other
                ? BadRequestException.withStatus(
                        505, "the version is not spoken here (expected: HTTP/1.1)")
                : BadRequestException.invalid(
                        "the request line ends with no version (expected: HTTP/1.1)");
    }

    private @Nullable BadRequestException checkField(ByteBuf buffer, int from, int to) {
        int colon = buffer.indexOf(from, to, (byte) ':');
        if (colon <= from || !isToken(buffer, from, colon)) {
            return BadRequestException.invalid(
                    "a header's name is not a token, or its line is folded (RFC 9112, 5)");
        }
        for (int i = colon + 1; i < to; i++) {
            byte b = buffer.getByte(i);
            if (b >= 0 && b < ' ' && b != '\t' || b == 0x7f) {
                return BadRequestException.invalid("a header's value has a control character");
            }
        }
        int length = colon - from;
        if (length == "content-length".length() && isName(buffer, from, "content-length")) {
            return checkLength(value(buffer, colon + 1, to));
        }
        if (length == "transfer-encoding".length() && isName(buffer, from, "transfer-encoding")) {
            return checkCoding(value(buffer, colon + 1, to));
        }
        return null;
    }

    private @Nullable BadRequestException checkLength(String value) {
        if (lengthSeen || codingSeen) {
            return framedTwice();
        }
        lengthSeen = true;
        boolean digits = !value.isEmpty() && value.length() <= MAX_LENGTH_DIGITS;
        for (int i = 0; digits && i < value.length(); i++) {
            digits = isDigit((byte) value.charAt(i)) && value.charAt(i) < 128;
        }
        return digits
                ? null
                : BadRequestException.invalid("content-length is not a number (expected: digits)");
    }

    private @Nullable BadRequestException checkCoding(String value) {
        if (lengthSeen || codingSeen) {
            return framedTwice();
        }
        codingSeen = true;
        if (http10) {
            return BadRequestException.invalid("HTTP/1.0 has no transfer-encoding (RFC 9112, 6.1)");
        }
        if (value.equalsIgnoreCase("chunked")) {
            return null;
        }
        return isListOfTokens(value)
                ? BadRequestException.withStatus(
                        501, "transfer-encoding is not supported (expected: chunked)")
                : BadRequestException.invalid(
                        "transfer-encoding is not a coding (expected: chunked)");
    }

    private static BadRequestException framedTwice() {
        return BadRequestException.invalid(
                "the request says twice how long its body is (expected: one content-length, or"
                        + " transfer-encoding: chunked)");
    }

    private static boolean isListOfTokens(String value) {
        for (String coding : value.toLowerCase(Locale.ROOT).split(",", -1)) {
            String name = coding.strip();
            if (name.isEmpty() || !name.chars().allMatch(c -> c < 128 && TOKEN[c])) {
                return false;
            }
        }
        return true;
    }

    /// The value without the blanks and tabs around it.
    private static String value(ByteBuf buffer, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(buffer.getByte(start))) {
            start++;
        }
        while (end > start && isBlank(buffer.getByte(end - 1))) {
            end--;
        }
        return buffer.toString(start, end - start, ISO_8859_1);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isToken(ByteBuf buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = buffer.getByte(i);
            if (b < 0 || !TOKEN[b]) {
                return false;
            }
        }
        return true;
    }

    /// @param name in lower case, as long as what it is compared with
    private static boolean isName(ByteBuf buffer, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            byte b = buffer.getByte(from + i);
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
