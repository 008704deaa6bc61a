package dev.firsttoken.wire.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Streams written for the purpose.
class OllamaStreamTest {

    private static final OllamaCodec CODEC = OllamaCodec.INSTANCE;
    private static final String HEAD =
            "{\"model\":\"l\",\"created_at\":\"2026-01-02T03:04:05.6Z\",";

    static final String WHOLE =
            """
            {"model":"l","created_at":"2026-01-02T03:04:05.6Z","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}
            {"model":"l","created_at":"2026-01-02T03:04:05.7Z","message":{"role":"assistant","content":"a\\u00e9"},"done":false}
            {"model":"l","created_at":"2026-01-02T03:04:05.8Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}},{"id":"c7","function":{"name":"g","arguments":{}}}]},"done":false}
            {"model":"l","created_at":"2026-01-02T03:04:05.9Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":9,"eval_count":5,"prompt_eval_count":3}
            """;

    private static List<StreamEvent> read(String stream) {
        return Streams.read(CODEC, stream.getBytes(UTF_8));
    }

    private static String written(StreamEvent... events) {
        return new String(Streams.write(CODEC, List.of(events)), UTF_8);
    }

    @Test
    void everythingOfALineIsRead() {
        assertThat(read(WHOLE))
                .containsExactly(
                        new Started("", "l", 1767323045),
                        new ReasoningDelta(0, "hm"),
                        new TextDelta(0, "aé"),
                        new ToolCallDelta(0, 0, "ollama_call_202601020304056_0", "f", "{\"x\":1}"),
                        new ToolCallDelta(0, 1, "c7", "g", "{}"),
                        new Finish(0, Reason.TOOL_CALLS),
                        new Metadata("ollama.durations", "{\"total_duration\":9}"),
                        new Usage(3, 0, 5, 0));
    }

    @Test
    void aStreamIsCompleteWhenItIsDone() {
        String cut = WHOLE.substring(0, WHOLE.lastIndexOf(",\"done\":true"));
        assertThat(read(cut).getLast())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.failure().kind())
                                        .isEqualTo(Failure.Kind.TRUNCATED));
        assertThat(read(WHOLE.stripTrailing())).isEqualTo(read(WHOLE));
        assertThat(read(WHOLE + "{\"error\":\"late\"}\n")).isEqualTo(read(WHOLE));
    }

    @Test
    void anErrorInsideOfAStreamEndsIt() {
        String text = HEAD + "\"message\":{\"content\":\"a\"},\"done\":false}\n";
        for (String error :
                List.of("{\"error\":\"no memory\"}", "{\"error\":{\"message\":\"no memory\"}}")) {
            assertThat(read(text + error + "\n" + text))
                    .containsExactly(
                            new Started("", "l", 1767323045),
                            new TextDelta(0, "a"),
                            new Failed(Failure.of(Failure.Kind.REPORTED, "no memory")));
        }
        Failure failure =
                CODEC.readError(404, Headers.NONE, "{\"error\":\"no model\"}".getBytes(UTF_8));
        assertThat(failure).isEqualTo(new Failure(Failure.Kind.REFUSED, 404, "no model", null));
        var out = new Utf8Buffer(16);
        CODEC.writeError(failure, out);
        assertThat(out.toString()).isEqualTo("{\"error\":\"no model\"}");
    }

    @Test
    void brokenAndEndlessLinesAreFailures() {
        assertThat(read("{\"model\":}\n").getLast()).isInstanceOf(Failed.class);
        byte[] endless = ("{\"model\":\"" + "x".repeat(300)).getBytes(UTF_8);
        List<StreamEvent> events = Streams.read(CODEC.streamReader(256), endless, null);
        assertThat(events)
                .containsExactly(
                        new Failed(
                                Failure.of(
                                        Failure.Kind.INVALID, "a line is longer than 256 bytes")));
    }

    @Test
    void countsAndReasonsMayBeMissing() {
        assertThat(read(HEAD + "\"message\":{},\"done\":true}\n"))
                .containsExactly(new Started("", "l", 1767323045), new Finish(0, Reason.STOP));
        assertThat(read(HEAD + "\"done\":true,\"done_reason\":\"length\",\"eval_count\":4}\n"))
                .contains(new Finish(0, Reason.LENGTH), new Usage(0, 0, 4, 0));
        assertThat(read(HEAD + "\"done\":true,\"done_reason\":\"load\"}\n"))
                .contains(new Finish(0, Reason.OTHER, "load"));
    }

    @Test
    void callsInPiecesBecomeWholeAndCutOnesAreNotRun() {
        assertThat(
                        written(
                                new ToolCallDelta(0, 0, "a", "f", "{\"x\":"),
                                new ToolCallDelta(0, 0, null, null, "1}"),
                                new Finish(0, Reason.TOOL_CALLS)))
                .contains(
                        "\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}]");
        var cut = new ToolCallDelta(0, 0, "a", "f", "{\"x\":");
        assertThat(written(cut, new Finish(0, Reason.LENGTH)))
                .doesNotContain("tool_calls")
                .contains("\"done_reason\":\"length\"");
        assertThat(written(cut, new Finish(0, Reason.TOOL_CALLS)))
                .contains("{\"error\":\"tool call 0")
                .doesNotContain("\"done\":true");
    }

    @Test
    void whatWasCutOrFailedNeverLooksFinished() {
        assertThat(written(new TextDelta(0, "a")))
                .contains("{\"error\":")
                .doesNotContain("\"done\":true");
        var out = new Utf8Buffer(16);
        var writer = CODEC.streamWriter(Streams.HEAD, Streams.request());
        writer.heartbeat(out);
        assertThat(read(out + WHOLE)).isEqualTo(read(WHOLE));
    }
}
