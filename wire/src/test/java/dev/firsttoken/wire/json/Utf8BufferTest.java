package dev.firsttoken.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8BufferTest {

    @Test
    void stringsReadBackAsTheyWere() {
        var random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            String text = randomText(random, false);
            byte[] json = new Utf8Buffer(0).jsonString(text).toByteArray();
            assertThat(JsonTree.of(json)).isEqualTo(text);
        }
    }

    @Test
    void unpairedSurrogatesBecomeReplacementCharacters() {
        var random = new Random(6);
        for (int round = 0; round < 20_000; round++) {
            String text = randomText(random, true);
            byte[] json = new Utf8Buffer(0).jsonString(text).toByteArray();
            var expected = new StringBuilder();
            text.codePoints()
                    .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
                    .forEach(expected::appendCodePoint);
            assertThat(JsonTree.of(json)).isEqualTo(expected.toString());
        }
        assertThat(json("\ud800")).isEqualTo("\"\uFFFD\"");
        assertThat(json("\udc00\ud800")).isEqualTo("\"\uFFFD\uFFFD\"");
        assertThat(json("\ud83d\ude00\ude00")).isEqualTo("\"😀\uFFFD\"");
    }

    @Test
    void onlyWhatMustBeEscapedIs() {
        assertThat(json("a\"\\/\n\r\t\b\u0001\u001f\u007fü\u2028"))
                .isEqualTo("\"a\\\"\\\\/\\n\\r\\t\\u0008\\u0001\\u001f\u007fü\u2028\"");
        assertThat(json("")).isEqualTo("\"\"");
    }

    @Test
    void noTextCanEndALineOfAnEventStream() {
        var random = new Random(8);
        for (int round = 0; round < 20_000; round++) {
            byte[] json = new Utf8Buffer(0).jsonString(randomText(random, true)).toByteArray();
            assertThat(json).doesNotContain('\n', '\r', 0);
        }
    }

    @Test
    void rawTextIsUtf8AndNothingElse() {
        assertThat(new Utf8Buffer(0).raw("a\"\nü😀b").toByteArray())
                .isEqualTo("a\"\nü😀b".getBytes(UTF_8));
        assertThat(new Utf8Buffer(0).raw("").isEmpty()).isTrue();
    }

    @Test
    void numbersAreDecimal() {
        var out = new Utf8Buffer(0);
        for (long number : new long[] {0, 9, 10, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            out.number(number).put((byte) ' ');
        }
        assertThat(out.toString()).isEqualTo("0 9 10 -1 9223372036854775807 -9223372036854775808 ");
    }

    @Test
    void clearedBufferKeepsItsMemoryAndNothingElse() {
        var out = new Utf8Buffer(16).raw("x".repeat(1000));
        byte[] memory = out.array();
        out.clear().raw("y");
        assertThat(out.array()).isSameAs(memory);
        assertThat(out.toString()).isEqualTo("y");
    }

    private static String json(String text) {
        return new Utf8Buffer(0).jsonString(text).toString();
    }

    private static String randomText(Random random, boolean loneSurrogates) {
        var text = new StringBuilder();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(6)) {
                case 0 -> text.append((char) random.nextInt(0x20));
                case 1, 2 -> text.append((char) (0x20 + random.nextInt(0x60)));
                case 3 -> text.append((char) (0x80 + random.nextInt(0xD800 - 0x80)));
                case 4 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> {
                    if (loneSurrogates) {
                        text.append((char) (0xD800 + random.nextInt(0x800)));
                    } else {
                        text.append("\"\\/".charAt(random.nextInt(3)));
                    }
                }
            }
        }
        return text.toString();
    }
}
