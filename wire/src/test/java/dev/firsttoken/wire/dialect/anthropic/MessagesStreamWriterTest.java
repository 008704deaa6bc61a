package dev.firsttoken.wire.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessagesStreamWriterTest {

    private static String written(StreamEvent... events) {
        return new String(Streams.write(MessagesCodec.INSTANCE, List.of(events)), UTF_8);
    }

    /// Each event's name, and for those of blocks their index.
    private static List<String> outline(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> JsonTree.object(line.substring(6).getBytes(UTF_8)))
                .map(event -> event.get("type") + at(event))
                .toList();
    }

    private static String at(Map<String, Object> event) {
        return event.get("index") instanceof JsonTree.Number(String text) ? " " + text : "";
    }

    @Test
    void everyEventHasItsNameAndOneLine() {
        String stream = written(new TextDelta(0, "a\nb"), new Finish(0, Reason.STOP));
        for (String block : stream.split("\n\n")) {
            String[] lines = block.split("\n");
            assertThat(lines).hasSize(2);
            assertThat(lines[1])
                    .startsWith("data: {\"type\":\"" + lines[0].substring("event: ".length()));
        }
    }

    @Test
    void kindsOpenAndCloseTheirBlocks() {
        assertThat(
                        outline(
                                written(
                                        new Started("x", "y"),
                                        new ReasoningDelta(0, "hm"),
                                        new Signature(0, SignatureOf.REASONING, "anthropic", "S"),
                                        new TextDelta(0, "a"),
                                        new TextDelta(0, "b"),
                                        new BlockStop(0),
                                        new TextDelta(0, "c"),
                                        new Finish(0, Reason.STOP))))
                .containsExactly(
                        "message_start",
                        "content_block_start 0",
                        "content_block_delta 0",
                        "content_block_delta 0",
                        "content_block_stop 0",
                        "content_block_start 1",
                        "content_block_delta 1",
                        "content_block_delta 1",
                        "content_block_stop 1",
                        "content_block_start 2",
                        "content_block_delta 2",
                        "content_block_stop 2",
                        "message_delta",
                        "message_stop");
    }

    @Test
    void signaturesOfOthersAreNotPassedOffAsOurs() {
        assertThat(written(new Signature(0, SignatureOf.REASONING, "gemini", "SECRET")))
                .doesNotContain("SECRET");
    }

    @Test
    void interleavedCallsComeOneAfterTheOther() {
        String stream =
                written(
                        new ToolCallDelta(0, 0, "a", "f", ""),
                        new ToolCallDelta(0, 1, "b", "g", "{\"y\":"),
                        new ToolCallDelta(0, 0, null, null, "{\"x\":"),
                        new ToolCallDelta(0, 1, null, null, "2}"),
                        new ToolCallDelta(0, 0, null, null, "1}"),
                        new Finish(0, Reason.TOOL_CALLS));
        assertThat(Streams.normal(Streams.read(MessagesCodec.INSTANCE, stream.getBytes(UTF_8))))
                .contains(
                        new ToolCallDelta(0, 0, "a", "f", "{\"x\":1}"),
                        new ToolCallDelta(0, 1, "b", "g", "{\"y\":2}"));
        assertThat(outline(stream))
                .containsSubsequence(
                        "content_block_stop 0", "content_block_start 1", "content_block_stop 1");
    }

    @Test
    void theNextCallStartsAsSoonAsTheOneBeforeItIsWhole() {
        var out = new Utf8Buffer(64);
        StreamWriter writer = MessagesCodec.INSTANCE.streamWriter(Streams.HEAD, Streams.request());
        writer.write(new ToolCallDelta(0, 0, "a", "f", "{}"), out);
        out.clear();
        writer.write(new ToolCallDelta(0, 1, "b", "g", "{"), out);
        assertThat(outline(out.toString()))
                .containsExactly(
                        "content_block_stop 0", "content_block_start 1", "content_block_delta 1");
    }

    @Test
    void usageIsSplitAndComesWithTheEnd() {
        assertThat(
                        written(
                                new TextDelta(0, "a"),
                                new Finish(0, Reason.STOP_SEQUENCE, "END"),
                                new Usage(100, 30, 20, 9, 4, false)))
                .contains("\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"")
                .contains(
                        "\"usage\":{\"input_tokens\":50,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":30,\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4}}");
    }

    @Test
    void whatWasCutOrFailedNeverLooksFinished() {
        assertThat(written(new TextDelta(0, "a")))
                .contains("event: error\n")
                .doesNotContain("message_stop");
        assertThat(
                        written(
                                new TextDelta(0, "a"),
                                new Failed(Failure.of(Failure.Kind.OVERLOADED, "full"))))
                .endsWith(
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"full\"}}\n\n");
    }
}
