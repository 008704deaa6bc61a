package dev.firsttoken.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Eight bytes at once find what one byte after the other finds.
class ByteSearchFuzzTest {

    static Stream<byte[]> seeds() {
        return Seeds.of(
                "",
                "\n",
                "plain text without an end\r\n",
                "\"quoted \\\" text\"",
                "\u0080\u007F\u001F");
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::everyPlaceIsFound);
    }

    @MethodSource("seeds")
    @FuzzTest
    void everyPlaceIsFound(byte[] bytes) {
        int nextEnd = bytes.length;
        int nextStop = bytes.length;
        for (int from = bytes.length - 1; from >= 0; from--) {
            int b = bytes[from] & 0xFF;
            nextEnd = b == '\n' || b == '\r' ? from : nextEnd;
            nextStop = b == '"' || b == '\\' || b < ' ' ? from : nextStop;
            check(bytes, from, bytes.length, nextEnd, nextStop);
            int to = from + (bytes.length - from) / 2;
            check(bytes, from, to, Math.min(nextEnd, to), Math.min(nextStop, to));
        }
    }

    private static void check(byte[] bytes, int from, int to, int end, int stop) {
        assertThat(ByteSearch.lineEnd(bytes, from, to)).isEqualTo(end);
        assertThat(ByteSearch.plainEnd(bytes, from, to)).isEqualTo(stop);
    }
}
