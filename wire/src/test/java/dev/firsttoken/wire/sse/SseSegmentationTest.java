package dev.firsttoken.wire.sse;

import static dev.firsttoken.wire.sse.SseFrames.BOM;
import static dev.firsttoken.wire.sse.SseFrames.decodeCut;
import static dev.firsttoken.wire.sse.SseFrames.escaped;
import static dev.firsttoken.wire.sse.SseFrames.lateLfsMovedBack;
import static dev.firsttoken.wire.sse.SseFrames.outcome;
import static dev.firsttoken.wire.sse.SseFrames.raw;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.firsttoken.wire.sse.SseFrames.Reference;
import dev.firsttoken.wire.sse.SseFrames.Seen;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Any bytes are the same frames however they are cut, and those of a decoder too simple to be
/// wrong.
class SseSegmentationTest {

    @Test
    void anySegmentationGivesTheSameFrames() throws Exception {
        var random = new Random(20261122);
        for (int round = 0; round < 3_000; round++) {
            byte[] stream = randomStream(random);
            String text = new String(stream, ISO_8859_1);
            List<Seen> expected = Reference.decode(text);
            List<Seen> whole = decodeCut(stream, new Random(1), Integer.MAX_VALUE);
            assertThat(whole).as("whole: %s", escaped(text)).isEqualTo(expected);
            for (int longest : new int[] {1, 2, 5, 40}) {
                List<Seen> cut = decodeCut(stream, random, longest);
                assertThat(raw(cut)).isEqualTo(text.startsWith(BOM) ? text.substring(3) : text);
                assertThat(lateLfsMovedBack(cut))
                        .as("reads of up to %d: %s", longest, escaped(text))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void limitsHoldForAnySegmentation() {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] stream = randomStream(random);
            String text = new String(stream, ISO_8859_1).replace('\r', ' ');
            byte[] bytes = text.getBytes(ISO_8859_1);
            int line = 4 + random.nextInt(24);
            int event = 8 + random.nextInt(60);
            String whole = outcome(bytes, line, event, new Random(1), Integer.MAX_VALUE);
            for (int longest : new int[] {1, 3, 20}) {
                assertThat(outcome(bytes, line, event, random, longest))
                        .as("lines of %d, events of %d: %s", line, event, escaped(text))
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void lineEndCutInTwoTakesNothingFromTheNextEventsLimit() {
        byte[] stream = "data: x\r\n\r\ndata: y\r\n\r\n".getBytes(ISO_8859_1);
        String allowed = outcome(stream, 100, 10, new Random(1), 1);
        assertThat(allowed).contains("data: x", "data: y").doesNotContain("too long");
        assertThat(outcome(stream, 100, 9, new Random(1), 1)).endsWith("too long");
    }

    @Test
    void noBytesCanMakeItFailOtherwise() {
        var random = new Random(99);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            for (int i = 0; i < noise.length; i++) {
                if (random.nextInt(4) == 0) {
                    noise[i] = (byte) "\r\n: d".charAt(random.nextInt(5));
                }
            }
            assertThatCode(() -> outcome(noise, 50, 100, random, 9)).doesNotThrowAnyException();
        }
    }

    private static byte[] randomStream(Random random) {
        String[] pieces = {
            "data: ", "data:", "data", "event: ", "event", "error: ", "id: 1", "retry: 1", ":",
                    ": hi",
            " ", "x", "{\"a\":1}", "[DONE]", "\0", "\u00E6\u00B5\u0081", "\n", "\n", "\r\n", "\r\n",
            "\r", "\n\n", "\n\n", "\r\n\r\n", "\r\r", BOM, "\u00EF\u00BB", "datax",
                    "xxxxxxxxxxxxxxxxxxxxxxxx"
        };
        var text = new StringBuilder();
        if (random.nextInt(8) == 0) {
            text.append(BOM, 0, 1 + random.nextInt(3));
        }
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString().getBytes(ISO_8859_1);
    }
}
