package dev.firsttoken.bench.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstTokenToolTest {

    @Test
    void anEmptyDeltaIsNoToken() {
        assertThat(FirstTokenTool.hasContent("data: {\"delta\":{\"content\":\"\"}}\n")).isFalse();
        assertThat(FirstTokenTool.hasContent("data: {\"content\":\"")).isFalse();
        assertThat(FirstTokenTool.hasContent("…\"content\":\"\"}}\n\ndata: {\"content\": \"H"))
                .isTrue();
    }
}
