package dev.firsttoken.wire.eventstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.eventstream.EventStreamDecoderTest.Seen;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are the same messages however they are cut, or are refused; and headers and payload of
/// any kind in a message with right checksums are read as they were written, or are refused for the
/// headers alone.
class EventStreamFuzzTest {

    private static final int LIMIT = 4_096;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "000000100000000005c248eb7d98c8ff",
                        "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1",
                        "0b046e616d6507000161057b7d",
                        "140174000166010162027f01730300010461",
                        "00")
                .map(HexFormat.of()::parseHex);
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::messagesAreWhatTheyAre);
    }

    @MethodSource("seeds")
    @FuzzTest
    void messagesAreWhatTheyAre(byte[] input) {
        List<Seen> whole = decode(input, new Random(1), Integer.MAX_VALUE);
        assertThat(decode(input, Seeds.cutsFor(input), 7)).isEqualTo(whole);
        if (input.length > 0) {
            inAMessage(input);
        }
    }

    /// The first byte says how many of the others are headers.
    private static void inAMessage(byte[] input) {
        int headers = Math.min(input[0] & 0xFF, input.length - 1);
        byte[] payload = Arrays.copyOfRange(input, 1 + headers, input.length);
        var out = new Utf8Buffer(64);
        var writer = new EventStreamWriter();
        writer.open(Arrays.copyOfRange(input, 1, 1 + headers), out);
        out.put(payload);
        writer.close(out);
        try {
            new EventStreamDecoder(out.length())
                    .feed(
                            out.array(),
                            0,
                            out.length(),
                            frame ->
                                    assertThat(
                                                    Arrays.copyOfRange(
                                                            frame.array(),
                                                            frame.payloadFrom(),
                                                            frame.payloadTo()))
                                            .isEqualTo(payload));
        } catch (EventStreamException e) {
            assertThat(e).hasMessageContaining("headers");
        }
    }

    /// The messages, or null when they are refused.
    private static List<Seen> decode(byte[] input, Random cuts, int longest) {
        try {
            return EventStreamDecoderTest.decode(input, LIMIT, cuts, longest);
        } catch (EventStreamException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return null;
        }
    }
}
