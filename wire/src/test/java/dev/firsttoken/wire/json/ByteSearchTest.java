package dev.firsttoken.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteSearchTest {

    @Test
    void everyByteIsFoundOrPassedAtEveryPlace() {
        for (int b = -128; b < 128; b++) {
            for (int at = 0; at < 24; at++) {
                byte[] bytes = new byte[24];
                Arrays.fill(bytes, (byte) 'x');
                bytes[at] = (byte) b;
                boolean lineEnd = b == '\n' || b == '\r';
                boolean stop = b == '"' || b == '\\' || b >= 0 && b < 32;
                assertThat(ByteSearch.lineEnd(bytes, 0, 24)).isEqualTo(lineEnd ? at : 24);
                assertThat(ByteSearch.plainEnd(bytes, 0, 24)).isEqualTo(stop ? at : 24);
            }
        }
    }

    @Test
    void firstOfManyIsFoundInAnyRange() {
        var random = new Random(51);
        byte[] likely = {
            '\n', '\r', '"', '\\', 0, 9, 11, 12, 14, 31, 32, 33, 35, 91, 93, -128, -1, 'x'
        };
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] =
                        random.nextInt(3) == 0 ? likely[random.nextInt(likely.length)] : (byte) 'y';
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int lineEnd = from;
            while (lineEnd < to && bytes[lineEnd] != '\n' && bytes[lineEnd] != '\r') {
                lineEnd++;
            }
            int plainEnd = from;
            while (plainEnd < to
                    && bytes[plainEnd] != '"'
                    && bytes[plainEnd] != '\\'
                    && (bytes[plainEnd] & 0xFF) >= 32) {
                plainEnd++;
            }
            assertThat(ByteSearch.lineEnd(bytes, from, to)).isEqualTo(lineEnd);
            assertThat(ByteSearch.plainEnd(bytes, from, to)).isEqualTo(plainEnd);
        }
    }
}
