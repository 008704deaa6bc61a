package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatCompletionWriterTest {

    @Test
    void deltasBecomeOneMessage() {
        assertThat(
                        written(
                                new Started("x", "y"),
                                new ReasoningDelta(0, "think"),
                                new TextDelta(0, "Hel"),
                                new TextDelta(0, "lo"),
                                new Finish(0, Reason.STOP),
                                new Usage(1, 0, 2, 1)))
                .isEqualTo(
                        "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"m\",\"choices\":["
                                + "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\",\"reasoning_content\":\"think\",\"refusal\":null},"
                                + "\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":1}}}");
    }

    @Test
    void toolCallFragmentsAreJoinedAndContentIsNull() {
        assertThat(
                        written(
                                new ToolCallDelta(0, 0, "call_1", "get", "{\"a\""),
                                new ToolCallDelta(0, 0, null, null, ":1}"),
                                new Finish(0, Reason.TOOL_CALLS)))
                .contains("\"content\":null")
                .contains(
                        "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get\",\"arguments\":\"{\\\"a\\\":1}\"}}]")
                .contains("\"finish_reason\":\"tool_calls\"");
    }

    /// Members may stand in any order: Azure's are sorted, DeepSeek's thinking is behind the text.
    @Test
    void aWholeMessageIsReadInTheOrderOfItsMaking() {
        String body =
                """
                {"choices":[{"finish_reason":"stop","index":0,"message":{"content":"Hello",
                "reasoning_content":"think","role":"assistant"}}],"id":"c1","model":"m"}\
                """;
        List<StreamEvent> events = new ArrayList<>();
        ChatCodec.INSTANCE.readAnswer(body.getBytes(UTF_8), events::add);
        assertThat(events)
                .filteredOn(event -> !(event instanceof Started))
                .containsExactly(
                        new ReasoningDelta(0, "think"),
                        new TextDelta(0, "Hello"),
                        new Finish(0, Reason.STOP));
    }

    @Test
    void brokenStreamsAreNotPassedOffAsComplete() {
        assertThatThrownBy(() -> written(new TextDelta(0, "Hel")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("choice 0: no finish");
        assertThatThrownBy(() -> written(new Failed(Failure.of(Failure.Kind.TRUNCATED, "cut off"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TRUNCATED");
    }

    private static String written(StreamEvent... events) {
        Utf8Buffer out = new Utf8Buffer(64);
        ChatCompletionWriter.write("c1", "m", 7, List.of(events), out);
        return out.toString();
    }
}
