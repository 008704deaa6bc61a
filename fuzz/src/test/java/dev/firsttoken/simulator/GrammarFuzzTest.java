package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Any model name and header shape an answer or are refused in words; any body is a question or
/// none.
class GrammarFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.of(
                        "sim/tokens-200+gap-20ms+ttft-100ms\nstall-after=3, ttft=2s",
                        "sim/reasoning-5+tools-2+finish-length+seed-7+split-random-3",
                        "gpt\njitter=0.5,stalls=0.01:2s,split-bytes,content-length,close-delimited",
                        "sim/\n ",
                        "{\"model\":\"m\",\"messages\":[{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}"),
                Grammar.help()
                        .lines()
                        .filter(line -> line.startsWith("  "))
                        .map(line -> "\n" + line.strip().split(" ")[0].replace("-N", "-5"))
                        .map(line -> line.replace("-TIME", "-5ms").getBytes(UTF_8)));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::wordsAreUnderstoodOrRefused);
    }

    @MethodSource("seeds")
    @FuzzTest
    void wordsAreUnderstoodOrRefused(byte[] input) {
        String text = new String(input, UTF_8);
        int end = text.indexOf('\n');
        String model = end < 0 ? text : text.substring(0, end);
        String header = end < 0 ? "" : text.substring(end + 1);
        try {
            Script script = Grammar.parse(model, header, Script.DEFAULT);
            assertThat(Grammar.parse(model, header, Script.DEFAULT).toString())
                    .hasSameSizeAs(script.toString());
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("(");
        }
    }
}
