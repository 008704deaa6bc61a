package dev.firsttoken.wire.ndjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Any bytes are the lines that they are, however they are cut.
public class LineDecoderTest {

    /// The lines of a stream, the last one with a mark when its end is missing.
    public static List<String> decode(byte[] stream, int maxLine, Random cuts, int longest)
            throws LineLimitException {
        var lines = new ArrayList<String>();
        var decoder = new LineDecoder(maxLine);
        LineDecoder.Sink sink =
                (bytes, from, to, terminated) ->
                        lines.add(
                                new String(bytes, from, to - from, UTF_8)
                                        + (terminated ? "" : "<cut"));
        for (int at = 0; at < stream.length; ) {
            int to = at + Math.min(stream.length - at, 1 + cuts.nextInt(longest));
            decoder.feed(stream, at, to, sink);
            at = to;
        }
        decoder.end(sink);
        return lines;
    }

    private static List<String> decode(String stream) throws LineLimitException {
        return decode(stream.getBytes(UTF_8), 100, new Random(1), 1000);
    }

    @Test
    void linesEndWithLfAndBlankOnesAreNothing() throws Exception {
        assertThat(decode("{\"a\":1}\n\n \t\r\n{\"b\":2}\r\n{\"c\"}"))
                .containsExactly("{\"a\":1}", "{\"b\":2}\r", "{\"c\"}<cut");
        assertThat(decode("")).isEmpty();
        assertThat(decode("\n \n")).isEmpty();
    }

    @Test
    void cutsMakeNoDifference() throws Exception {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append("{}ab \r\n\né".charAt(random.nextInt(9)));
            }
            byte[] stream = text.toString().getBytes(UTF_8);
            List<String> whole = decode(stream, 200, random, Integer.MAX_VALUE);
            assertThat(decode(stream, 200, random, 1)).isEqualTo(whole);
            assertThat(decode(stream, 200, random, 9)).isEqualTo(whole);
        }
    }

    @Test
    void aLineHasALimitHoweverItIsCut() throws Exception {
        byte[] fits = ("x".repeat(100) + "\n" + "y".repeat(100)).getBytes(UTF_8);
        byte[] tooLong = ("x".repeat(101) + "\n").getBytes(UTF_8);
        for (int longest : new int[] {1, 13, 1000}) {
            assertThat(decode(fits, 100, new Random(3), longest)).hasSize(2);
            assertThatThrownBy(() -> decode(tooLong, 100, new Random(3), longest))
                    .isInstanceOf(LineLimitException.class)
                    .hasMessage("a line is longer than 100 bytes");
        }
    }

    @Test
    void memoryOfALongLineIsGivenBack() throws Exception {
        var decoder = new LineDecoder(1 << 20);
        LineDecoder.Sink nobody = (_, _, _, _) -> {};
        byte[] half = "x".repeat(100_000).getBytes(UTF_8);
        decoder.feed(half, 0, half.length, nobody);
        assertThat(decoder.heldBytes()).isGreaterThanOrEqualTo(half.length);
        decoder.feed(new byte[] {'\n'}, 0, 1, nobody);
        assertThat(decoder.heldBytes()).isZero();
    }
}
