package dev.firsttoken.wire.eventstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Any bytes are the messages that they are, however they are cut, and none that they are not.
public class EventStreamDecoderTest {

    // Messages that AWS publishes to test encoders with.
    private static final String EMPTY = "000000100000000005c248eb7d98c8ff";
    private static final String PAYLOAD =
            "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
    private static final String HEADER =
            "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
                    + "7b27666f6f273a27626172277d8d9c08b1";

    private static final byte[] NAME = "name".getBytes(UTF_8);

    /// What was seen of one message.
    public record Seen(String name, String payload, String raw) {}

    /// The messages of a stream, and whether it ends between two.
    public static List<Seen> decode(byte[] stream, int maxMessage, Random cuts, int longest)
            throws EventStreamException {
        var seen = new ArrayList<Seen>();
        var decoder = new EventStreamDecoder(maxMessage);
        for (int at = 0; at < stream.length; ) {
            int to = at + Math.min(stream.length - at, 1 + cuts.nextInt(longest));
            decoder.feed(
                    stream,
                    at,
                    to,
                    frame ->
                            seen.add(
                                    new Seen(
                                            frame.header(NAME),
                                            text(
                                                    frame.array(),
                                                    frame.payloadFrom(),
                                                    frame.payloadTo()),
                                            hex(frame.array(), frame.rawFrom(), frame.rawTo()))));
            at = to;
        }
        return seen;
    }

    private static List<Seen> decode(String hex) throws EventStreamException {
        return decode(HexFormat.of().parseHex(hex), 1_000, new Random(1), 10_000);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }

    private static String hex(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }

    private static byte[] written(Map<String, String> headers, String payload) {
        var out = new Utf8Buffer(64);
        headers.forEach((name, value) ->
                EventStreamWriter.header(name.getBytes(UTF_8), value.getBytes(UTF_8), out));
        byte[] all = out.toByteArray();
        out.clear();
        var writer = new EventStreamWriter();
        writer.open(all, out);
        out.raw(payload);
        writer.close(out);
        return out.toByteArray();
    }

    @Test
    void publishedMessagesAreReadAndWritten() throws Exception {
        assertThat(decode(EMPTY)).containsExactly(new Seen(null, "", EMPTY));
        assertThat(decode(PAYLOAD)).containsExactly(new Seen(null, "{'foo':'bar'}", PAYLOAD));
        assertThat(decode(HEADER)).containsExactly(new Seen(null, "{'foo':'bar'}", HEADER));
        assertThat(written(Map.of(), "")).isEqualTo(HexFormat.of().parseHex(EMPTY));
        assertThat(written(Map.of("content-type", "application/json"), "{'foo':'bar'}"))
                .isEqualTo(HexFormat.of().parseHex(HEADER));
    }

    @Test
    void headersOfEveryTypeAreKnown() throws Exception {
        String headers =
                ("0174" + "00" + "0166" + "01" + "0162" + "027f" + "0173" + "037fff")
                        + ("0169" + "0401020304" + "016c" + "050102030405060708")
                        + ("0161" + "060003010203" + "04" + "6e616d65" + "070002" + "c3a9")
                        + ("0164" + "080000000000000001" + "0175" + "09" + "00".repeat(16));
        String name = "é";
        assertThat(decode(message(headers, "7b7d")))
                .containsExactly(new Seen(name, "{}", message(headers, "7b7d")));
        // A number of that name is no text.
        assertThat(decode(message("046e616d65" + "0401020304", "")))
                .extracting(Seen::name)
                .containsExactly((String) null);
    }

    @Test
    void headersThatAreNotWholeAreRefused() {
        for (String headers :
                List.of(
                        "04", // no name
                        "0174", // no type
                        "0074" + "00", // a name of no length
                        "0174" + "0a", // no such type
                        "0174" + "0400", // a number that is cut
                        "0174" + "0700", // a length that is cut
                        "0174" + "07000361")) { // a text that is cut
            assertThatThrownBy(() -> decode(message(headers, "")))
                    .as(headers)
                    .isInstanceOf(EventStreamException.class)
                    .hasMessageContaining("headers");
        }
    }

    @Test
    void aBitThatIsWrongIsFound() {
        byte[] message = HexFormat.of().parseHex(HEADER);
        for (int bit = 0; bit < message.length * 8; bit++) {
            byte[] broken = message.clone();
            broken[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> decode(broken, 1_000, new Random(1), 10_000))
                    .as("bit " + bit)
                    .isInstanceOf(EventStreamException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void lengthsHaveLimits() throws Exception {
        byte[] message = written(Map.of(), "x".repeat(84));
        assertThat(decode(message, 100, new Random(1), 1_000)).hasSize(1);
        assertThatThrownBy(() -> decode(message, 99, new Random(1), 1_000))
                .isInstanceOf(EventStreamException.class)
                .hasMessage("a message is longer than 99 bytes");
        assertThatThrownBy(() -> decode(prelude(0x80000000, 0)))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> decode(prelude(17, 2))).hasMessageContaining("headers");
        assertThatThrownBy(() -> decode(prelude(15, 0))).hasMessageContaining("headers");
        assertThatThrownBy(() -> decode(prelude(20, -1))).hasMessageContaining("headers");
    }

    /// Nobody waits for the bytes of a message that will be too long.
    @Test
    void aMessageThatIsTooLongIsRefusedAtItsBeginning() {
        var decoder = new EventStreamDecoder(1_000);
        byte[] start = HexFormat.of().parseHex(prelude(1_001, 0).substring(0, 24));
        assertThatThrownBy(() -> decoder.feed(start, 0, start.length, _ -> {}))
                .hasMessageContaining("longer than 1000");
        assertThat(decoder.heldBytes()).isZero();
    }

    @Test
    void cutsMakeNoDifference() throws Exception {
        var random = new Random(8);
        for (int round = 0; round < 300; round++) {
            var stream = new Utf8Buffer(64);
            int count = random.nextInt(6);
            for (int i = 0; i < count; i++) {
                stream.put(written(Map.of("name", "n" + i), "p".repeat(random.nextInt(40))));
            }
            byte[] bytes = stream.toByteArray();
            List<Seen> whole = decode(bytes, 200, random, Integer.MAX_VALUE);
            assertThat(whole).hasSize(count);
            assertThat(decode(bytes, 200, random, 1)).isEqualTo(whole);
            assertThat(decode(bytes, 200, random, 20)).isEqualTo(whole);
        }
    }

    @Test
    void memoryOfALargeMessageIsGivenBack() throws Exception {
        var decoder = new EventStreamDecoder(1 << 20);
        byte[] large = written(Map.of(), "x".repeat(100_000));
        decoder.feed(large, 0, 50_000, _ -> {});
        assertThat(decoder.heldBytes()).isGreaterThanOrEqualTo(50_000);
        assertThat(decoder.isBetweenMessages()).isFalse();
        decoder.feed(large, 50_000, large.length, _ -> {});
        assertThat(decoder.heldBytes()).isZero();
        assertThat(decoder.isBetweenMessages()).isTrue();
    }

    /// A message whose checksums are right, whatever its headers are.
    private static String message(String headersHex, String payloadHex) {
        byte[] headers = HexFormat.of().parseHex(headersHex);
        var out = new Utf8Buffer(64);
        var writer = new EventStreamWriter();
        writer.open(headers, out);
        out.put(HexFormat.of().parseHex(payloadHex));
        writer.close(out);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    /// The beginning of a message with a right checksum and these lengths, and some bytes.
    private static String prelude(int total, int headers) {
        var crc = new java.util.zip.CRC32();
        String lengths = "%08x%08x".formatted(total, headers);
        crc.update(HexFormat.of().parseHex(lengths));
        return lengths + "%08x".formatted(crc.getValue()) + "00".repeat(12);
    }
}
