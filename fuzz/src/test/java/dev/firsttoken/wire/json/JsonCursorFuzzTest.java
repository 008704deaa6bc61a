package dev.firsttoken.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// What is JSON to Jackson is the same JSON to the cursor, and hardly anything else is.
class JsonCursorFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.chunks(),
                Seeds.of(
                        "null",
                        " [1, -2.5e3 , true,false,{\"a\":[]} ,\"\\u00e6\\n\\\"\\ud83d\\ude00\"]\n",
                        "[".repeat(JsonCursor.MAX_DEPTH) + "]".repeat(JsonCursor.MAX_DEPTH)));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::cursorReadsWhatJacksonReads);
    }

    @MethodSource("seeds")
    @FuzzTest
    void cursorReadsWhatJacksonReads(byte[] text) throws Exception {
        boolean accepted = JsonCursorTest.accepts(text);
        boolean json = JsonCursorTest.jacksonAccepts(text);
        if (json && depth(text) <= JsonCursor.MAX_DEPTH) {
            assertThat(accepted).isTrue();
            if (new String(text, UTF_8).indexOf('\uFFFD') < 0) {
                assertThat(JsonCursorTest.tree(text)).isEqualTo(JsonTree.of(text));
            }
        } else if (accepted) {
            assertThat(JsonCursorTest.hasNumberOrHighByte(text)).isTrue();
        }
        // Skipping and reading come to the same end, and neither looks outside of its range.
        String read = JsonCursorTest.outcome(text, 0, text.length);
        if (!accepted) {
            assertThat(read).startsWith("at byte ");
        }
        byte[] inside = new byte[text.length + 16];
        Arrays.fill(inside, (byte) '"');
        System.arraycopy(text, 0, inside, 8, text.length);
        assertThat(JsonCursorTest.outcome(inside, 8, 8 + text.length)).isEqualTo(read);
    }

    private static int depth(byte[] json) {
        int depth = 0;
        int deepest = 0;
        boolean string = false;
        for (int i = 0; i < json.length; i++) {
            switch (json[i]) {
                case '"' -> string = !string;
                case '\\' -> i++;
                case '[', '{' -> deepest = Math.max(deepest, string ? 0 : ++depth);
                case ']', '}' -> depth -= string ? 0 : 1;
                default -> {}
            }
        }
        return deepest;
    }
}
