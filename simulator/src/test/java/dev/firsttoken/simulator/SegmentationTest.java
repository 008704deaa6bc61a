package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.dialect.Question;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentationTest {

    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    static Stream<Segmentation> segmentations() {
        return Stream.of(
                new Segmentation.WholeBody(),
                new Segmentation.EveryByte(),
                new Segmentation.Random(42),
                Segmentation.Cuts.at(1, 7, 150, 151, 100_000));
    }

    @ParameterizedTest
    @MethodSource("segmentations")
    void bytesAreTheSameHoweverTheyAreCut(Segmentation segmentation) throws Exception {
        simulator.script("cut", Script.DEFAULT);
        List<byte[]> perEvent = chunks("cut");
        simulator.script("cut", Script.DEFAULT.withSegmentation(segmentation));
        List<byte[]> cut = chunks("cut");
        assertThat(joined(cut)).isEqualTo(joined(perEvent));

        Exchange exchange = simulator.exchanges().getLast();
        exchange.ending().get();
        assertThat(exchange.eventsSent()).isEqualTo(123);
    }

    @Test
    void eachSegmentIsAChunkOfItsOwn() throws Exception {
        simulator.script("segments", Script.DEFAULT.withSegmentation(new Segmentation.EveryByte()));
        assertThat(chunks("segments")).allMatch(chunk -> chunk.length == 1);

        simulator.script("segments", Script.DEFAULT.withSegmentation(new Segmentation.WholeBody()));
        assertThat(chunks("segments")).hasSize(1);

        simulator.script("segments", Script.DEFAULT.withSegmentation(Segmentation.Cuts.at(10, 11)));
        assertThat(chunks("segments").stream().limit(2).map(chunk -> chunk.length))
                .containsExactly(10, 1);

        simulator.script("segments", Script.DEFAULT.withSegmentation(new Segmentation.Random(3)));
        assertThat(chunks("segments"))
                .allMatch(chunk -> chunk.length <= 64)
                .extracting(chunk -> chunk.length)
                .isEqualTo(chunks("segments").stream().map(chunk -> chunk.length).toList());
    }

    @Test
    void whatIsDueLeavesBeforeASilence() {
        Script script = Grammar.parse("sim/stall-after-2+split-never", "", Script.DEFAULT);
        Answer answer =
                new Composer(Timing.instant(), 1)
                        .compose(script, Dialects.CHAT, new Question("m", true, false, ""), 1);
        assertThat(answer.steps().stream().map(step -> step.getClass().getSimpleName()))
                .containsExactly("Head", "Body", "Silence");
        assertThat(((Body) answer.steps().get(1)).events()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(value = Framing.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void bodyEndsAsTheFramingSays(Framing framing) throws Exception {
        simulator.script("framing", Script.text("Some text.").withFraming(framing));
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat("framing", true);
            String head = client.readUntil("\r\n\r\n");
            String body =
                    switch (framing) {
                        case CHUNKED -> {
                            assertThat(head).contains("transfer-encoding: chunked");
                            yield new String(joined(client.readChunks()), UTF_8);
                        }
                        case CONTENT_LENGTH -> {
                            int length =
                                    Integer.parseInt(
                                            head.replaceAll(
                                                    "(?s).*content-length: (\\d+).*", "$1"));
                            yield new String(
                                    client.socket.getInputStream().readNBytes(length), UTF_8);
                        }
                        case CLOSE_DELIMITED, NONE -> {
                            assertThat(head)
                                    .contains("connection: close")
                                    .doesNotContain("transfer-encoding", "content-length");
                            yield new String(client.readToEnd(), UTF_8);
                        }
                    };
            assertThat(Sse.text(body)).isEqualTo("Some text.");
            assertThat(body).endsWith("data: [DONE]\n\n");
        }
    }

    private static List<byte[]> chunks(String model) throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat(model, true);
            client.readUntil("\r\n\r\n");
            return client.readChunks();
        }
    }

    private static byte[] joined(List<byte[]> chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        chunks.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
