package dev.firsttoken.wire.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.Failure.Kind;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.junit.jupiter.api.Test;

class ChatErrorsTest {

    @Test
    void bodyHasAllFourKeys() {
        Utf8Buffer out = new Utf8Buffer(64);
        ChatErrors.write(Failure.of(Kind.RATE_LIMITED, "slow \"down\""), out);
        assertThat(out.toString())
                .isEqualTo(
                        "{\"error\":{\"message\":\"slow \\\"down\\\"\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
    }

    @Test
    void upstreamRefusalsAreTypedByTheirStatus() {
        assertThat(ChatErrors.type(new Failure(Kind.REFUSED, 429, "", null)))
                .isEqualTo("rate_limit_error");
        assertThat(ChatErrors.type(new Failure(Kind.REFUSED, 422, "", null)))
                .isEqualTo("invalid_request_error");
        assertThat(ChatErrors.type(new Failure(Kind.REPORTED, 502, "", null)))
                .isEqualTo("server_error");
    }
}
