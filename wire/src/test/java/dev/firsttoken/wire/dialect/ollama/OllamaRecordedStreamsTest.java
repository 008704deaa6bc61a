package dev.firsttoken.wire.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.RecordedStreams;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Real streams, from ../shared/corpora beside the project, and one of everything.
class OllamaRecordedStreamsTest extends RecordedStreams {

    private static final OllamaCodec CODEC = OllamaCodec.INSTANCE;
    private static final Map<String, byte[]> STREAMS = streams();

    OllamaRecordedStreamsTest() {
        super(CODEC, STREAMS);
    }

    private static Map<String, byte[]> streams() {
        Map<String, byte[]> streams =
                Streams.recordedTexts((_, recording) ->
                        "ollama-chat".equals(recording.get("family"))
                                ? (String) recording.get("body")
                                : null);
        streams.put("written", OllamaStreamTest.WHOLE.getBytes(UTF_8));
        return streams;
    }

    @Override
    protected List<StreamEvent> content(List<StreamEvent> events) {
        return super.content(
                events.stream().map(OllamaRecordedStreamsTest::withoutMadeId).toList());
    }

    private static StreamEvent withoutMadeId(StreamEvent event) {
        return event instanceof ToolCallDelta(int i, int j, String id, String name, String a)
                        && id != null
                        && id.startsWith(OllamaWords.UNNAMED_CALL)
                ? new ToolCallDelta(i, j, null, name, a)
                : event;
    }

    @Override
    protected String plain(Answer answer) {
        return super.plain(answer).replaceAll("ollama_call_[^,]*", "?") + answer.metadata();
    }

    @Override
    protected void checkWritten(String name, byte[] written) {
        new String(written, UTF_8).lines().forEach(line -> JsonTree.of(line.getBytes(UTF_8)));
    }

    @Test
    void everyStreamIsReadWithoutAnError() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            assertThat(events).as(name).noneMatch(Failed.class::isInstance);
            assertThat(events).as(name).filteredOn(Finish.class::isInstance).hasSize(1);
            assertThat(events).as(name).filteredOn(Usage.class::isInstance).hasSize(1);
        });
    }
}
