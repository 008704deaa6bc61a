package dev.firsttoken.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.bench.endpoint.Api;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class EventScanTest {

    private static final Answer ANSWER = new Answer(3, utf8("Grüße, \"😀\"\n"));

    private static final String OPENAI =
            """
            data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"content":"Gr\\u00fc\\u00dfe, "}}]}

            : still here

            data: {"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"content":"\\"\\ud83d\\uDE00\\""}}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"content": "\\n"}}]}

            data: {"id":"c","choices":[{"index":0,"delta":{"content":null},"finish_reason":"stop"}]}

            data: [DONE]

            """;

    private static final String SIMPLE =
            """
            id: 1
            data: {"content":"Grüße, "}

            data:{"content":"\\"😀\\""}

            data: {"content":"\\n"}

            data: [DONE]

            """;

    private static final String ANTHROPIC =
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","role":"assistant","content":[]}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße, "}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\"😀\\""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\n"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    @Test
    void everyDialectSaysTheSameAtEverySegmentation() {
        sayTheSame(Api.OPENAI, OPENAI);
        sayTheSame(Api.SIMPLE, SIMPLE);
        sayTheSame(Api.SIMPLE, SIMPLE.replace("\n", "\r\n"));
        sayTheSame(Api.ANTHROPIC, ANTHROPIC);
    }

    @Test
    void anthropicsOwnEndsAreKnown() {
        String cut = ANTHROPIC.replace("\"message_stop\"", "\"ping\"");
        assertThat(scan(Api.ANTHROPIC, ANSWER, cut).verdict())
                .isEqualTo("ended without message_stop");
        String broken = ANTHROPIC.replace("{\"type\": \"ping\"}", "{\"type\": \"error\"}");
        assertThat(scan(Api.ANTHROPIC, ANSWER, broken).verdict())
                .isEqualTo("{\"type\": \"error\"}");
    }

    private static void sayTheSame(Api api, String stream) {
        byte[] bytes = utf8(stream);
        var checking = new EventScan(api, false);
        for (int step = 1; step <= bytes.length; step++) {
            checking.reset(ANSWER);
            for (int from = 0; from < bytes.length; from += step) {
                checking.feed(bytes, from, Math.min(from + step, bytes.length));
            }
            assertThat(checking.verdict()).as("%d bytes a step", step).isNull();
            assertThat(checking.contentEvents()).isEqualTo(3);
        }
    }

    @Test
    void theTextCanBeKept() {
        var learning = new EventScan(Api.OPENAI, true);
        learning.reset(null);
        learning.feed(utf8(OPENAI), 0, utf8(OPENAI).length);
        assertThat(learning.verdict()).isNull();
        assertThat(learning.comments()).isEqualTo(1);
        assertThat(learning.answer().contentEvents()).isEqualTo(3);
        assertThat(learning.answer().text()).isEqualTo(ANSWER.text());
    }

    @Test
    void everyWayToBeWrongIsNamed() {
        String first = "data: {\"content\":\"Grüße, \"}\n\n";
        String second = "data: {\"content\":\"\\\"😀\\\"\"}\n\n";
        String last = "data: {\"content\":\"\\n\"}\n\n";
        String done = "data: [DONE]\n\n";
        assertThat(verdict(first + second + last)).isEqualTo("ended without [DONE]");
        assertThat(verdict(first + last + done)).isEqualTo("events missing");
        assertThat(verdict(first + first + second + last + done)).isEqualTo("events too many");
        assertThat(verdict(second + first + last + done)).startsWith("text differs");
        assertThat(verdict(first + second + second + done)).startsWith("text differs");
        assertThat(verdict(first + second + last + done + last)).isEqualTo("event after the end");
        assertThat(verdict("data: {\"error\":\"stalled\"}\n\n" + done))
                .isEqualTo("{\"error\":\"stalled\"}");
        assertThat(verdict("data: {\"content\":\"cut\n\n" + done))
                .isEqualTo("content is not closed");
    }

    private static String verdict(String stream) {
        return scan(Api.SIMPLE, ANSWER, stream).verdict();
    }

    private static EventScan scan(Api api, Answer expected, String stream) {
        var scan = new EventScan(api, false);
        scan.reset(expected);
        byte[] bytes = utf8(stream);
        scan.feed(bytes, 0, bytes.length);
        return scan;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
