package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatStreams.Read;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.RandomJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Real streams, from ../shared/corpora beside the project. Where they are not, a made-up one
/// stands in for them and the output says so.
class RecordedStreamsTest {

    private static final Map<String, byte[]> STREAMS = streams();

    private static Map<String, byte[]> streams() {
        Map<String, byte[]> recorded = ChatStreams.recorded();
        if (recorded.isEmpty()) {
            System.out.println(
                    "no recorded streams in ../shared/corpora: tested with a made-up one");
            String text =
                    "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}";
            return Map.of(
                    "made-up",
                    (ChatStreams.frames(List.of(text, text.replace("null", "\"stop\"")))
                                    + "data: [DONE]\n\n")
                            .getBytes(UTF_8));
        }
        System.out.println("tested with " + recorded.size() + " recorded streams");
        return recorded;
    }

    @Test
    void everyRecordedStreamIsReadWithoutAnError() {
        STREAMS.forEach((name, stream) -> {
            Read read = ChatStreams.read(stream, null);
            boolean reportsError = new String(stream, UTF_8).contains("\"error\":{");
            assertThat(read.notJson).as(name).isEmpty();
            assertThat(read.reader.isComplete()).as(name).isEqualTo(!reportsError);
            assertThat(read.events.stream().filter(StreamEvent.Failed.class::isInstance))
                    .as(name)
                    .hasSize(reportsError ? 1 : 0);
        });
    }

    @Test
    void scanAndReaderAgreeOnEveryRecordedStream() {
        STREAMS.forEach((name, stream) -> {
            try {
                ChatReading.assertAgreement(ChatStreams.read(stream, null));
            } catch (AssertionError e) {
                throw new AssertionError(name + ": " + e.getMessage(), e);
            }
        });
    }

    @Test
    void recordedTextIsWhatJacksonFinds() {
        STREAMS.forEach((name, stream) -> {
            var expected = new StringBuilder();
            for (String line : new String(stream, UTF_8).split("\r\n|\n|\r")) {
                if (line.startsWith("data: {")) {
                    expected.append(text(JsonTree.object(line.substring(6).getBytes(UTF_8))));
                }
            }
            assertThat(ChatStreams.read(stream, null).text())
                    .as(name)
                    .isEqualTo(expected.toString());
        });
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(ChatCodec.INSTANCE, stream);
            List<StreamEvent> again =
                    Streams.read(ChatCodec.INSTANCE, Streams.write(ChatCodec.INSTANCE, events));
            if (!(events.getLast() instanceof StreamEvent.Failed) && Streams.breaksARule(events)) {
                // Three answers in a row, whose calls share an index.
                assertThat(name).contains("structured-output-tools");
                assertThat(again).as(name).last().isInstanceOf(StreamEvent.Failed.class);
                return;
            }
            assertThat(said(again)).as(name).isEqualTo(said(events));
        });
    }

    @Test
    void wholeAnswersSayWhatStreamsSay() {
        STREAMS.forEach((name, stream) -> {
            var streamed = new AnswerAssembler();
            Streams.read(ChatCodec.INSTANCE, stream).forEach(streamed);
            if (!streamed.isComplete()) {
                return;
            }
            var out = new Utf8Buffer(1024);
            ChatCodec.INSTANCE.writeAnswer(Streams.HEAD, streamed.answer(), Streams.request(), out);
            var again = new AnswerAssembler();
            ChatCodec.INSTANCE.readAnswer(out.toByteArray(), again);
            assertThat(again.failure()).as(name).isNull();
            assertThat(again.answer().usage()).as(name).isEqualTo(streamed.answer().usage());
            assertThat(again.answer().choices())
                    .as(name)
                    .hasSameSizeAs(streamed.answer().choices());
        });
    }

    @Test
    void anthropicClientsGetTheTextsAndCalls() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(ChatCodec.INSTANCE, stream);
            boolean one =
                    events.stream()
                            .noneMatch(e -> e instanceof StreamEvent.Finish f && f.choice() > 0);
            List<StreamEvent> again =
                    Streams.read(
                            MessagesCodec.INSTANCE, Streams.write(MessagesCodec.INSTANCE, events));
            // One recording is three answers in a row, whose calls share an index.
            boolean broken = Streams.breaksARule(events);
            if (one && !broken) {
                assertThat(texts(again)).as(name).isEqualTo(texts(events));
            }
            assertThat(again.getLast() instanceof StreamEvent.Failed).as(name).isEqualTo(broken);
        });
    }

    private static String texts(List<StreamEvent> events) {
        var text = new StringBuilder();
        for (StreamEvent event : events) {
            text.append(
                    event instanceof StreamEvent.TextDelta(int choice, String piece) ? piece : "");
        }
        return text.toString();
    }

    /// What both readings must have in common: content and ends, for a repeated finish and the
    /// place of token counts are the provider's accents.
    private static List<StreamEvent> said(List<StreamEvent> events) {
        return Streams.normal(
                events.stream()
                        .filter(e -> e.isContent() || e instanceof StreamEvent.Failed)
                        .map(e ->
                                e instanceof StreamEvent.Failed
                                        ? new StreamEvent.Unrecognized("failed", "")
                                        : e)
                        .toList());
    }

    private static String text(Map<String, Object> chunk) {
        var text = new StringBuilder();
        if (chunk.get("choices") instanceof List<?> choices) {
            for (Object choice : choices) {
                if (choice instanceof Map<?, ?> c && c.get("delta") instanceof Map<?, ?> delta) {
                    if (delta.get("content") instanceof String content) {
                        text.append(content);
                    } else if (delta.get("content") instanceof List<?> parts) {
                        parts.forEach(p ->
                                text.append(
                                        p instanceof Map<?, ?> part
                                                        && part.get("text") instanceof String t
                                                ? t
                                                : ""));
                    }
                }
            }
        }
        return text.toString();
    }

    @Test
    void cutsMakeNoDifference() {
        var random = new Random(41);
        STREAMS.forEach((name, stream) -> {
            Read whole = ChatStreams.read(stream, null);
            Read cut = ChatStreams.read(stream, random);
            assertThat(cut.events).as(name).isEqualTo(whole.events);
            assertThat(cut.reader.isComplete()).isEqualTo(whole.reader.isComplete());
        });
    }

    @Test
    void streamThatIsCutShortIsNeverLongerThanTheWholeOne() {
        var random = new Random(42);
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> whole = ChatStreams.read(stream, null).events;
            for (int i = 0; i < 3; i++) {
                byte[] cut = Arrays.copyOf(stream, random.nextInt(stream.length));
                Read read = ChatStreams.read(cut, null);
                assertThat(read.notJson.size()).as(name).isLessThanOrEqualTo(1);
                assertThat(whole.subList(0, read.events.size())).as(name).isEqualTo(read.events);
            }
        });
    }

    @Test
    void mutatedStreamsAreReadOrRefusedAndScanAndReaderAgree() {
        var random = new Random(43);
        List<byte[]> streams = new ArrayList<>(STREAMS.values());
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int round = 0; round < 4_000; round++) {
                        byte[] stream = streams.get(random.nextInt(streams.size()));
                        int from = random.nextInt(stream.length);
                        byte[] part =
                                Arrays.copyOfRange(
                                        stream, from, Math.min(stream.length, from + 4_000));
                        for (int i = random.nextInt(3); i >= 0; i--) {
                            part = RandomJson.mutated(part, random);
                        }
                        Read read = ChatStreams.read(part, random);
                        if (!read.scan.hasError() && read.notJson.isEmpty()) {
                            ChatReading.assertAgreement(read);
                        }
                    }
                });
    }

    @Test
    void mutatedChunksAreObjectsOrRefused() {
        var random = new Random(44);
        List<byte[]> streams = new ArrayList<>(STREAMS.values());
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int round = 0; round < 20_000; round++) {
                        String stream =
                                new String(streams.get(random.nextInt(streams.size())), UTF_8);
                        int from = stream.indexOf('{', random.nextInt(stream.length()));
                        int to = stream.indexOf('\n', Math.max(0, from));
                        if (from < 0 || to < 0) {
                            continue;
                        }
                        byte[] chunk = stream.substring(from, to).getBytes(UTF_8);
                        try {
                            JsonObjectText.read(RandomJson.mutated(chunk, random));
                        } catch (InvalidRequestException e) {
                            assertThat(e).hasMessageMatching("(?s).+");
                        }
                    }
                });
    }
}
