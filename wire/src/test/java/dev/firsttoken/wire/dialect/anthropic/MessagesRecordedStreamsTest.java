package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.RecordedStreams;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Real streams, from ../shared/corpora beside the project.
class MessagesRecordedStreamsTest extends RecordedStreams {

    private static final MessagesCodec CODEC = MessagesCodec.INSTANCE;
    private static final Map<String, byte[]> STREAMS =
            Streams.recordedTexts(MessagesRecordedStreamsTest::stream);

    MessagesRecordedStreamsTest() {
        super(CODEC, STREAMS);
    }

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

    /// Events that nobody knows are not written again.
    @Override
    protected List<StreamEvent> content(List<StreamEvent> events) {
        var content = new ArrayList<>(events);
        content.removeIf(
                e -> e instanceof Unrecognized(String type, _) && type.equals(MessagesWords.EVENT));
        return super.content(content);
    }
}
