package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(scan.inputTokens()).isZero();
        assertThat(scan.outputTokens()).isEqualTo(1_000_000_000_000_000L);
    }

    private static ChatCompletionScan looked(String body) {
        var scan = new ChatCompletionScan();
        byte[] bytes = body.getBytes(UTF_8);
        assertThat(scan.look(bytes, 0, bytes.length)).isTrue();
        return scan;
    }
}
