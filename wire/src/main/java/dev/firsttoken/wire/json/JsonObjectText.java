package dev.firsttoken.wire.json;

import dev.firsttoken.wire.event.InvalidRequestException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// A JSON object that keeps its text: every byte was checked, and each top-level member is known by
/// where its value stands.
///
/// Made for requests that are passed on with little changed: what is not touched stays as it was
/// written, to the byte.
public final class JsonObjectText {

    /// How deep a request may nest.
    public static final int MAX_DEPTH = 64;

    /// How many tokens (brackets, names, values) a request may have.
    public static final int MAX_TOKENS = 200_000;

    /// How many characters a number may have.
    public static final int MAX_NUMBER_LENGTH = 100;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxTokenCount(MAX_TOKENS)
                                    .maxNumberLength(MAX_NUMBER_LENGTH)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /// The value of one member: `text()[from … to)`.
    ///
    /// @param string the value unescaped when it is a short string, for names and switches
    public record Member(Kind kind, int from, int to, @Nullable String string) {}

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

    /// @throws InvalidRequestException when the bytes are not one JSON object in UTF-8 within the
    ///   limits above, or when a top-level name occurs twice
    public static JsonObjectText read(byte[] text) throws InvalidRequestException {
        if (text.length == 0) {
            throw new InvalidRequestException("the body is empty (expected: a JSON object)", null);
        }
        if (!startsAsUtf8Json(text)) {
            throw new InvalidRequestException(
                    "the body does not start like a JSON object in UTF-8 (expected: '{')", null);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRequestException("the body is not a JSON object", null);
            }
            int openEnd = (int) parser.currentLocation().getByteOffset();
            var members = new LinkedHashMap<String, Member>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (members.put(name, member(parser)) != null) {
                    throw new InvalidRequestException("occurs twice in the body", name);
                }
            }
            if (parser.nextToken() != null) {
                throw new InvalidRequestException(
                        "the body goes on after the JSON object's end", null);
            }
            return new JsonObjectText(text, members, openEnd);
        } catch (JacksonException e) {
            // Only where, never what: the parser's own message quotes the text.
            long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            throw new InvalidRequestException(
                    "the body is not valid JSON" + (offset < 0 ? "" : " at byte " + offset), null);
        }
    }

    /// Keeps the parser from guessing UTF-16, and from accepting a byte order mark.
    private static boolean startsAsUtf8Json(byte[] text) {
        byte first = text[0];
        boolean opens =
                first == '{' || first == ' ' || first == '\n' || first == '\r' || first == '\t';
        return opens && (text.length < 2 || text[1] != 0);
    }

    private static Member member(JsonParser parser) {
        JsonToken token = parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        String string = null;
        Kind kind =
                switch (token) {
                    case START_OBJECT -> Kind.OBJECT;
                    case START_ARRAY -> Kind.ARRAY;
                    case VALUE_STRING -> Kind.STRING;
                    case VALUE_TRUE -> Kind.TRUE;
                    case VALUE_FALSE -> Kind.FALSE;
                    case VALUE_NULL -> Kind.NULL;
                    default -> Kind.NUMBER;
                };
        if (kind == Kind.STRING) {
            string = parser.getStringLength() <= SHORT_STRING ? parser.getString() : null;
        } else {
            parser.skipChildren();
        }
        if (kind == Kind.NUMBER) {
            parser.getNumberType();
        }
        return new Member(kind, from, (int) parser.currentLocation().getByteOffset(), string);
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

    /// The member's value as it was written.
    public byte[] valueOf(Member member) {
        return Arrays.copyOfRange(text, member.from, member.to);
    }
}
