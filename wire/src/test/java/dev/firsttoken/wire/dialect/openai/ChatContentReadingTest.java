package dev.firsttoken.wire.dialect.openai;

import static dev.firsttoken.wire.dialect.openai.ChatStreams.read;
import static dev.firsttoken.wire.dialect.openai.ChatStreams.readChunks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the model says in a choice, in every form that providers are known to give it. The names in
/// the comments are where it was seen.
class ChatContentReadingTest extends ChatReading {

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
                        "{\"object\":\"chat.completion.done\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"message\":{\"role\":\"assistant\",\"content\":\"oh"
                                + " hi\"}}],\"citations\":[\"x\"]}");
        assertThat(last.events).containsExactly(new TextDelta(0, "hi"));
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
}
