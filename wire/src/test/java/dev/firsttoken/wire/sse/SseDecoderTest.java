package dev.firsttoken.wire.sse;

import static dev.firsttoken.wire.sse.SseFrames.BOM;
import static dev.firsttoken.wire.sse.SseFrames.LIMIT;
import static dev.firsttoken.wire.sse.SseFrames.data;
import static dev.firsttoken.wire.sse.SseFrames.decode;
import static dev.firsttoken.wire.sse.SseFrames.decodeAll;
import static dev.firsttoken.wire.sse.SseFrames.decodeByteByByte;
import static dev.firsttoken.wire.sse.SseFrames.feed;
import static dev.firsttoken.wire.sse.SseFrames.feedCut;
import static dev.firsttoken.wire.sse.SseFrames.outcome;
import static dev.firsttoken.wire.sse.SseFrames.raw;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.firsttoken.wire.sse.SseFrames.Seen;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of WHATWG HTML, section 9.2, by hand.
class SseDecoderTest {

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
                "id: 1\n"
                        + "retry: 5\n"
                        + "datax: a\n"
                        + "xdata: a\n"
                        + "DATA: a\n"
                        + " data: a\n"
                        + "eventx: b\n"
                        + "e: b\n"
                        + "d\n"
                        + "errors: x\n\n";
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

    private static void assertTooLong(int maxLine, int maxEvent, String text, String what) {
        assertThatThrownBy(() -> decodeAll(maxLine, maxEvent, text))
                .isInstanceOf(SseLimitException.class)
                .hasMessageStartingWith(what);
        assertThat(outcome(text.getBytes(ISO_8859_1), maxLine, maxEvent, new Random(1), 1))
                .endsWith("too long");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
