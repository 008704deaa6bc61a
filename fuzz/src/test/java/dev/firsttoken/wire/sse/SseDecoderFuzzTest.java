package dev.firsttoken.wire.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseFrames.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are frames as the standard says, however they are cut.
class SseDecoderFuzzTest {

    private static final int MAX_LINE = 40;
    private static final int MAX_EVENT = 100;

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.streams(),
                Seeds.of(
                        "",
                        "data: a\n\ndata:b\r\rdata\r\n\r\n",
                        "event: error\ndata: {}\n\nerror: x\n\n: hi\n\n",
                        "id: 1\nretry: 5\ndata: a\ndata:\ndata: b\n\ndata: cut",
                        "\uFEFFdata: mark\n\n",
                        "data: " + "x".repeat(40) + "\r\n\r\ndata: y\r\n\r\n",
                        "data: x\n".repeat(13) + "\n"));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::framesAreTheStandards);
    }

    @MethodSource("seeds")
    @FuzzTest
    void framesAreTheStandards(byte[] stream) throws Exception {
        List<Seen> expected = SseFrames.Reference.decode(Seeds.shown(stream));
        Random cuts = Seeds.cutsFor(stream);
        assertThat(SseFrames.decodeCut(stream, new Random(1), Integer.MAX_VALUE))
                .isEqualTo(expected);
        for (int longest : new int[] {1, 7, 64}) {
            List<Seen> cut = SseFrames.decodeCut(stream, cuts, longest);
            assertThat(SseFrames.lateLfsMovedBack(cut)).isEqualTo(expected);
        }
        limitsHold(stream, cuts);
        assertThat(dataOf(written(expected))).isEqualTo(dataOf(expected));
    }

    /// What is too long is so however it is cut, and no more of it is kept than is allowed.
    private static void limitsHold(byte[] stream, Random cuts) {
        List<String> whole = withinLimits(stream, new Random(1), Integer.MAX_VALUE);
        assertThat(withinLimits(stream, cuts, 1)).isEqualTo(whole);
        assertThat(withinLimits(stream, cuts, 30)).isEqualTo(whole);
    }

    private static List<String> withinLimits(byte[] stream, Random cuts, int longest) {
        var decoder = new SseDecoder(MAX_LINE, MAX_EVENT);
        var frames = new ArrayList<Seen>();
        // What was begun is joined with what it was fed, in a buffer that doubles.
        int most = 1024 + 2 * Math.min(longest, stream.length);
        try {
            for (int at = 0; at < stream.length; ) {
                int to = at + Math.min(stream.length - at, 1 + cuts.nextInt(longest));
                decoder.feed(stream, at, to, frame -> frames.add(Seen.of(frame)));
                assertThat(decoder.heldBytes()).isLessThan(most);
                at = to;
            }
            decoder.end(frame -> frames.add(Seen.of(frame)));
        } catch (SseLimitException e) {
            frames.add(new Seen("", true, "too long", "", false, true));
        }
        return dataOf(frames);
    }

    /// The events as a server would write them.
    private static List<Seen> written(List<Seen> frames) throws SseLimitException {
        var out = new Utf8Buffer(256);
        for (Seen frame : frames) {
            if (frame.hasData()) {
                String name = frame.name().isEmpty() ? "" : "event: " + frame.name() + "\n";
                String data = "data: " + frame.data().replace("\n", "\ndata: ") + "\n\n";
                out.put((name + data).getBytes(ISO_8859_1));
            }
        }
        return SseFrames.decodeCut(out.toByteArray(), new Random(1), Integer.MAX_VALUE);
    }

    private static List<String> dataOf(List<Seen> frames) {
        var data = new ArrayList<String>();
        for (Seen frame : frames) {
            if (frame.hasData()) {
                data.add(frame.name() + ":" + frame.data());
            }
        }
        return data;
    }
}
