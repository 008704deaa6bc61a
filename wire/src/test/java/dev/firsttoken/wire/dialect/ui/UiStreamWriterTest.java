package dev.firsttoken.wire.dialect.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// UI message streams, part by part.
class UiStreamWriterTest {

    private static List<String> written(StreamEvent... events) {
        String stream = new String(Streams.write(UiCodec.INSTANCE, List.of(events)), UTF_8);
        assertThat(stream).endsWith("\n\n");
        return List.of(stream.split("\n\n")).stream()
                .map(frame -> frame.substring("data: ".length()))
                .toList();
    }

    @Test
    void aStreamIsWritten() {
        assertThat(
                        written(
                                new Started("i", "m"),
                                new ReasoningDelta(0, "hm"),
                                new Signature(0, SignatureOf.REASONING, "anthropic", "S"),
                                new Signature(0, SignatureOf.REDACTED, "anthropic", "R"),
                                new TextDelta(0, "a\"é"),
                                new TextDelta(1, "another choice"),
                                new Cited(0, new Citation("u", "t", null, -1, -1, "x", "{}")),
                                new Image(0, "image/png", "AAAA"),
                                new Unrecognized("x.y", "{}"),
                                new ToolCallDelta(0, 0, "c", "f", "{\"x\":"),
                                new ToolCallDelta(0, 0, null, null, "1}"),
                                new Usage(10, 3, 2, 7, 4, false),
                                new Finish(0, Reason.TOOL_CALLS)))
                .containsExactly(
                        "{\"type\":\"start\",\"messageId\":\"msg_1\"}",
                        "{\"type\":\"start-step\"}",
                        "{\"type\":\"reasoning-start\",\"id\":\"0\"}",
                        "{\"type\":\"reasoning-delta\",\"id\":\"0\",\"delta\":\"hm\"}",
                        "{\"type\":\"reasoning-end\",\"id\":\"0\",\"providerMetadata\":{\"anthropic\":{\"signature\":\"S\"}}}",
                        "{\"type\":\"reasoning-start\",\"id\":\"1\"}",
                        "{\"type\":\"reasoning-end\",\"id\":\"1\",\"providerMetadata\":{\"anthropic\":{\"redactedData\":\"R\"}}}",
                        "{\"type\":\"text-start\",\"id\":\"2\"}",
                        "{\"type\":\"text-delta\",\"id\":\"2\",\"delta\":\"a\\\"é\"}",
                        "{\"type\":\"source-url\",\"sourceId\":\"u\",\"url\":\"u\",\"title\":\"t\"}",
                        "{\"type\":\"text-end\",\"id\":\"2\"}",
                        "{\"type\":\"file\",\"url\":\"data:image/png;base64,AAAA\",\"mediaType\":\"image/png\"}",
                        "{\"type\":\"tool-input-start\",\"toolCallId\":\"c\",\"toolName\":\"f\"}",
                        "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c\",\"inputTextDelta\":\"{\\\"x\\\":\"}",
                        "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c\",\"inputTextDelta\":\"1}\"}",
                        "{\"type\":\"tool-input-available\",\"toolCallId\":\"c\",\"toolName\":\"f\",\"input\":{\"x\":1}}",
                        "{\"type\":\"finish-step\"}",
                        "{\"type\":\"finish\",\"finishReason\":\"tool-calls\",\"messageMetadata\":{\"usage\":{\"inputTokens\":10,\"outputTokens\":7,\"totalTokens\":17,\"cachedInputTokens\":3,\"reasoningTokens\":4}}}",
                        "[DONE]");
    }

    @Test
    void aCallThatWasCutIsAnError() {
        assertThat(
                        written(
                                new ToolCallDelta(0, 0, "c", "f", "{\"x\":"),
                                new Finish(0, Reason.LENGTH)))
                .contains(
                        "{\"type\":\"tool-input-error\",\"toolCallId\":\"c\",\"toolName\":\"f\",\"input\":\"{\\\"x\\\":\",\"errorText\":\"the"
                                + " answer was cut within the arguments\"}",
                        "{\"type\":\"finish\",\"finishReason\":\"length\"}");
    }

    @Test
    void whatWasCutOrFailedNeverLooksFinished() {
        assertThat(written(new TextDelta(0, "a")))
                .endsWith(
                        "{\"type\":\"error\",\"errorText\":\"the answer ended before it was"
                                + " complete\"}");
        Failure failure = Failure.of(Failure.Kind.STALLED, "silent");
        assertThat(written(new Failed(failure)))
                .containsExactly("{\"type\":\"error\",\"errorText\":\"silent\"}");
        assertThat(
                        written(
                                new ToolCallDelta(0, 0, "c", "f", "["),
                                new Finish(0, Reason.TOOL_CALLS)))
                .last()
                .asString()
                .contains("tool call 0: its arguments are not a JSON object");
    }

    @Test
    void whatIsNotAStreamIsOneAllTheSame() {
        var out = new Utf8Buffer(64);
        UiCodec.INSTANCE.writeError(Failure.of(Failure.Kind.OVERLOADED, "full"), out);
        assertThat(out.toString()).isEqualTo("full");
        assertThat(UiCodec.INSTANCE.streamHeaders())
                .containsEntry("x-vercel-ai-ui-message-stream", "v1");
        out.clear();
        UiCodec.INSTANCE.streamWriter(Streams.HEAD, Streams.request()).heartbeat(out);
        assertThat(out.toString()).isEqualTo(":\n");
    }
}
