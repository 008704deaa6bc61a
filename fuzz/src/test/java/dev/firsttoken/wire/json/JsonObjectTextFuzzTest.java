package dev.firsttoken.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.event.InvalidRequestException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// A request is refused, or every member stands where it is said to stand; and any text that is
/// written as a JSON string reads back.
class JsonObjectTextFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.chunks(),
                Seeds.of(
                        "{}",
                        " {\"a\" : \"\\ud83d\\ude00\", \"ü\":[1,{\"b\":null}],\"c\":-1.5e3 } ",
                        "{\"a\":{},\"a\":1}"));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::membersStandWhereTheyAreSaidTo);
    }

    @MethodSource("seeds")
    @FuzzTest
    void membersStandWhereTheyAreSaidTo(byte[] input) throws Exception {
        writtenTextReadsBack(new String(input, UTF_8));
        JsonObjectText text;
        try {
            text = JsonObjectText.read(input);
        } catch (InvalidRequestException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        Map<String, Object> tree = JsonTree.object(input);
        assertThat(text.names()).containsExactlyElementsOf(tree.keySet());
        for (String name : text.names()) {
            JsonObjectText.Member member = text.getEvenNull(name);
            assertThat(JsonTree.of(text.valueOf(member))).isEqualTo(tree.get(name));
        }
        assertThat(input[text.insertionPoint() - 1]).isEqualTo((byte) '{');
        // What may pass as a request is text to everybody, and JSON to the cursor too.
        assertThat(new String(input, UTF_8).getBytes(UTF_8)).isEqualTo(input);
        assertThat(JsonCursorTest.accepts(input)).isTrue();
    }

    private static void writtenTextReadsBack(String text) throws JsonException {
        byte[] literal = new Utf8Buffer(16).jsonString(text).toByteArray();
        assertThat(JsonCursorTest.tree(literal)).isEqualTo(text);
        assertThat(JsonTree.of(literal)).isEqualTo(text);
    }
}
