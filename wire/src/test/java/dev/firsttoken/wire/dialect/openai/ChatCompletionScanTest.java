package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatCompletionScanTest {

    /// 4294967725 is 429 in the lower half of its bits.
    @ParameterizedTest
    @CsvSource({"429, 429", "4294967725, 0", "99, 0", "600, 0", "-400, 0", "'\"429\"', 0"})
    void codeOfAnErrorIsAnHttpStatusOrNothing(String code, int status) {
        ChatCompletionScan scan = looked("{\"error\":{\"code\":" + code + "}}");
        assertThat(scan.hasError()).isTrue();
        assertThat(scan.errorStatus()).isEqualTo(status);
    }

    @Test
    void tokenCountsStayWithinReason() {
        ChatCompletionScan scan =
                looked(
                        "{\"usage\":{\"prompt_tokens\":-3,\"completion_tokens\":999999999999999999}}");
        assertThat(scan.usage().inputTokens()).isZero();
        assertThat(scan.usage().outputTokens()).isEqualTo(1_000_000_000_000_000L);
    }

    @Test
    void whatWasCachedOrThoughtIsCountedAsInAStream() {
        ChatCompletionScan scan =
                looked(
                        "{\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":1,\"total_tokens\":303,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":4},"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":290}}}");
        assertThat(scan.usage()).isEqualTo(new Usage(12, 4, 291, 290));
    }

    @Test
    void aTotalAloneIsNoOutput() {
        assertThat(looked("{\"usage\":{\"total_tokens\":7}}").usage()).isEqualTo(Usage.NONE);
        assertThat(looked("{\"choices\":[]}").usage()).isEqualTo(Usage.NONE);
    }

    private static ChatCompletionScan looked(String body) {
        var scan = new ChatCompletionScan();
        byte[] bytes = body.getBytes(UTF_8);
        assertThat(scan.look(bytes, 0, bytes.length)).isTrue();
        return scan;
    }
}
