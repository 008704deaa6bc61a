package dev.firsttoken.wire.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.junit.jupiter.api.Test;

class ChatStreamWriterTest {

    private static final String HEAD =
            "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\",\"choices\":[";
    private static final String ROLE =
            HEAD
                    + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";

    @Test
    void roleComesFirstAndOnce() {
        assertThat(written(false, new Started("x", "y"), new TextDelta(0, "é\n漢🌊")))
                .isEqualTo(
                        ROLE
                                + HEAD
                                + "{\"index\":0,\"delta\":{\"content\":\"é\\n漢🌊\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
    }

    @Test
    void everyChoiceBeginsWithItsRole() {
        assertThat(written(false, new TextDelta(0, "a"), new TextDelta(1, "b")))
                .containsSubsequence(
                        "\"index\":0,\"delta\":{\"role\"",
                        "\"index\":0,\"delta\":{\"content\":\"a\"",
                        "\"index\":1,\"delta\":{\"role\"",
                        "\"index\":1,\"delta\":{\"content\":\"b\"");
    }

    @Test
    void reasoningAndRefusalHaveTheirOwnFields() {
        assertThat(written(false, new ReasoningDelta(0, "hm"), new RefusalDelta(0, "no")))
                .contains("\"delta\":{\"reasoning_content\":\"hm\"}")
                .contains("\"delta\":{\"refusal\":\"no\"}");
    }

    @Test
    void toolCallFragmentsCarryIdAndNameOnce() {
        assertThat(
                        written(
                                false,
                                new ToolCallDelta(0, 0, "call_1", "get", ""),
                                new ToolCallDelta(0, 0, null, null, "{\"a\"")))
                .contains(
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get\",\"arguments\":\"\"}}]}")
                .contains(
                        "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}");
    }

    @Test
    void finishHasAnEmptyDelta() {
        assertThat(written(false, new Started("x", "y"), new Finish(0, Reason.LENGTH)))
                .endsWith(
                        "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}]}\n\n");
    }

    @Test
    void lastUsageComesAtTheEndOnlyWhenWanted() {
        Utf8Buffer out = new Utf8Buffer(64);
        ChatStreamWriter writer = new ChatStreamWriter("c1", "m", 7, true);
        writer.write(new Usage(5, 0, 1, 0), out);
        writer.write(new Usage(5, 2, 3, 1), out);
        writer.write(new Finish(0, Reason.STOP), out);
        writer.end(out);
        assertThat(out.toString())
                .contains("\"finish_reason\":\"stop\"}],\"usage\":null}\n\n")
                .endsWith(
                        HEAD
                                + "],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3,\"total_tokens\":8,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":2},\"completion_tokens_details\":{\"reasoning_tokens\":1}}}\n\n"
                                + "data: [DONE]\n\n");

        Utf8Buffer unasked = new Utf8Buffer(64);
        ChatStreamWriter plain = new ChatStreamWriter("c1", "m", 7, false);
        plain.write(new Usage(5, 0, 1, 0), unasked);
        plain.end(unasked);
        assertThat(unasked.toString()).isEqualTo("data: [DONE]\n\n");
    }

    @Test
    void failureIsOneErrorEventAndNoDone() {
        Utf8Buffer out = new Utf8Buffer(64);
        ChatStreamWriter writer = new ChatStreamWriter("c1", "m", 7, true);
        writer.write(new Failed(Failure.of(Failure.Kind.STALLED, "silent for 60 s")), out);
        writer.end(out);
        assertThat(out.toString())
                .isEqualTo(
                        "data: {\"error\":{\"message\":\"silent for 60 s\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_stalled\"}}\n\n");
    }

    @Test
    void unrecognizedChunksOfThisDialectPassOnOneLine() {
        assertThat(
                        written(
                                false,
                                new Unrecognized("chat.completion.chunk", "{\"x\":\r\n1}"),
                                new Unrecognized("message_start", "{}")))
                .isEqualTo("data: {\"x\":  1}\n\n");
    }

    private static String written(boolean usageWanted, StreamEvent... events) {
        Utf8Buffer out = new Utf8Buffer(64);
        ChatStreamWriter writer = new ChatStreamWriter("c1", "m", 7, usageWanted);
        for (StreamEvent event : events) {
            writer.write(event, out);
        }
        return out.toString();
    }
}
