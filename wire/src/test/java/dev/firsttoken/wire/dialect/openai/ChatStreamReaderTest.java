package dev.firsttoken.wire.dialect.openai;

import static dev.firsttoken.wire.dialect.openai.ChatStreams.read;
import static dev.firsttoken.wire.dialect.openai.ChatStreams.readChunks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.openai.ChatStreams.Read;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each accent that providers are known to have, read and looked at. The names in the comments are
/// where it was seen.
class ChatStreamReaderTest {

    private static final String HI =
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}";
    private static final String STOP =
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    private Read last;

    /// The scan of the verbatim lane must have come to the same conclusions.
    @AfterEach
    void scanAgrees() {
        if (last != null) {
            assertAgreement(last);
        }
    }

    static void assertAgreement(Read read) {
        assertThat(read.contentSeen).as("content").isEqualTo(read.contentRead);
        assertThat(read.scan.isComplete()).as("complete").isEqualTo(read.reader.isComplete());
        assertThat(read.scan.isDone()).as("done").isEqualTo(read.reader.isDone());
        assertThat(read.scan.hasError())
                .as("error")
                .isEqualTo(read.events.stream().anyMatch(Failed.class::isInstance));
        Usage usage = read.usage();
        assertThat(read.scan.hasUsage()).as("usage").isEqualTo(usage != null);
        if (usage != null) {
            assertThat(
                            new Usage(
                                    read.scan.inputTokens(),
                                    read.scan.cachedInputTokens(),
                                    read.scan.outputTokens(),
                                    read.scan.reasoningTokens()))
                    .isEqualTo(usage);
        }
        for (int i = 0; i < read.events.size() - 1; i++) {
            assertThat(read.events.get(i)).as("only the last").isNotInstanceOf(Failed.class);
        }
    }

    @Test
    void streamOfTheInventorReadsAsEvents() {
        last =
                read(
                        """
                        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}

                        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[{"index":0,"delta":{"content":"Hel"},"logprobs":null,"finish_reason":null}],"usage":null}

                        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[{"index":0,"delta":{"content":"lo\\n\\u00fc"},"logprobs":null,"finish_reason":null}],"usage":null}

                        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

                        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":2}}}

                        data: [DONE]

                        """);
        assertThat(last.events)
                .containsExactly(
                        new Started("c1", "gpt", 1),
                        new Metadata(Metadata.SERVICE_TIER, "default"),
                        new TextDelta(0, "Hel"),
                        new TextDelta(0, "lo\nü"),
                        new Finish(0, Reason.STOP),
                        new Usage(9, 4, 5, 2));
        assertThat(last.reader.isDone()).isTrue();
        assertThat(last.reader.isComplete()).isTrue();
        assertThat(last.scan.isUsageOnly()).isFalse();
    }

    @Test
    void finishedStreamIsCompleteWithoutDone() {
        last = readChunks(HI, STOP);
        assertThat(last.reader.isDone()).isFalse();
        assertThat(last.reader.isComplete()).isTrue();
    }

    @Test
    void streamWithoutFinishIsCompleteWithDoneOnly() {
        // Snowflake never sends a finish reason.
        last = readChunks(HI);
        assertThat(last.reader.isComplete()).isFalse();
        last = readChunks(HI, "[DONE]");
        assertThat(last.reader.isComplete()).isTrue();
        last = read("");
        assertThat(last.reader.isComplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data: [DONE]", "data: [DONE]\n", "data:[DONE]\n\n", "data: [DONE]\r\n\r\n"})
    void doneNeedsNoBlankLine(String done) {
        // llama.cpp
        last = read("data: " + HI + "\n\n" + done);
        assertThat(last.reader.isDone()).isTrue();
    }

    @Test
    void streamWithCrLfAndCommentsReadsTheSame() {
        // Gemini; OpenRouter, DeepSeek, llama.cpp
        last =
                read(
                        ": OPENROUTER PROCESSING\r\n\r\ndata: "
                                + HI
                                + "\r\n\r\n:\r\n\r\ndata: "
                                + STOP
                                + "\r\n\r\n: keep-alive\r\n\r\n");
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"), new Finish(0, Reason.STOP));
    }

    @Test
    void eventNamesAndIdsDoNotMatter() {
        // bedrock-mantle names its events behind the data.
        last = read("id: 1\ndata: " + HI + "\nevent: chunk\n\nevent: x\ndata: " + STOP + "\n\n");
        assertThat(last.text()).isEqualTo("hi");
        assertThat(last.reader.isComplete()).isTrue();
    }

    @Test
    void jsonMayBeSpreadOverDataLinesAndPadded() {
        last =
                read(
                        "data: {\"choices\":\ndata: [{\"index\":0,\"delta\":\ndata: {\"content\":\"hi\"}}]   }   \n\n");
        assertThat(last.text()).isEqualTo("hi");
    }

    @Test
    void firstChunkMayHaveNoChoicesAndNoName() {
        // Azure
        last =
                readChunks(
                        "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\"prompt_filter_results\":[{\"prompt_index\":0}]}",
                        "{\"choices\":[{\"content_filter_results\":{},\"delta\":{\"content\":\"hi\"},\"finish_reason\":null,\"index\":0}],\"id\":\"c1\",\"model\":\"gpt\"}");
        // Their order within the chunk is not ours: the name comes behind the text here.
        assertThat(last.events).contains(new TextDelta(0, "hi"));
        assertThat(last.scan.isUsageOnly()).isFalse();
    }

    @Test
    void usageIsNotTheEnd() {
        // OpenAI with moderation
        last =
                readChunks(
                        HI,
                        STOP,
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}",
                        "{\"choices\":[],\"usage\":null,\"moderation\":{\"input\":{},\"output\":{}}}",
                        "[DONE]");
        assertThat(last.usage()).isEqualTo(new Usage(1, 0, 2, 0));
        last = readChunks(HI, "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}");
        assertThat(last.reader.isComplete()).isFalse();
        assertThat(last.scan.isUsageOnly()).isTrue();
    }

    @Test
    void usageMayStandInTheFinishChunkOrInEach() {
        // DeepSeek, Mistral, Groq, Z.AI; Perplexity, vLLM
        last =
                readChunks(
                        "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}",
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}");
        assertThat(last.usage()).isEqualTo(new Usage(1, 0, 2, 0));
        assertThat(last.scan.isUsageOnly()).isFalse();
        assertThat(last.text()).isEqualTo("ab");
    }

    @Test
    void usageMayStandInAVendorFieldOrInAChoice() {
        // Groq in 2025; Moonshot's older API
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"x_groq\":{\"id\":\"r\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7,\"queue_time\":0.1}}}");
        assertThat(last.usage()).isEqualTo(new Usage(3, 0, 4, 0));
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}]}");
        assertThat(last.usage()).isEqualTo(new Usage(3, 0, 4, 0));
        last = readChunks("{\"choices\":[],\"x_groq\":null,\"usage\":\"none\"}");
        assertThat(last.usage()).isNull();
    }

    @Test
    void reasoningThatIsOnlyInTheTotalIsOutput() {
        // xAI: 1 + 290 + 12 = 303
        last =
                readChunks(
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":1,\"total_tokens\":303,\"completion_tokens_details\":{\"reasoning_tokens\":290}}}");
        assertThat(last.usage()).isEqualTo(new Usage(12, 0, 291, 290));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"prompt_cache_hit_tokens\":7,\"prompt_tokens_details\":{}",
                "\"prompt_tokens_details\":{\"cached_tokens\":7},\"prompt_cache_hit_tokens\":0",
                "\"prompt_cache_hit_tokens\":7,\"prompt_tokens_details\":null",
                "\"prompt_tokens_details\":{\"cached_tokens\":7}"
            })
    void cachedTokensAreFoundWhereverTheyAre(String fields) {
        // DeepSeek
        last = readChunks("{\"choices\":[],\"usage\":{\"prompt_tokens\":9," + fields + "}}");
        assertThat(last.usage()).isEqualTo(new Usage(9, 7, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"finish_reason\":null", ",\"finish_reason\":\"\""})
    void choiceWithoutAReasonGoesOn(String finish) {
        // xAI, Z.AI
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}"
                                + finish
                                + "}]}");
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"));
        assertThat(last.reader.isComplete()).isFalse();
    }

    @Test
    void finishMayComeTwice() {
        // OpenRouter
        last =
                readChunks(
                        HI,
                        STOP,
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");
        assertThat(last.reader.isComplete()).isTrue();
        assertThat(last.scan.isUsageOnly()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"",
                "\"index\":0,\"finish_reason\":\"stop\",\"delta\":{\"content\":\"hi\"}",
                "\"finish_reason\":\"stop\",\"index\":0,\"delta\":{\"content\":\"hi\"}",
                "\"finish_reason\":\"stop\",\"delta\":{\"content\":\"hi\"},\"index\":0",
                "\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\",\"index\":0",
                "\"delta\":{\"content\":\"hi\"},\"index\":0,\"finish_reason\":\"stop\"",
                "\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"",
                "\"finish_reason\":\"stop\",\"delta\":{\"content\":\"hi\"}",
                "\"index\":null,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"",
                "\"index\":-1,\"finish_reason\":\"stop\",\"delta\":{\"content\":\"hi\"}"
            })
    void finishComesAfterItsTextInAnyOrderOfFields(String choice) {
        // Mistral, Moonshot; Azure and Qwen have the index last
        last = readChunks("{\"choices\":[{" + choice + "}],\"id\":\"c\",\"model\":\"m\"}");
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"), new Finish(0, Reason.STOP));
        assertThat(last.reader.isComplete()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "stop,STOP",
        "length,LENGTH",
        "model_length,LENGTH",
        "tool_calls,TOOL_CALLS",
        "function_call,TOOL_CALLS",
        "content_filter,CONTENT_FILTER",
        "insufficient_system_resource,OTHER",
        "error,OTHER",
        "STOP,OTHER"
    })
    void reasonsHaveOneName(String word, Reason reason) {
        last = readChunks(STOP.replace("stop", word));
        assertThat(last.events)
                .containsExactly(new Finish(0, reason, reason == Reason.OTHER ? word : null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "[]", "{}", "1", "false"})
    void contentMayBeNothing(String content) {
        // DeepSeek, Groq, Qwen, llama.cpp, Mistral
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":"
                                + content
                                + ",\"refusal\":\"\",\"tool_calls\":null,\"function_call\":null,\"audio\":null}}]}");
        assertThat(last.events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"choices\":null}",
                "{\"choices\":{}}",
                "{\"choices\":[{}]}",
                "{\"choices\":[{\"delta\":null}]}",
                "{\"choices\":[{\"index\":0,\"delta\":[]}]}"
            })
    void chunkMayHoldNothing(String chunk) {
        last = readChunks(chunk);
        assertThat(last.events).isEmpty();
        assertThat(last.notJson).isEmpty();
    }

    @Test
    void contentMayBeAnArrayOfParts() {
        // Mistral with reasoning
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"},null,{\"x\":1}]},1]}}]}",
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":\"so\"},{\"type\":\"text\",\"text\":\"hi\"},{\"type\":\"reference\",\"reference_ids\":[1]}]}}]}");
        assertThat(last.events)
                .containsExactly(
                        new ReasoningDelta(0, "hm"),
                        new ReasoningDelta(0, "so"),
                        new TextDelta(0, "hi"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"reasoning_content\":\"hm\",\"content\":null",
                "\"content\":null,\"reasoning\":\"hm\"",
                "\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"",
                "\"reasoning\":null,\"reasoning_content\":\"hm\"",
                "\"reasoning\":\"hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\"}]",
            })
    void reasoningHasManyNamesAndIsReadOnce(String delta) {
        // DeepSeek, Qwen, xAI, Z.AI; Groq, OpenRouter; vLLM sends both names
        last = readChunks("{\"choices\":[{\"index\":0,\"delta\":{" + delta + "}}]}");
        assertThat(last.events).containsExactly(new ReasoningDelta(0, "hm"));
    }

    @Test
    void thinkingInTheTextIsText() {
        // Together: there is no telling it from text about <think>.
        last =
                readChunks(
                        "{\"choices\":[{\"index\":0,\"text\":\"<think>\",\"delta\":{\"token_id\":1,\"content\":\"<think>\"}}]}");
        assertThat(last.events).containsExactly(new TextDelta(0, "<think>"));
    }

    @Test
    void refusalIsContentOfItsOwn() {
        last = readChunks("{\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"no\"}}]}");
        assertThat(last.events).containsExactly(new RefusalDelta(0, "no"));
    }

    @Test
    void wholeMessageBesideTheDeltaIsNotReadTwice() {
        // Writer, Perplexity
        last =
                readChunks(
                        "{\"object\":\"chat.completion.done\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"message\":{\"role\":\"assistant\",\"content\":\"oh hi\"}}],\"citations\":[\"x\"]}");
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"));
    }

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
    void idAndModelMayChange() {
        // Groq compound: another id on every chunk
        last =
                readChunks(
                        "{\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}",
                        "{\"id\":\"b\",\"model\":\"n\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"y\"}}]}");
        assertThat(last.events)
                .containsExactly(
                        new Started("a", "m"), new TextDelta(0, "x"), new TextDelta(0, "y"));
    }

    @Test
    void choicesAreToldApart() {
        String form =
                "{\"choices\":[{\"index\":%d,\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}";
        last =
                readChunks(
                        form.formatted(0, "a", "null"),
                        form.formatted(1, "b", "null"),
                        form.formatted(0, "c", "\"stop\""));
        assertThat(last.events)
                .containsExactly(
                        new TextDelta(0, "a"),
                        new TextDelta(1, "b"),
                        new TextDelta(0, "c"),
                        new Finish(0, Reason.STOP));
        assertThat(last.reader.isComplete()).as("choice 1 was cut").isFalse();
        last =
                readChunks(
                        "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"},{\"delta\":{\"content\":\"b\"}}]}");
        assertThat(last.events)
                .containsExactly(
                        new TextDelta(0, "a"), new Finish(0, Reason.STOP), new TextDelta(1, "b"));
        assertThat(last.reader.isComplete()).isFalse();
    }

    @Test
    void eachOfThe128ChoicesOfARequestCounts() {
        String form =
                "{\"choices\":[{\"index\":%d,\"delta\":{\"content\":\"x\"},\"finish_reason\":%s}]}";
        for (int cut : new int[] {0, 62, 63, 64, 127}) {
            var chunks = new ArrayList<String>();
            for (int i = 0; i < 128; i++) {
                chunks.add(form.formatted(i, i == cut ? "null" : "\"stop\""));
            }
            last = read(ChatStreams.frames(chunks));
            assertThat(last.reader.isComplete()).as("without %d", cut).isFalse();
            chunks.add(form.formatted(cut, "\"stop\""));
            last = read(ChatStreams.frames(chunks));
            assertThat(last.reader.isComplete()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"128", "2000000000", "4294967296", "99999999999999999999"})
    void choiceThatNobodyCanAskForIsRefused(String index) {
        last =
                readChunks(
                        "{\"choices\":[{\"index\":" + index + ",\"delta\":{\"content\":\"x\"}}]}");
        assertThat(last.notJson).singleElement().asString().contains("expected a number");
        assertThat(last.events).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // OpenAI
                "data: {\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"param\":null,\"code\":null}} | no (server_error)",
                // Groq
                "event: error~data: {\"error\":{\"message\":\"no\",\"code\":\"tool_use_failed\",\"status_code\":400}} | no (tool_use_failed)",
                // OpenRouter
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\"error\":{\"code\":502,\"message\":\"no\"}} | no (502)",
                "data: {\"error\":{\"code\":502,\"message\":\"no\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]} | no (502)",
                // Gemini's OpenAI layer
                "data: {\"error\":{\"code\":503,\"message\":\"no\",\"status\":\"UNAVAILABLE\"}} | no (503)",
                // Ollama
                "data: {\"error\":\"no\"} | no",
                // vLLM
                "data: {\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequest\",\"code\":400} | no",
                "data: {\"message\":\"no\",\"object\":\"error\"} | no",
                // llama.cpp until 2025
                "error: {\"code\":500,\"message\":\"no\",\"type\":\"server_error\"} | no",
                "error: {\"error\":{\"code\":500,\"message\":\"no\"}} | no (500)",
                "event: error~data: {\"message\":\"no\"} | no",
                // Not even JSON
                "event: error~data: Internal Server Error | the provider reported an error",
                "event: error~data: | the provider reported an error",
                "error: out of memory | the provider reported an error",
                "data: {\"error\":{}} | the provider reported an error",
                "data: {\"error\":\"\"} | the provider reported an error",
            })
    void everyFormOfAnErrorIsOneFailure(String frame, String detail) {
        last =
                read(
                        "data: "
                                + HI
                                + "\n\n"
                                + frame.replace('~', '\n')
                                + "\n\ndata: "
                                + HI
                                + "\n\ndata: [DONE]\n\n");
        assertThat(last.notJson).isEmpty();
        assertThat(last.events).startsWith(new TextDelta(0, "hi"));
        assertThat(last.events.getLast())
                .isEqualTo(new Failed(Failure.of(Failure.Kind.REPORTED, detail)));
        assertThat(last.reader.isComplete()).isFalse();
        assertThat(last.scan.hasError()).isTrue();
        assertThat(last.scan.hasOpenAiError()).isEqualTo(frame.contains("\"error\":{"));
        last = null; // What follows a failure is read by the scan only.
    }

    @Test
    void errorThatIsNullIsNone() {
        last =
                readChunks(
                        "{\"error\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}");
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"));
    }

    @Test
    void textBesideAnErrorComesBeforeTheFailure() {
        last =
                readChunks(
                        "{\"error\":{\"message\":\"no\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}");
        assertThat(last.events)
                .containsExactly(
                        new TextDelta(0, "hi"),
                        new Failed(Failure.of(Failure.Kind.REPORTED, "no")));
    }

    @Test
    void eventWithEmptyDataIsNothing() {
        last = read("data:\n\ndata: \n\ndata\n\ndata: " + HI + "\n\n");
        assertThat(last.notJson).isEmpty();
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "{",
                "[]",
                "{\"choices\":[1]}",
                "{\"choices\":[null]}",
                "{} {}",
                "<html>",
                "[DONE]!"
            })
    void whatIsNotAChunkIsReported(String data) {
        last = read("data: " + data + "\n\n");
        assertThat(last.notJson).hasSize(1);
        assertThat(last.events).isEmpty();
    }

    @Test
    void blanksAroundTheMarkDoNotMatter() {
        last = read("data: " + HI + "\n\ndata:   [DONE]  \n\n");
        assertThat(last.notJson).isEmpty();
        assertThat(last.reader.isDone()).isTrue();
    }

    @Test
    void chunkThatIsCutAnywhereCountsForNothing() {
        String chunk =
                "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"last words\"},"
                        + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}";
        for (int length = "data: ".length() + 1; length < chunk.length(); length++) {
            last = read("data: " + HI + "\n\n" + chunk.substring(0, length));
            assertThat(last.text()).isEqualTo("hi");
            assertThat(last.reader.isComplete()).as(chunk.substring(0, length)).isFalse();
            assertThat(last.scan.isComplete()).isFalse();
            last = null;
        }
        last = read("data: " + HI + "\n\n" + chunk);
        assertThat(last.text()).isEqualTo("hilast words");
        assertThat(last.reader.isComplete()).isTrue();
    }

    @Test
    void whatTheWriterWritesReadsBack() {
        var random = new Random(31);
        for (int round = 0; round < 2_000; round++) {
            var events = new ArrayList<StreamEvent>();
            var begun = new HashSet<List<Integer>>();
            int choices = 1 + random.nextInt(3);
            int count = random.nextInt(20);
            for (int i = 0; i < count; i++) {
                int choice = random.nextInt(choices);
                String text = "流\"\\\n\r\0😀x".substring(0, 1 + random.nextInt(6));
                events.add(
                        switch (random.nextInt(5)) {
                            case 0 -> new ReasoningDelta(choice, text);
                            case 1 -> new RefusalDelta(choice, text);
                            case 2, 3 -> {
                                int call = random.nextInt(3);
                                boolean first = begun.add(List.of(choice, call));
                                yield new ToolCallDelta(
                                        choice,
                                        call,
                                        first ? "id" + i : null,
                                        first ? "f" : null,
                                        text);
                            }
                            default -> new TextDelta(choice, text);
                        });
            }
            for (int choice = 0; choice < choices; choice++) {
                var reasons = List.of(Reason.STOP, Reason.LENGTH, Reason.CONTENT_FILTER);
                events.add(new Finish(choice, reasons.get(random.nextInt(3))));
            }
            events.add(
                    new Usage(
                            random.nextInt(1000) + 10,
                            random.nextInt(10),
                            random.nextInt(1000),
                            random.nextInt(10)));
            var out = new Utf8Buffer(64);
            var writer = new ChatStreamWriter("chatcmpl-\"1\"", "m/ü", 7, true);
            events.forEach(event -> writer.write(event, out));
            writer.end(out);
            Read read = read(out.toByteArray(), random);
            events.addFirst(new Started("chatcmpl-\"1\"", "m/ü", 7));
            assertThat(read.events).isEqualTo(events);
            assertThat(read.reader.isDone()).isTrue();
            assertThat(read.reader.isComplete()).isTrue();
            assertAgreement(read);
        }
    }

    @Test
    void failureThatTheWriterWritesReadsBackAsOne() {
        var out = new Utf8Buffer(64);
        var writer = new ChatStreamWriter("c", "m", 7, true);
        writer.write(new TextDelta(0, "hi"), out);
        writer.write(new Failed(Failure.of(Failure.Kind.STALLED, "silent")), out);
        writer.end(out);
        last = read(out.toByteArray(), null);
        assertThat(last.events)
                .containsExactly(
                        new Started("c", "m", 7),
                        new TextDelta(0, "hi"),
                        new Failed(Failure.of(Failure.Kind.REPORTED, "silent (upstream_stalled)")));
        assertThat(last.scan.hasOpenAiError()).isTrue();
    }

    @Test
    void brokenFrameLeavesNoTrace() {
        String broken =
                "{\"id\":\"c\",\"model\":\"m\",\"usage\":{\"prompt_tokens\":9},\"error\":{\"message\":\"no\"},"
                        + "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":4}]}}]";
        last =
                readChunks(
                        broken,
                        "{\"id\":\"c\",\"model\":\"m\"}",
                        tool("{\"function\":{\"arguments\":\"{}\"}}"));
        assertThat(last.notJson).hasSize(1);
        assertThat(last.events)
                .containsExactly(new Started("c", "m"), new ToolCallDelta(0, 0, null, null, "{}"));
        assertThat(last.scan.hasUsage()).isFalse();
        assertThat(last.scan.hasError()).isFalse();
        assertThat(last.scan.hasOpenAiError()).isFalse();
    }

    /// A count that no provider can mean must neither be passed on nor end the stream.
    @ParameterizedTest
    @CsvSource({
        "-3, 0",
        "999999999999999999, 1000000000000000",
        "1000000000000000, 1000000000000000"
    })
    void tokenCountsStayWithinReason(String said, long counted) {
        String usage = "{\"choices\":[],\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":%s}}";
        last = readChunks(usage.formatted(said, said));
        assertThat(last.usage()).isEqualTo(new Usage(counted, 0, counted, 0));
        var out = new Utf8Buffer(64);
        var writer = new ChatStreamWriter("c", "m", 7, true);
        writer.write(last.usage(), out);
        writer.end(out);
        Read again = read(out.toByteArray(), null);
        assertThat(again.notJson).isEmpty();
        assertThat(again.usage()).isEqualTo(last.usage());
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

    @Test
    void doneIsSeenAfterAFailureAndDoesNotMakeItComplete() {
        last = read("data: {\"error\":{\"message\":\"no\"}}\n\ndata: [DONE]\n\n");
        assertThat(last.reader.isDone()).isTrue();
        assertThat(last.reader.isComplete()).isFalse();
    }

    private static String tool(String calls) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + calls + "]}}]}";
    }
}
