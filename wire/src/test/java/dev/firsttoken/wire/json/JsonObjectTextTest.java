package dev.firsttoken.wire.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonObjectText.Kind;
import dev.firsttoken.wire.json.JsonObjectText.Member;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | OBJECT", "{\"b\":1} | OBJECT", "[] | ARRAY", "[1,[2]] | ARRAY",
                "\"\" | STRING", "\"x\\\"y\" | STRING", "0 | NUMBER", "-1.5e3 | NUMBER",
                "true | TRUE", "false | FALSE", "null | NULL"
            })
    void everyMemberIsKnownByKindAndPlace(String value, Kind kind) throws Exception {
        for (String form :
                new String[] {"{\"a\":%s}", " {\n\"ü\" : 1 , \"a\" :\t%s\r\n, \"b\":2} "}) {
            JsonObjectText text = JsonObjectText.read(form.formatted(value).getBytes(UTF_8));
            Member member = text.getEvenNull("a");
            assertThat(member.kind()).isEqualTo(kind);
            assertThat(new String(text.valueOf(member), UTF_8)).isEqualTo(value);
            assertThat(text.get("a")).isEqualTo(kind == Kind.NULL ? null : member);
        }
    }

    @Test
    void randomObjectsReadAsJacksonReadsThem() throws Exception {
        var random = new Random(11);
        for (int round = 0; round < 3_000; round++) {
            var json = new RandomJson(random, false);
            byte[] bytes = (json.blank() + json.object(5) + json.blank()).getBytes(UTF_8);
            JsonObjectText text = JsonObjectText.read(bytes);
            Map<String, Object> tree = JsonTree.object(bytes);
            assertThat(text.names()).containsExactlyElementsOf(tree.keySet());
            for (String name : text.names()) {
                Member member = text.getEvenNull(name);
                assertThat(JsonTree.of(text.valueOf(member))).isEqualTo(tree.get(name));
                if (member.kind() == Kind.STRING) {
                    assertThat(member.string()).isEqualTo(tree.get(name));
                }
            }
            assertThat(bytes[text.insertionPoint() - 1]).isEqualTo((byte) '{');
            assertThat(text.isEmpty()).isEqualTo(tree.isEmpty());
        }
    }

    @Test
    void mutantsAreRefusedWithAReasonOrRead() {
        var random = new Random(12);
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = new RandomJson(random, true).object(4).getBytes(UTF_8);
            byte[] mutant = RandomJson.mutated(bytes, random);
            try {
                JsonObjectText text = JsonObjectText.read(mutant);
                for (String name : text.names()) {
                    JsonTree.of(text.valueOf(text.getEvenNull(name)));
                }
                assertThat(new String(mutant, UTF_8).getBytes(UTF_8)).isEqualTo(mutant);
            } catch (InvalidRequestException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "\"a\"",
                "{",
                "}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1}}",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":NaN}",
                "{\"a\":[1,2}",
                "{\"a\":\"x}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":tru}",
                "/* */{}",
                "{}//",
                "{\"a\":1e}",
                "{\"a\":--1}",
                "{\"a\":[1,]}",
                "\u000B{}"
            })
    void whatIsNotOneJsonObjectIsRefused(String text) {
        assertRefused(text.getBytes(UTF_8));
    }

    @Test
    void refusalSaysWhereAndNotWhat() {
        assertThatThrownBy(() -> JsonObjectText.read("{\"a\":\"secret\" secret}".getBytes(UTF_8)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageMatching("the body is not valid JSON at byte \\d+")
                .hasMessageNotContaining("secret");
    }

    @Test
    void nameThatOccursTwiceIsRefused() {
        for (String text :
                new String[] {
                    "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":1,\"b\":2,\"a\":null}"
                }) {
            assertThatThrownBy(() -> JsonObjectText.read(text.getBytes(UTF_8)))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            e -> assertThat(e.field()).isEqualTo("a"))
                    .hasMessage("occurs twice in the body");
        }
    }

    @Test
    void otherEncodingsAndByteOrderMarksAreRefused() {
        String text = "{\"a\":1}";
        for (Charset charset :
                new Charset[] {
                    UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE")
                }) {
            assertRefused(text.getBytes(charset));
            assertRefused(("\uFEFF" + text).getBytes(charset));
            assertRefused((" " + text).getBytes(charset));
        }
        assertRefused(("\uFEFF" + text).getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080",
                "\u00BF",
                "\u00C0\u00AE",
                "\u00C1\u00BF",
                "\u00C3",
                "\u00C3x",
                "\u00E0\u0080\u00AF",
                "\u00E0\u009F\u00BF",
                "\u00E6\u00B5",
                "\u00ED\u00A0\u0080",
                "\u00ED\u00BF\u00BF",
                "\u00ED\u00A0\u00BD\u00ED\u00B8\u0080",
                "\u00F0\u0080\u0080\u00AF",
                "\u00F0\u008F\u00BF\u00BF",
                "\u00F0\u009F\u0098",
                "\u00F4\u0090\u0080\u0080",
                "\u00F5\u0080\u0080\u0080",
                "\u00FF",
                "\u00FE"
            })
    void bytesThatAreNotUtf8AreRefusedWhereverTheyStand(String bytes) {
        assertRefused(("{\"a\":\"" + bytes + "\"}").getBytes(ISO_8859_1));
        assertRefused(("{\"" + bytes + "\":1}").getBytes(ISO_8859_1));
        assertRefused(("{\"a\":[{\"b\":\"" + bytes + "\"}]}").getBytes(ISO_8859_1));
        assertRefused(("{\"a\":\"" + "x".repeat(5000) + bytes + "\"}").getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud800",
                "\\udc00",
                "\\uDBFFx",
                "\\ud83d\\ud83d",
                "\\ude00\\ud83d",
                "\\ud83d\\n",
                "\\ud83d\\\\ude00"
            })
    void halfOfASurrogatePairIsRefused(String escape) {
        for (String form :
                new String[] {"{\"a\":\"%s\"}", "{\"%s\":1}", "{\"a\":[{\"b\":\"x%s\"}]}"}) {
            assertThatThrownBy(() -> JsonObjectText.read(form.formatted(escape).getBytes(UTF_8)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(" at byte ");
        }
    }

    @Test
    void everythingElseOfUnicodeIsWelcome() throws Exception {
        String all = "\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFF\uD800\uDC00\uDBFF\uDFFF\u0000";
        String escapes = "\\ud83d\\ude00\\uD7FF\\ue000\\\\ud800\\u0000";
        byte[] text = ("{\"a\":\"" + all.replace("\0", "") + escapes + "\"}").getBytes(UTF_8);
        assertThat(JsonObjectText.read(text).get("a").string())
                .isEqualTo(JsonTree.object(text).get("a"));
    }

    @Test
    void limitsAreExact() {
        int levels = JsonLimits.USUAL.depth();
        assertRead("{\"a\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}");
        assertRefused(("{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}").getBytes(UTF_8));
        assertRead("{\"a\":" + "1".repeat(JsonObjectText.MAX_NUMBER_LENGTH) + "}");
        assertRefused(
                ("{\"a\":" + "1".repeat(JsonObjectText.MAX_NUMBER_LENGTH + 1) + "}")
                        .getBytes(UTF_8));
        assertRefused(
                ("{\"a\":[0." + "1".repeat(JsonObjectText.MAX_NUMBER_LENGTH + 1) + "]}")
                        .getBytes(UTF_8));
        assertRead("{\"a\":[" + "1,".repeat(190_000) + "1]}");
        assertRefused(
                ("{\"a\":[" + "1,".repeat(JsonLimits.USUAL.values()) + "1]}").getBytes(UTF_8));
    }

    @Test
    void whatIsTooMuchIsNamedWithItsPlace() throws Exception {
        var limits = new JsonLimits(4, 12);
        assertThatCode(() -> JsonObjectText.read("{\"a\":[[[1]]]}".getBytes(UTF_8), limits))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObjectText.read("{\"a\":[[[[1]]]]}".getBytes(UTF_8), limits))
                .hasMessage("the body nests too deep at byte 8 (expected: at most 4 levels)");
        assertThatThrownBy(() ->
                        JsonObjectText.read(
                                "{\"a\":[1,2,3,4,5,6,7,8,9,0]}".getBytes(UTF_8), limits))
                .hasMessage(
                        "the body has too many names, values and brackets at byte 24 (expected: at"
                                + " most 12)");
        assertThatThrownBy(() ->
                        JsonObjectText.read(("{\"a\":[" + "1".repeat(101) + "]}").getBytes(UTF_8)))
                .hasMessage(
                        "the body has a number that is too long at byte 6 (expected: at most 100"
                                + " characters)");
        assertThatThrownBy(() ->
                        JsonObjectText.read(("{\"" + "x".repeat(2000) + "\":1}").getBytes(UTF_8)))
                .hasMessage(
                        "the body has a name that is too long (expected: at most 1000 characters)");
    }

    @Test
    void aBombIsNoWorseThanItsFirstBytes() {
        for (String bomb : new String[] {"[", "{\"a\":", "[{\"a\":["}) {
            assertThatThrownBy(() ->
                            JsonObjectText.read(("{\"a\":" + bomb.repeat(1 << 20)).getBytes(UTF_8)))
                    .hasMessageContaining("nests too deep");
        }
    }

    @Test
    void elementsOfAnArrayAreCounted() throws Exception {
        JsonObjectText text =
                JsonObjectText.read(
                        "{\"a\":[],\"b\":[[1,2],{\"c\":[3]},4],\"d\":{\"e\":1},\"f\":1}"
                                .getBytes(UTF_8));
        assertThat(text.get("a").size()).isZero();
        assertThat(text.get("b").size()).isEqualTo(3);
    }

    @Test
    void longTextHasNoStringButItsPlace() throws Exception {
        String longest = "x".repeat(1024);
        JsonObjectText text =
                JsonObjectText.read(
                        ("{\"a\":\"" + longest + "\",\"b\":\"" + longest + "x\"}").getBytes(UTF_8));
        assertThat(text.get("a").string()).isEqualTo(longest);
        assertThat(text.get("b").string()).isNull();
        assertThat(text.valueOf(text.get("b"))).hasSize(1027);
    }

    @Test
    void bodyOfManyMegabytesIsRead() throws Exception {
        var text = new StringBuilder("{\"a\":\"");
        text.append("流😀x".repeat(1 << 20)).append("\",\"b\":[\"").append("y".repeat(1 << 20));
        byte[] bytes = text.append("\"]}").toString().getBytes(UTF_8);
        JsonObjectText read = JsonObjectText.read(bytes);
        var names = new ArrayList<String>();
        read.names().forEach(names::add);
        assertThat(names).containsExactly("a", "b");
        assertThat(read.valueOf(read.get("b"))).hasSize((1 << 20) + 4);
    }

    private static void assertRead(String text) {
        assertThatCode(() -> JsonObjectText.read(text.getBytes(UTF_8))).doesNotThrowAnyException();
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> JsonObjectText.read(bytes))
                .isInstanceOf(InvalidRequestException.class);
    }
}
