package dev.firsttoken.wire.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of WHATWG HTML, section 9.2, by hand and against a decoder too simple to be wrong.
class SseDecoderTest {

    private static final int LIMIT = 1 << 20;
    static final String BOM = "\u00EF\u00BB\u00BF";

    /// A frame, copied. Bytes are characters here, one to one.
    record Seen(
            String raw,
            boolean hasData,
            String data,
            String name,
            boolean errorField,
            boolean terminated) {

        static Seen of(SseFrame frame) {
            return new Seen(
                    text(frame.rawArray(), frame.rawFrom(), frame.rawTo()),
                    frame.hasData(),
                    text(frame.dataArray(), frame.dataFrom(), frame.dataTo()),
                    new String(frame.name().getBytes(UTF_8), ISO_8859_1),
                    frame.isErrorField(),
                    frame.isTerminated());
        }

        private static String text(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, ISO_8859_1);
        }
    }

    @Test
    void eventIsEverythingUpToItsBlankLine() {
        assertThat(decode("data: a\n\ndata: b\n\n"))
                .containsExactly(
                        new Seen("data: a\n\n", true, "a", "", false, true),
                        new Seen("data: b\n\n", true, "b", "", false, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEndOfTheStandardEndsLines(String end) {
        String text = "event: x" + end + "data: a" + end + "data: b" + end + end;
        assertThat(decode(text + text))
                .containsExactly(
                        new Seen(text, true, "a\nb", "x", false, true),
                        new Seen(text, true, "a\nb", "x", false, true));
    }

    @Test
    void lineEndsMayBeMixed() {
        assertThat(data("data: a\rdata: b\ndata: c\r\n\rdata: d\n\r\n"))
                .containsExactly("a\nb\nc", "d");
        assertThat(data("data: a\n\rdata: b\r\r")).containsExactly("a", "b");
        assertThat(data("data: a\r\n\ndata: b\r\r\n")).containsExactly("a", "b");
    }

    @Test
    void blockThatEndsWithCrIsHandedOutWithoutWaitingForAnLf() {
        var decoder = new SseDecoder(LIMIT, LIMIT);
        var seen = new ArrayList<Seen>();
        feed(decoder, "data: a\r\n\r", seen);
        assertThat(seen).containsExactly(new Seen("data: a\r\n\r", true, "a", "", false, true));
        seen.clear();
        feed(decoder, "\ndata: b\n\n", seen);
        assertThat(seen).containsExactly(new Seen("\ndata: b\n\n", true, "b", "", false, true));
    }

    @Test
    void byteOrderMarkIsDroppedAtTheStartOnly() {
        assertThat(decode(BOM + "data: a\n\n"))
                .containsExactly(new Seen("data: a\n\n", true, "a", "", false, true));
        assertThat(decode(BOM + BOM + "data: a\n\n"))
                .extracting(Seen::raw, Seen::hasData)
                .containsExactly(Tuple.tuple(BOM + "data: a\n\n", false));
        assertThat(data("data: a\n\n" + BOM + "data: b\n\n")).containsExactly("a");
        assertThat(data("data: " + BOM + "\n\n")).containsExactly(BOM);
    }

    @Test
    void byteOrderMarkMayComeInPieces() {
        assertThat(decodeByteByByte(BOM + "data: a\n\n"))
                .containsExactly(new Seen("data: a\n\n", true, "a", "", false, true));
        assertThat(decodeByteByByte(BOM)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00EF", "\u00EF\u00BB"})
    void startOfAMarkThatIsNoneIsKept(String start) {
        for (String text : List.of(start + "\n\ndata: a\n\n", start + "data: a\n\n", start)) {
            assertThat(raw(decode(text))).as("whole").isEqualTo(text);
            assertThat(raw(decodeByteByByte(text))).as("byte by byte").isEqualTo(text);
        }
    }

    @Test
    void commentsAreNotData() {
        assertThat(decode(": OPENROUTER PROCESSING\n\n:\n\n:data: x\ndata: a\n:\n\n"))
                .containsExactly(
                        new Seen(": OPENROUTER PROCESSING\n\n", false, "", "", false, true),
                        new Seen(":\n\n", false, "", "", false, true),
                        new Seen(":data: x\ndata: a\n:\n\n", true, "a", "", false, true));
    }

    @Test
    void oneSpaceAfterTheColonIsNotPartOfTheValue() {
        assertThat(data("data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\ndata: a \n\ndata::\n\n"))
                .containsExactly("a", "a", " a", "\ta", "a ", ":");
    }

    @Test
    void dataLinesAreJoinedByLf() {
        assertThat(data("data: a\ndata: b\ndata\ndata:\ndata: c\n\n"))
                .containsExactly("a\nb\n\n\nc");
        assertThat(data("data\ndata\n\n")).containsExactly("\n");
    }

    @Test
    void emptyDataIsStillData() {
        assertThat(data("data\n\n")).containsExactly("");
        assertThat(data("data:\n\n")).containsExactly("");
        assertThat(data("data: \n\n")).containsExactly("");
    }

    @Test
    void eventNameMayStandBeforeOrAfterTheData() {
        assertThat(decode("event: ping\ndata: a\n\n"))
                .extracting(Seen::name)
                .containsExactly("ping");
        assertThat(decode("data: a\nevent: ping\n\n"))
                .extracting(Seen::name)
                .containsExactly("ping");
        assertThat(decode("event:ping\ndata: a\n\n"))
                .extracting(Seen::name)
                .containsExactly("ping");
    }

    @Test
    void lastEventNameHoldsAndNoneIsLeftForTheNextBlock() {
        assertThat(decode("event: a\nevent: b\ndata: 1\n\ndata: 2\n\nevent: c\nevent\ndata: 3\n\n"))
                .extracting(Seen::name)
                .containsExactly("b", "", "");
    }

    @Test
    void eventWithoutDataIsABlockWithoutData() {
        assertThat(decode("event: ping\n\n"))
                .containsExactly(new Seen("event: ping\n\n", false, "", "ping", false, true));
    }

    @Test
    void otherFieldsAreNotData() {
        String text =
                "id: 1\nretry: 5\ndatax: a\nxdata: a\nDATA: a\n data: a\neventx: b\ne: b\nd\nerrors: x\n\n";
        assertThat(decode(text)).containsExactly(new Seen(text, false, "", "", false, true));
    }

    @Test
    void errorFieldIsDataThatSaysItIsAnError() {
        assertThat(decode("error: {\"code\":500}\n\n"))
                .containsExactly(
                        new Seen(
                                "error: {\"code\":500}\n\n",
                                true,
                                "{\"code\":500}",
                                "",
                                true,
                                true));
        assertThat(decode("error: x\n\ndata: y\n\n"))
                .extracting(Seen::errorField)
                .containsExactly(true, false);
    }

    @Test
    void blankLinesAreBlocksOfTheirOwn() {
        assertThat(decode("\n\ndata: a\n\n\n"))
                .extracting(Seen::raw)
                .containsExactly("\n", "\n", "data: a\n\n", "\n");
    }

    @Test
    void lastBlockWithoutItsBlankLineComesOutUnterminated() {
        assertThat(decode("data: [DONE]"))
                .containsExactly(new Seen("data: [DONE]", true, "[DONE]", "", false, false));
        assertThat(decode("data: a\n\ndata: [DONE]\n"))
                .last()
                .isEqualTo(new Seen("data: [DONE]\n", true, "[DONE]", "", false, false));
        assertThat(decode("data: [DONE]\r"))
                .containsExactly(new Seen("data: [DONE]\r", true, "[DONE]", "", false, false));
        assertThat(decode("event: x\ndata: a\ndata: b"))
                .containsExactly(
                        new Seen("event: x\ndata: a\ndata: b", true, "a\nb", "x", false, false));
        assertThat(decode("da")).containsExactly(new Seen("da", false, "", "", false, false));
        assertThat(decode("")).isEmpty();
    }

    @Test
    void nulAndOtherControlBytesAreOrdinaryBytes() {
        assertThat(data("data: \0\u0001\u001F\u007F\u0080\u00FF\n\n"))
                .containsExactly("\0\u0001\u001F\u007F\u0080\u00FF");
        assertThat(decode("id: \0\ndata: a\n\n")).extracting(Seen::data).containsExactly("a");
        // Line ends of Unicode that are none here: NEL, LS, and the vertical tab.
        String text = new String("a\u0085b\u2028c\u000Bd\fe".getBytes(UTF_8), ISO_8859_1);
        assertThat(data("data: " + text + "\n\n")).containsExactly(text);
    }

    @Test
    void characterMayBeCutBetweenReads() {
        String text = new String("data: 流れ😀\n\n".getBytes(UTF_8), ISO_8859_1);
        assertThat(decodeByteByByte(text)).isEqualTo(decode(text));
    }

    @Test
    void lineMayBeAsLongAsTheLimitAndNotLonger() throws Exception {
        String longest = "data: " + "x".repeat(94);
        for (String end : List.of("\n", "\r", "\r\n")) {
            assertThat(decodeAll(100, LIMIT, longest + end + end)).hasSize(1);
            assertThat(decodeAll(100, LIMIT, ":" + end + longest + end + end)).hasSize(1);
            assertTooLong(100, LIMIT, longest + "x" + end + end, "a line");
        }
        assertThat(decodeAll(100, LIMIT, longest)).hasSize(1);
        assertTooLong(100, LIMIT, longest + "x", "a line");
    }

    @Test
    void eventMayBeAsLongAsTheLimitAndNotLonger() throws Exception {
        String longest = "data: " + "x".repeat(41) + "\ndata: " + "y".repeat(43) + "\n\n";
        assertThat(longest).hasSize(99);
        assertThat(decodeAll(LIMIT, 99, longest + longest)).hasSize(2);
        assertTooLong(LIMIT, 98, longest, "an event");
        assertTooLong(LIMIT, 99, "z" + longest, "an event");
        assertTooLong(LIMIT, 99, ":\n".repeat(50), "an event");
    }

    @Test
    void endlessLineIsGivenUpBeforeItIsKept() {
        byte[] part = "x".repeat(1000).getBytes(ISO_8859_1);
        var decoder = new SseDecoder(64 * 1024, 64 * 1024);
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 67; i++) {
                                decoder.feed(part, 0, part.length, _ -> {});
                            }
                        })
                .isInstanceOf(SseLimitException.class)
                .hasMessage("a line is longer than 65536 bytes");
    }

    @Test
    void insideBlockFromItsFirstByteToItsBlankLine() throws Exception {
        var decoder = new SseDecoder(LIMIT, LIMIT);
        assertThat(decoder.isInsideBlock()).isFalse();
        feed(decoder, "d", new ArrayList<>());
        assertThat(decoder.isInsideBlock()).isTrue();
        feed(decoder, "ata: a\n", new ArrayList<>());
        assertThat(decoder.isInsideBlock()).isTrue();
        feed(decoder, "\n", new ArrayList<>());
        assertThat(decoder.isInsideBlock()).isFalse();
    }

    @Test
    void rangeOutsideOfWhatIsFedIsNotLookedAt() throws Exception {
        byte[] bytes = "\n\ndata: a\n\ndata: b\n\n".getBytes(ISO_8859_1);
        var seen = new ArrayList<Seen>();
        new SseDecoder(LIMIT, LIMIT).feed(bytes, 2, 11, frame -> seen.add(Seen.of(frame)));
        assertThat(seen).extracting(Seen::raw).containsExactly("data: a\n\n");
    }

    @Test
    void largeEventThatTricklesInIsNotCopiedForEachByte() {
        byte[] event = ("data: " + "x".repeat(1_000_000) + "\n\n").getBytes(ISO_8859_1);
        var decoder = new SseDecoder(2 * LIMIT, 2 * LIMIT);
        var count = new int[1];
        assertTimeoutPreemptively(
                Duration.ofSeconds(8),
                () -> {
                    for (int i = 0; i < event.length; i++) {
                        decoder.feed(event, i, i + 1, _ -> count[0]++);
                    }
                });
        assertThat(count[0]).isEqualTo(1);
    }

    @Test
    void runningStreamAllocatesNothing() throws Exception {
        byte[] stream =
                "event: x\ndata: {\"a\":1}\n\n: ping\n\ndata: a\ndata: b\r\n\r\n"
                        .repeat(64)
                        .getBytes(ISO_8859_1);
        var decoder = new SseDecoder(LIMIT, LIMIT);
        SseDecoder.Sink sink = _ -> {};
        for (int cut : new int[] {stream.length, 1, 7, 61}) {
            for (int i = 0; i < 20; i++) {
                feedCut(decoder, stream, cut, sink);
            }
            allocated();
            long before = allocated();
            for (int i = 0; i < 500; i++) {
                feedCut(decoder, stream, cut, sink);
            }
            // Less than a byte for each of 96,000 events: what is left is the JVM's own.
            assertThat(allocated() - before).as("reads of %d", cut).isLessThan(32 * 1024);
        }
    }

    @Test
    void memoryIsGivenBackAfterALargeEvent() throws Exception {
        var decoder = new SseDecoder(LIMIT, LIMIT);
        byte[] large = ("data: " + "x".repeat(500_000)).getBytes(ISO_8859_1);
        byte[] end = "\n\n".getBytes(ISO_8859_1);
        decoder.feed(large, 0, large.length, _ -> {});
        decoder.feed(end, 0, end.length, _ -> {});
        byte[] lines = "data: xxxxxxxxxxxxxxxxxxx\n".repeat(20_000).getBytes(ISO_8859_1);
        decoder.feed(lines, 0, lines.length, _ -> {});
        decoder.feed(end, 0, end.length, _ -> {});
        assertThat(decoder.heldBytes()).isLessThan(64 * 1024);
    }

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

    static String outcome(byte[] bytes, int maxLine, int maxEvent, Random random, int longest) {
        var decoder = new SseDecoder(maxLine, maxEvent);
        var out = new StringBuilder();
        SseDecoder.Sink sink = frame -> out.append(escaped(Seen.of(frame).raw())).append('|');
        try {
            for (int at = 0; at < bytes.length; ) {
                int to = at + Math.min(bytes.length - at, 1 + random.nextInt(longest));
                decoder.feed(bytes, at, to, sink);
                at = to;
            }
            decoder.end(sink);
        } catch (SseLimitException e) {
            // Where both limits are broken, either may be found first.
            out.append("too long");
        }
        return out.toString();
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

    static List<Seen> decodeCut(byte[] stream, Random random, int longest)
            throws SseLimitException {
        var decoder = new SseDecoder(LIMIT, LIMIT);
        var seen = new ArrayList<Seen>();
        for (int at = 0; at < stream.length; ) {
            int to = at + Math.min(stream.length - at, 1 + random.nextInt(longest));
            // A copy, so that a view that outlives its call is found out.
            byte[] read = Arrays.copyOfRange(stream, at, to);
            decoder.feed(read, 0, read.length, frame -> seen.add(Seen.of(frame)));
            Arrays.fill(read, (byte) '!');
            at = to;
        }
        decoder.end(frame -> seen.add(Seen.of(frame)));
        return seen;
    }

    /// Undoes what cutting a CRLF does: its LF is the first raw byte of the next frame.
    static List<Seen> lateLfsMovedBack(List<Seen> frames) {
        var moved = new ArrayList<Seen>();
        for (Seen frame : frames) {
            Seen last = moved.isEmpty() ? null : moved.getLast();
            if (last == null || !last.raw().endsWith("\r") || !frame.raw().startsWith("\n")) {
                moved.add(frame);
                continue;
            }
            moved.set(moved.size() - 1, withRaw(last, last.raw() + "\n"));
            if (frame.raw().length() > 1) {
                moved.add(withRaw(frame, frame.raw().substring(1)));
            }
        }
        return moved;
    }

    private static Seen withRaw(Seen seen, String raw) {
        return new Seen(
                raw,
                seen.hasData(),
                seen.data(),
                seen.name(),
                seen.errorField(),
                seen.terminated());
    }

    private static void assertTooLong(int maxLine, int maxEvent, String text, String what) {
        assertThatThrownBy(() -> decodeAll(maxLine, maxEvent, text))
                .isInstanceOf(SseLimitException.class)
                .hasMessageStartingWith(what);
        assertThat(outcome(text.getBytes(ISO_8859_1), maxLine, maxEvent, new Random(1), 1))
                .endsWith("too long");
    }

    private static List<Seen> decodeAll(int maxLine, int maxEvent, String text)
            throws SseLimitException {
        var decoder = new SseDecoder(maxLine, maxEvent);
        var seen = new ArrayList<Seen>();
        byte[] bytes = text.getBytes(ISO_8859_1);
        decoder.feed(bytes, 0, bytes.length, frame -> seen.add(Seen.of(frame)));
        decoder.end(frame -> seen.add(Seen.of(frame)));
        return seen;
    }

    private static List<Seen> decode(String text) {
        try {
            return decodeAll(LIMIT, LIMIT, text);
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> data(String text) {
        return decode(text).stream().filter(Seen::hasData).map(Seen::data).toList();
    }

    private static List<Seen> decodeByteByByte(String text) {
        try {
            return decodeCut(text.getBytes(ISO_8859_1), new Random(1), 1);
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
    }

    private static void feed(SseDecoder decoder, String text, List<Seen> seen) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try {
            decoder.feed(bytes, 0, bytes.length, frame -> seen.add(Seen.of(frame)));
        } catch (SseLimitException e) {
            throw new AssertionError(e);
        }
    }

    private static void feedCut(SseDecoder decoder, byte[] stream, int cut, SseDecoder.Sink sink)
            throws SseLimitException {
        for (int at = 0; at < stream.length; at += cut) {
            decoder.feed(stream, at, Math.min(stream.length, at + cut), sink);
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    static String raw(List<Seen> frames) {
        var all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.raw().getBytes(ISO_8859_1)));
        return all.toString(ISO_8859_1);
    }

    private static String escaped(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    /// The rules as the standard tells them, on one whole text.
    static final class Reference {
        static List<Seen> decode(String stream) {
            String text = stream.startsWith(BOM) ? stream.substring(3) : stream;
            var frames = new ArrayList<Seen>();
            int block = 0;
            var lines = new ArrayList<String>();
            int at = 0;
            while (at < text.length()) {
                int end = at;
                while (end < text.length() && "\r\n".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
                String line = text.substring(at, end);
                if (end == text.length()) {
                    lines.add(line);
                    break;
                }
                at = end + (text.startsWith("\r\n", end) ? 2 : 1);
                lines.add(line);
                if (line.isEmpty()) {
                    frames.add(frame(text.substring(block, at), lines, true));
                    block = at;
                    lines.clear();
                }
            }
            if (block < text.length()) {
                frames.add(frame(text.substring(block), lines, false));
            }
            return frames;
        }

        private static Seen frame(String raw, List<String> lines, boolean terminated) {
            var data = new ArrayList<String>();
            String name = "";
            boolean error = false;
            for (String line : lines) {
                int colon = line.indexOf(':');
                String field = colon < 0 ? line : line.substring(0, colon);
                String value = colon < 0 ? "" : line.substring(colon + 1);
                value = value.startsWith(" ") ? value.substring(1) : value;
                switch (field) {
                    case "data" -> data.add(value);
                    case "error" -> {
                        data.add(value);
                        error = true;
                    }
                    case "event" -> name = value;
                    default -> {}
                }
            }
            return new Seen(
                    raw, !data.isEmpty(), String.join("\n", data), utf8(name), error, terminated);
        }

        /// What a decoder of UTF-8 makes of it, as bytes again.
        private static String utf8(String bytes) {
            String text = new String(bytes.getBytes(ISO_8859_1), UTF_8);
            return new String(text.getBytes(UTF_8), ISO_8859_1);
        }
    }
}
