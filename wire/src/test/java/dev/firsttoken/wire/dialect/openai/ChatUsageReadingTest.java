package dev.firsttoken.wire.dialect.openai;

import static dev.firsttoken.wire.dialect.openai.ChatStreams.read;
import static dev.firsttoken.wire.dialect.openai.ChatStreams.readChunks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.openai.ChatStreams.Read;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Token counts, wherever providers are known to put them. The names in the comments are where it
/// was seen.
class ChatUsageReadingTest extends ChatReading {

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

    @Test
    void whatIsWrittenToACacheIsCountedInBothReaders() {
        last =
                readChunks(
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":2,\"cache_write_tokens\":5}}}");
        assertThat(last.usage()).isEqualTo(new Usage(9, 2, 5, 1, 0, false));
        assertThat(last.scan.cacheWriteTokens()).isEqualTo(5);
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
}
