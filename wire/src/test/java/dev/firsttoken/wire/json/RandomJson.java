package dev.firsttoken.wire.json;

import java.util.Random;

/// Random JSON texts: every kind of value, white space and escape, valid unless they are mutated.
public final class RandomJson {

    private static final String[] PLAIN = {
        "a", "model", "x y", "ü", "流れ", "😀", "\u2028", "\u007F", "\u0080", "/", "'", "{", "]", ":",
        ",", "0"
    };
    private static final String[] ESCAPES = {
        "\\\"",
        "\\\\",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\u0000",
        "\\u00fc",
        "\\uFFFF",
        "\\ud83d\\ude00",
        "\\uD83D\\uDE00",
        "\\u0022",
        "\\u005C"
    };
    private static final String[] LONE_SURROGATES = {"\\ud800", "\\udfff", "\\ud83d\\ud83d"};
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "42",
        "1763800000",
        "9007199254740993",
        "0.5",
        "-1.25e-3",
        "1E+10",
        "123456789012345678"
    };
    private static final String[] BLANKS = {"", "", "", " ", "\n", "\t", "\r\n", "   "};

    private final Random random;
    private final boolean loneSurrogates;

    /// @param loneSurrogates whether strings may hold escapes of half a pair
    public RandomJson(Random random, boolean loneSurrogates) {
        this.random = random;
        this.loneSurrogates = loneSurrogates;
    }

    /// A value with blanks around it.
    public String value(int depth) {
        return blank() + bareValue(depth) + blank();
    }

    private String bareValue(int depth) {
        return switch (random.nextInt(depth > 0 ? 10 : 6)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> pick(NUMBERS);
            case 3, 4, 5 -> string();
            case 6, 7 -> array(depth);
            default -> object(depth);
        };
    }

    /// An object whose names are all different.
    public String object(int depth) {
        var text = new StringBuilder("{").append(blank());
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : "," + blank());
            text.append('"').append(i).append(characters(3)).append('"').append(blank());
            text.append(':').append(value(depth - 1));
        }
        return text.append('}').toString();
    }

    private String array(int depth) {
        var text = new StringBuilder("[").append(blank());
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(value(depth - 1));
        }
        return text.append(']').toString();
    }

    /// A string literal.
    public String string() {
        return '"' + characters(random.nextInt(10) == 0 ? 60 : 8) + '"';
    }

    private String characters(int atMost) {
        var text = new StringBuilder();
        int count = random.nextInt(atMost + 1);
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(20);
            text.append(
                    kind == 0 && loneSurrogates
                            ? pick(LONE_SURROGATES)
                            : kind < 6 ? pick(ESCAPES) : pick(PLAIN));
        }
        return text.toString();
    }

    /// White space, or none.
    public String blank() {
        return pick(BLANKS);
    }

    /// Changes, removes, doubles or adds some bytes.
    public static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutant = bytes.clone();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count && mutant.length > 0; i++) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(5)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] = (byte) "{}[]\",:\\u0\n\r e".charAt(random.nextInt(14));
                case 2 ->
                        mutant =
                                spliced(
                                        mutant,
                                        at,
                                        Math.min(mutant.length, at + 1 + random.nextInt(8)),
                                        at,
                                        at);
                case 3 ->
                        mutant =
                                spliced(
                                        mutant,
                                        at,
                                        at,
                                        at,
                                        Math.min(mutant.length, at + 1 + random.nextInt(8)));
                default -> mutant = spliced(mutant, at, mutant.length, at, at);
            }
        }
        return mutant;
    }

    /// The bytes with `from … to` replaced by a copy of `copyFrom … copyTo`.
    private static byte[] spliced(byte[] bytes, int from, int to, int copyFrom, int copyTo) {
        return new Utf8Buffer(bytes.length + 16)
                .put(bytes, 0, from)
                .put(bytes, copyFrom, copyTo)
                .put(bytes, to, bytes.length)
                .toByteArray();
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
