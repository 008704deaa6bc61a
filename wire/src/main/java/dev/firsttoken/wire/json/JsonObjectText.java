package dev.firsttoken.wire.json;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.InvalidRequestException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// A JSON object that keeps its text: every byte was checked, and each top-level member is known by
/// where its value stands.
///
/// Made for requests that are passed on with little changed: what is not touched stays as it was
/// written, to the byte.
public final class JsonObjectText {

    /// How many characters a number may have.
    public static final int MAX_NUMBER_LENGTH = 100;

    /// How many characters a name may have.
    public static final int MAX_NAME_LENGTH = 1000;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(JsonLimits.DEEPEST + 1)
                                    .maxNameLength(MAX_NAME_LENGTH)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /// The value of one member: `text()[from … to)`.
    ///
    /// @param string the value unescaped when it is a short string, for names and switches
    /// @param size how many elements an array has, 0 for anything else
    public record Member(Kind kind, int from, int to, @Nullable String string, int size) {}

    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL
    }

    private static final int SHORT_STRING = 1024;

    private final byte[] text;
    private final Map<String, Member> members;
    private final int openEnd;

    private JsonObjectText(byte[] text, Map<String, Member> members, int openEnd) {
        this.text = text;
        this.members = members;
        this.openEnd = openEnd;
    }

    /// Reads a text within the usual limits.
    ///
    /// @throws InvalidRequestException as [#read(byte\[\], JsonLimits)]
    public static JsonObjectText read(byte[] text) throws InvalidRequestException {
        return read(text, JsonLimits.USUAL);
    }

    /// @throws InvalidRequestException when the bytes are not one JSON object in UTF-8 within the
    ///   limits, when they hold half of a surrogate pair, or when a top-level name occurs twice
    public static JsonObjectText read(byte[] text, JsonLimits limits)
            throws InvalidRequestException {
        if (text.length == 0) {
            throw new InvalidRequestException("the body is empty (expected: a JSON object)", null);
        }
        if (!startsAsUtf8Json(text)) {
            throw new InvalidRequestException(
                    "the body does not start like a JSON object in UTF-8 (expected: '{')", null);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            var tokens = new Tokens(parser, limits);
            if (tokens.next() != JsonToken.START_OBJECT) {
                throw new InvalidRequestException("the body is not a JSON object", null);
            }
            int openEnd = (int) parser.currentLocation().getByteOffset();
            var members = new LinkedHashMap<String, Member>();
            while (tokens.next() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (members.put(name, tokens.member()) != null) {
                    throw new InvalidRequestException("occurs twice in the body", name);
                }
            }
            if (parser.nextToken() != null) {
                throw new InvalidRequestException(
                        "the body goes on after the JSON object's end", null);
            }
            int notUnicode = notUnicodeAt(text);
            if (notUnicode >= 0) {
                throw new InvalidRequestException(
                        "the body is not Unicode at byte "
                                + notUnicode
                                + " (expected: UTF-8, surrogates only in pairs)",
                        null);
            }
            return new JsonObjectText(text, members, openEnd);
        } catch (StreamConstraintsException e) {
            throw new InvalidRequestException(
                    "the body has a name that is too long (expected: at most "
                            + MAX_NAME_LENGTH
                            + " characters)",
                    null);
        } catch (JacksonException e) {
            // Only where, never what: the parser's own message quotes the text.
            long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            throw new InvalidRequestException(
                    "the body is not valid JSON" + (offset < 0 ? "" : " at byte " + offset), null);
        }
    }

    /// Where the text stops being Unicode: at bytes that are not UTF-8 in its only correct
    /// spelling, or at half of a surrogate pair written as an escape. The parser takes both, and
    /// other readers of the same bytes may see another text in them.
    ///
    /// @return the offset, or -1 when all is well
    private static int notUnicodeAt(byte[] json) {
        for (int i = 0; i < json.length; ) {
            byte b = json[i];
            int length = b == '\\' ? escapeLength(json, i) : b >= 0 ? 1 : utf8Length(json, i);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /// The length of an escape, of both halves for a surrogate pair, or 0 for a half without the
    /// other.
    private static int escapeLength(byte[] json, int at) {
        if (json[at + 1] != 'u') {
            return 2;
        }
        char unit = escapedUnit(json, at);
        if (!Character.isSurrogate(unit)) {
            return 6;
        }
        boolean pair =
                Character.isHighSurrogate(unit)
                        && json[at + 6] == '\\'
                        && json[at + 7] == 'u'
                        && Character.isLowSurrogate(escapedUnit(json, at + 6));
        return pair ? 12 : 0;
    }

    private static char escapedUnit(byte[] json, int at) {
        return (char) HexFormat.fromHexDigits(new String(json, at + 2, 4, US_ASCII));
    }

    /// The length of a character of more than one byte, or 0 when it is none (Unicode, table 3-7).
    private static int utf8Length(byte[] json, int at) {
        int lead = json[at] & 0xFF;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > json.length) {
            return 0;
        }
        int codePoint = lead & 0x7F >> length;
        for (int i = at + 1; i < at + length; i++) {
            if ((json[i] & 0xC0) != 0x80) {
                return 0;
            }
            codePoint = codePoint << 6 | json[i] & 0x3F;
        }
        boolean tooLong = codePoint < (length == 3 ? 0x800 : length == 4 ? 0x10000 : 0x80);
        boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
        return tooLong || surrogate || codePoint > Character.MAX_CODE_POINT ? 0 : length;
    }

    /// Keeps the parser from guessing UTF-16, and from accepting a byte order mark.
    private static boolean startsAsUtf8Json(byte[] text) {
        byte first = text[0];
        boolean opens =
                first == '{' || first == ' ' || first == '\n' || first == '\r' || first == '\t';
        return opens && (text.length < 2 || text[1] != 0);
    }

    /// A parser that counts.
    private static final class Tokens {
        private final JsonParser parser;
        private final JsonLimits limits;
        private int values;
        private int depth;

        Tokens(JsonParser parser, JsonLimits limits) {
            this.parser = parser;
            this.limits = limits;
        }

        @Nullable JsonToken next() throws InvalidRequestException {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return null;
            }
            if (++values > limits.values()) {
                throw beyond("has too many names, values and brackets", limits.values());
            }
            switch (token) {
                case START_OBJECT, START_ARRAY -> {
                    if (++depth > limits.depth()) {
                        throw beyond("nests too deep", limits.depth() + " levels");
                    }
                }
                case END_OBJECT, END_ARRAY -> depth--;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    if (parser.getStringLength() > MAX_NUMBER_LENGTH) {
                        throw beyond(
                                "has a number that is too long", MAX_NUMBER_LENGTH + " characters");
                    }
                }
                default -> {
                    // Texts are as long as they like within the body, and words are short.
                }
            }
            return token;
        }

        /// The value that follows a name.
        Member member() throws InvalidRequestException {
            JsonToken token = next();
            int from = (int) parser.currentTokenLocation().getByteOffset();
            String string = null;
            int size = 0;
            Kind kind =
                    switch (token) {
                        case START_OBJECT -> Kind.OBJECT;
                        case START_ARRAY -> Kind.ARRAY;
                        case VALUE_STRING -> Kind.STRING;
                        case VALUE_TRUE -> Kind.TRUE;
                        case VALUE_FALSE -> Kind.FALSE;
                        case VALUE_NULL -> Kind.NULL;
                        case null, default -> Kind.NUMBER;
                    };
            switch (kind) {
                case STRING ->
                        string =
                                parser.getStringLength() <= SHORT_STRING
                                        ? parser.getString()
                                        : null;
                case OBJECT -> skip();
                case ARRAY -> size = skip();
                case NUMBER, TRUE, FALSE, NULL -> {
                    // They have no more to them.
                }
            }
            int to = (int) parser.currentLocation().getByteOffset();
            return new Member(kind, from, to, string, size);
        }

        /// Goes to the end of the object or array that was entered.
        ///
        /// @return how many elements the array has; names and values of an object
        private int skip() throws InvalidRequestException {
            int outer = depth - 1;
            int size = 0;
            while (depth > outer) {
                boolean direct = depth == outer + 1;
                next();
                size += direct && depth > outer ? 1 : 0;
            }
            return size;
        }

        private InvalidRequestException beyond(String what, Object most) {
            return new InvalidRequestException(
                    "the body "
                            + what
                            + " at byte "
                            + parser.currentTokenLocation().getByteOffset()
                            + " (expected: at most "
                            + most
                            + ")",
                    null);
        }
    }

    public byte[] text() {
        return text;
    }

    /// The member of this name, or null when there is none or when its value is `null`.
    public @Nullable Member get(String name) {
        Member member = members.get(name);
        return member == null || member.kind == Kind.NULL ? null : member;
    }

    /// The member of this name also when its value is `null`.
    public @Nullable Member getEvenNull(String name) {
        return members.get(name);
    }

    public Iterable<String> names() {
        return members.keySet();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /// Where new members can be inserted: right behind the opening brace.
    public int insertionPoint() {
        return openEnd;
    }

    /// The same text with another value for a member, or with one more member, the first.
    public byte[] with(String name, byte[] value) {
        Member written = getEvenNull(name);
        var out = new Utf8Buffer(text().length + value.length + 64);
        if (written != null) {
            out.put(text(), 0, written.from()).put(value);
            return out.put(text(), written.to(), text().length).toByteArray();
        }
        out.put(text(), 0, insertionPoint()).jsonString(name).put((byte) ':').put(value);
        out.raw(isEmpty() ? "" : ",");
        return out.put(text(), insertionPoint(), text().length).toByteArray();
    }

    /// The member's value as it was written.
    public byte[] valueOf(Member member) {
        return Arrays.copyOfRange(text, member.from, member.to);
    }
}
