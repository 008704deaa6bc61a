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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How streams are framed, end and fail, in every form that providers are known to give them. The
/// names in the comments are where it was seen.
class ChatStreamReaderTest extends ChatReading {

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
                        "data: {\"choices\":\n"
                                + "data: [{\"index\":0,\"delta\":\n"
                                + "data: {\"content\":\"hi\"}}]   }   \n\n");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // OpenAI
                "data:"
                        + " {\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"param\":null,\"code\":null}}"
                        + " | no (server_error)",
                // Groq
                "event: error~data:"
                        + " {\"error\":{\"message\":\"no\",\"code\":\"tool_use_failed\",\"status_code\":400}}"
                        + " | no (tool_use_failed)",
                // OpenRouter
                "data:"
                        + " {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\"error\":{\"code\":502,\"message\":\"no\"}}"
                        + " | no (502)",
                "data:"
                        + " {\"error\":{\"code\":502,\"message\":\"no\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}"
                        + " | no (502)",
                // Gemini's OpenAI layer
                "data: {\"error\":{\"code\":503,\"message\":\"no\",\"status\":\"UNAVAILABLE\"}} |"
                        + " no (503)",
                // Ollama
                "data: {\"error\":\"no\"} | no",
                // vLLM
                "data:"
                        + " {\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequest\",\"code\":400}"
                        + " | no",
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
                                + "\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}"
                                + "\n\ndata: [DONE]\n\n");
        assertThat(last.notJson).isEmpty();
        assertThat(last.events).startsWith(new TextDelta(0, "hi"));
        assertThat(last.events.getLast())
                .isEqualTo(new Failed(Failure.of(Failure.Kind.REPORTED, detail)));
        assertThat(last.reader.isComplete()).isFalse();
        assertThat(last.scan.hasError()).isTrue();
        assertThat(last.scan.hasOpenAiError()).isEqualTo(frame.contains("\"error\":{"));
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
                "data:"
                        + " {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"last"
                        + " words\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}";
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

    @Test
    void doneIsSeenAfterAFailureAndDoesNotMakeItComplete() {
        last = read("data: {\"error\":{\"message\":\"no\"}}\n\ndata: [DONE]\n\n");
        assertThat(last.reader.isDone()).isTrue();
        assertThat(last.reader.isComplete()).isFalse();
    }
}
