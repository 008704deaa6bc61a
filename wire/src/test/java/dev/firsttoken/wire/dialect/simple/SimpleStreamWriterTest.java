package dev.firsttoken.wire.dialect.simple;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimpleStreamWriterTest {

    @Test
    void textIsContent() {
        assertThat(written(new StreamEvent.TextDelta(0, "a \"b\"\nü")))
                .isEqualTo("data: {\"content\": \"a \\\"b\\\"\\nü\"}\n\n");
        assertThat(written(new StreamEvent.RefusalDelta(0, "no")))
                .isEqualTo("data: {\"content\": \"no\"}\n\n");
    }

    @Test
    void failureIsOneError() {
        assertThat(written(new StreamEvent.Failed(Failure.of(Failure.Kind.STALLED, "silent\n"))))
                .isEqualTo("data: {\"error\": \"silent\\n\"}\n\n");
    }

    @Test
    void whatHasNoFormHereIsLeftOut() {
        for (StreamEvent event :
                List.of(
                        new StreamEvent.TextDelta(1, "other choice"),
                        new StreamEvent.RefusalDelta(1, "other choice"),
                        new StreamEvent.Started("id", "m"),
                        new StreamEvent.ReasoningDelta(0, "hm"),
                        new StreamEvent.ToolCallDelta(0, 0, "id", "f", "{}"),
                        new StreamEvent.Usage(1, 0, 1, 0),
                        new StreamEvent.Finish(0, StreamEvent.Reason.STOP),
                        new StreamEvent.Unrecognized("x", "{}"))) {
            var out = new Utf8Buffer(16);
            assertThat(SimpleStreamWriter.write(event, out)).isFalse();
            assertThat(out.isEmpty()).isTrue();
        }
    }

    @Test
    void everyStreamEndsWithDone() {
        var out = new Utf8Buffer(16);
        SimpleStreamWriter.done(out);
        assertThat(out.toString()).isEqualTo("data: [DONE]\n\n");
    }

    @Test
    void eventsReadBackOneByOne() throws Exception {
        List<String> texts = List.of("a", "\n\n", "data: x\r\n\r\n", "流れ😀", "\0", "\u2028");
        var out = new Utf8Buffer(16);
        texts.forEach(text -> SimpleStreamWriter.write(new StreamEvent.TextDelta(0, text), out));
        var read = new ArrayList<Object>();
        new SseDecoder(1000, 1000)
                .feed(
                        out.array(),
                        0,
                        out.length(),
                        frame -> read.add(JsonTree.of(frame.dataText().getBytes(UTF_8))));
        assertThat(read).isEqualTo(texts.stream().map(t -> (Object) Map.of("content", t)).toList());
    }

    private static String written(StreamEvent event) {
        var out = new Utf8Buffer(16);
        assertThat(SimpleStreamWriter.write(event, out)).isTrue();
        return out.toString();
    }
}
