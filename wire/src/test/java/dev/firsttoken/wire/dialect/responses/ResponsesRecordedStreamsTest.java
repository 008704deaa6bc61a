package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.RecordedStreams;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.Answer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/// Real streams, from ../shared/corpora beside the project.
class ResponsesRecordedStreamsTest extends RecordedStreams {

    private static final ResponsesCodec CODEC = ResponsesCodec.INSTANCE;
    private static final String CREATED = "\"type\":\"response.created\"";
    private static final Map<String, byte[]> STREAMS = new TreeMap<>();

    /// Those that whoever made them wrote by hand, and not as JSON.
    private static final Map<String, byte[]> BROKEN = new TreeMap<>();

    static {
        // A recording of several turns is several streams.
        Streams.recordedTexts(ResponsesRecordedStreamsTest::stream)
                .forEach((name, text) -> {
                    int turn = 0;
                    for (String stream :
                            new String(text, UTF_8).split("(?=event: response\\.created\n)")) {
                        if (!stream.isBlank()) {
                            boolean json =
                                    stream.lines()
                                            .filter(line -> line.startsWith("data: "))
                                            .allMatch(line -> isJson(line.substring(6)));
                            (json ? STREAMS : BROKEN)
                                    .put(name + " " + turn++, stream.getBytes(UTF_8));
                        }
                    }
                });
    }

    ResponsesRecordedStreamsTest() {
        super(CODEC, STREAMS);
    }

    private static String stream(String path, Map<String, Object> recording) {
        if ("openai-responses".equals(recording.get("family"))) {
            return (String) recording.get("body");
        }
        if (!(recording.get("chunks") instanceof List<?> list) || !isOurs(list)) {
            return null;
        }
        var text = new StringBuilder();
        for (Object chunk : list) {
            String json = chunk.toString();
            boolean first = json.contains(CREATED);
            String name = first ? "response.created" : "x";
            text.append("event: ").append(name).append("\ndata: ").append(json).append("\n\n");
        }
        return text.toString();
    }

    private static boolean isOurs(List<?> chunks) {
        return chunks.stream().anyMatch(chunk -> chunk.toString().contains(CREATED));
    }

    private static boolean isJson(String data) {
        try {
            JsonTree.of(data.getBytes(UTF_8));
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isWhole(byte[] stream) {
        return new String(stream, UTF_8).contains("\"type\":\"response.completed\"");
    }

    @Test
    void everyStreamIsReadWithoutAnError() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            assertThat(events.stream().anyMatch(Failed.class::isInstance))
                    .as("%s: %s", name, events.isEmpty() ? "" : events.getLast())
                    .isEqualTo(!isWhole(stream));
            assertThat(events.stream().filter(Finish.class::isInstance).count())
                    .as(name)
                    .isEqualTo(isWhole(stream) ? 1 : 0);
            assertThat(events).as(name).first().isInstanceOf(Started.class);
        });
    }

    @Test
    void whatIsNoJsonFails() {
        BROKEN.forEach((name, stream) ->
                assertThat(Streams.read(CODEC, stream)).as(name).last().isInstanceOf(Failed.class));
    }

    /// What the last event of a recording holds is what its pieces said. Of two recordings somebody
    /// has cut out pieces.
    @Test
    void piecesSayWhatTheWholeSays() {
        STREAMS.forEach((name, stream) -> {
            var pieces = new AnswerAssembler();
            told(stream).forEach(pieces);
            boolean thinned = name.contains("openai-phase.1") || name.contains("shell-container.1");
            if (!pieces.isComplete() || thinned) {
                return;
            }
            String last =
                    new String(stream, UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("data: ") && line.contains("response"))
                            .filter(line -> line.contains("\"type\":\"response.completed\""))
                            .findFirst()
                            .orElseThrow();
            var event = JsonTree.object(last.substring(6).getBytes(UTF_8));
            var whole = new AnswerAssembler();
            CODEC.readAnswer(RawTree.write(event.get("response")), whole);
            assertThat(whole.failure()).as(name).isNull();
            if (((List<?>) ((Map<?, ?>) event.get("response")).get("output")).isEmpty()) {
                return;
            }
            assertThat(texts(whole.answer())).as(name).isEqualTo(texts(pieces.answer()));
            assertThat(whole.answer().usage()).as(name).isEqualTo(pieces.answer().usage());
        });
    }

    private static List<String> texts(Answer answer) {
        var texts = new ArrayList<String>();
        for (var part : answer.choices().getFirst().parts()) {
            switch (part) {
                case dev.firsttoken.wire.message.Part.Text text -> texts.add(text.text());
                case dev.firsttoken.wire.message.Part.ToolCall call ->
                        texts.add(call.id() + call.name() + call.arguments().text());
                default -> {
                    // Ids and encrypted texts may differ between the two.
                }
            }
        }
        return texts;
    }

    @Override
    protected void checkWritten(String name, byte[] written) {
        ResponsesStreamWriterTest.assertWellFormed(name, new String(written, UTF_8));
        List<StreamEvent> again = Streams.read(CODEC, written);
        if (!(again.getLast() instanceof Failed)) {
            assertThat(Streams.write(CODEC, again)).as(name).isEqualTo(written);
        }
    }

    /// The events of a stream, without the progress of tools, which is not written again.
    @Override
    protected List<StreamEvent> told(byte[] stream) {
        var events = new ArrayList<>(Streams.read(CODEC, stream));
        events.removeIf(e ->
                e instanceof Unrecognized(String type, _) && type.equals(ResponsesWords.EVENT));
        return events;
    }

    /// A failure is reported in our words.
    @Override
    protected List<StreamEvent> content(List<StreamEvent> events) {
        return super.content(events).stream().filter(e -> !(e instanceof Failed)).toList();
    }
}
