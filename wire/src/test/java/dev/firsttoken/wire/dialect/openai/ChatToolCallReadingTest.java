package dev.firsttoken.wire.dialect.openai;

import static dev.firsttoken.wire.dialect.openai.ChatStreams.readChunks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tool calls, in every form that providers are known to give them. The names in the comments are
/// where it was seen.
class ChatToolCallReadingTest extends ChatReading {

    @Test
    void toolCallComesInFragments() {
        last =
                readChunks(
                        tool(
                                "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                        tool("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}"),
                        tool("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}"));
        assertThat(last.events)
                .containsExactly(
                        new ToolCallDelta(0, 0, "call_1", "f", ""),
                        new ToolCallDelta(0, 0, null, null, "{\"a\":"),
                        new ToolCallDelta(0, 0, null, null, "1}"));
    }

    @Test
    void emptyIdAndNameAreNone() {
        // Qwen; GLM on Mistral
        last =
                readChunks(
                        tool(
                                "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                        tool(
                                "{\"index\":0,\"id\":\"\",\"type\":\"function\",\"function\":{\"name\":\"\",\"arguments\":\"{}\"}}"));
        assertThat(last.events)
                .containsExactly(
                        new ToolCallDelta(0, 0, "call_1", "f", ""),
                        new ToolCallDelta(0, 0, null, null, "{}"));
    }

    @Test
    void toolCallsWithoutAnIndexAreCounted() {
        // Mistral, Gemini compat
        last =
                readChunks(
                        tool(
                                "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                                        + "{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}"),
                        tool("{\"index\":null,\"function\":{\"arguments\":\"}\"}}"));
        assertThat(last.events)
                .containsExactly(
                        new ToolCallDelta(0, 0, "a", "f", "{}"),
                        new ToolCallDelta(0, 1, "b", "g", "{"),
                        new ToolCallDelta(0, 1, null, null, "}"));
    }

    @Test
    void toolCallsWithoutAnIndexAreCountedForEachChoice() {
        String form = "{\"choices\":[{\"index\":%d,\"delta\":{\"tool_calls\":[%s]}}]}";
        String first = "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}";
        String next = "{\"function\":{\"arguments\":\"}\"}}";
        last =
                readChunks(
                        form.formatted(0, first),
                        form.formatted(1, first),
                        form.formatted(0, next),
                        form.formatted(1, next));
        assertThat(last.events).extracting(e -> ((ToolCallDelta) e).call()).containsOnly(0);
    }

    @Test
    void toolIndexNeedNotStartAtZero() {
        // Anthropic's OpenAI layer
        last =
                readChunks(
                        tool(
                                "{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"));
        assertThat(last.events).containsExactly(new ToolCallDelta(0, 1, "a", "f", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",\"arguments\":\"\"           | ``",
                "                              | ``",
                ",\"arguments\":null           | ``",
                ",\"arguments\":\"{}\"         | {}",
                ",\"arguments\":{}             | {}",
                ",\"arguments\":{ \"a\" : [1]} | `{ \"a\" : [1]}`",
            })
    void argumentsMayBeNothingOrJsonItself(String arguments, String text) {
        String given = arguments == null ? "" : arguments;
        last =
                readChunks(
                        tool(
                                "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\""
                                        + given
                                        + "}}"));
        assertThat(last.events).containsExactly(new ToolCallDelta(0, 0, "a", "f", text));
    }

    @Test
    void toolCallMayComeWithTheFinish() {
        // Mistral
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}");
        assertThat(last.events)
                .containsExactly(
                        new ToolCallDelta(0, 0, "a", "f", "{}"), new Finish(0, Reason.TOOL_CALLS));
    }

    @Test
    void legacyFunctionCallIsAToolCall() {
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}},\"finish_reason\":\"function_call\"}]}");
        assertThat(last.events)
                .containsExactly(
                        new ToolCallDelta(0, 0, null, "f", "{"), new Finish(0, Reason.TOOL_CALLS));
    }

    @Test
    void toolCallAfterTheLastPossibleIndexStaysThere() {
        int most = Integer.MAX_VALUE - 1;
        last =
                readChunks(
                        tool("{\"index\":" + most + "}"),
                        tool("{\"id\":\"a\"}"),
                        tool("{\"id\":\"b\"}"));
        assertThat(last.events)
                .containsExactly(
                        new ToolCallDelta(0, most, null, null, ""),
                        new ToolCallDelta(0, most, null, null, ""),
                        new ToolCallDelta(0, most, null, null, ""));
    }
}
