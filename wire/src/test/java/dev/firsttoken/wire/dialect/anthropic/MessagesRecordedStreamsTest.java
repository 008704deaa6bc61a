package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Real streams, from ../shared/corpora beside the project.
class MessagesRecordedStreamsTest {

    private static final MessagesCodec CODEC = MessagesCodec.INSTANCE;
    private static final Map<String, byte[]> STREAMS =
            Streams.recorded(MessagesRecordedStreamsTest::stream);

    private static String stream(String path, Map<String, Object> recording) {
        if ("anthropic-messages".equals(recording.get("family"))) {
            return (String) recording.get("body");
        }
        if (!path.startsWith("vercel-ai/anthropic")
                || !(recording.get("chunks") instanceof List<?> list)) {
            return null;
        }
        var text = new StringBuilder();
        for (Object chunk : list) {
            Object type = JsonTree.object(chunk.toString().getBytes(UTF_8)).get("type");
            text.append("event: ").append(type).append("\ndata: ").append(chunk).append("\n\n");
        }
        return text.toString();
    }

    @Test
    void everyStreamIsReadWithoutAnError() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            boolean whole = new String(stream, UTF_8).contains("message_stop");
            assertThat(events.stream().anyMatch(Failed.class::isInstance))
                    .as("%s: %s", name, events.isEmpty() ? "" : events.getLast())
                    .isEqualTo(!whole);
            assertThat(events.stream().filter(Finish.class::isInstance).count())
                    .as(name)
                    .isEqualTo(whole ? 1 : 0);
        });
    }

    @Test
    void cutsMakeNoDifference() {
        var random = new Random(51);
        STREAMS.forEach((name, stream) ->
                assertThat(Streams.read(CODEC.streamReader(1 << 20), stream, random))
                        .as(name)
                        .isEqualTo(Streams.read(CODEC, stream)));
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            List<StreamEvent> again = Streams.read(CODEC, Streams.write(CODEC, events));
            assertThat(content(again)).as(name).isEqualTo(content(events));
            assertThat(usage(again)).as(name).isEqualTo(usage(events));
        });
    }

    @Test
    void wholeAnswersSayWhatStreamsSay() {
        STREAMS.forEach((name, stream) -> {
            var assembler = new AnswerAssembler();
            Streams.read(CODEC, stream).forEach(assembler);
            if (!assembler.isComplete()) {
                return;
            }
            Answer answer = assembler.answer();
            var out = new Utf8Buffer(1024);
            CODEC.writeAnswer(Streams.HEAD, answer, Streams.request(), out);
            JsonTree.object(out.toByteArray());
            var again = new AnswerAssembler();
            CODEC.readAnswer(out.toByteArray(), again);
            assertThat(again.failure()).as(name).isNull();
            assertThat(again.answer().choices()).as(name).isEqualTo(answer.choices());
            assertThat(again.answer().usage()).as(name).isEqualTo(answer.usage());

            var told = new AnswerAssembler();
            answer.events(told);
            assertThat(told.answer()).as(name).isEqualTo(answer);
        });
    }

    @Test
    void chatClientsGetTheTextsAndCalls() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            byte[] chat = Streams.write(ChatCodec.INSTANCE, events);
            List<StreamEvent> read = Streams.read(ChatCodec.INSTANCE, chat);
            assertThat(spoken(read)).as(name).isEqualTo(spoken(events));
            assertThat(read.getLast() instanceof Failed)
                    .as(name)
                    .isEqualTo(events.getLast() instanceof Failed);
        });
    }

    /// What can be read of an answer, in every dialect.
    private static List<StreamEvent> spoken(List<StreamEvent> events) {
        return Streams.normal(events.stream().filter(StreamEvent::isContent).toList());
    }

    private static List<StreamEvent> content(List<StreamEvent> events) {
        var content = new ArrayList<>(events);
        content.removeIf(e ->
                e instanceof Started
                        || e instanceof Usage
                        || e instanceof StreamEvent.Metadata(String name, String value)
                                && name.equals(StreamEvent.Metadata.SERVICE_TIER)
                        || e instanceof StreamEvent.Unrecognized(String type, String json)
                                && type.equals(MessagesWords.EVENT)
                        || e instanceof StreamEvent.BlockStop);
        return Streams.normal(content);
    }

    private static Usage usage(List<StreamEvent> events) {
        Usage last = Usage.NONE;
        for (StreamEvent event : events) {
            last = event instanceof Usage usage ? usage : last;
        }
        return last;
    }
}
