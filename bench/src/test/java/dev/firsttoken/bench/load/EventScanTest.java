package dev.firsttoken.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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

    @Test
    void bothDialectsSayTheSameAtEverySegmentation() {
        for (String stream : new String[] {OPENAI, SIMPLE, SIMPLE.replace("\n", "\r\n")}) {
            byte[] bytes = utf8(stream);
            var checking = new EventScan(ANSWER);
            for (int step = 1; step <= bytes.length; step++) {
                checking.reset();
                for (int from = 0; from < bytes.length; from += step) {
                    checking.feed(bytes, from, Math.min(from + step, bytes.length));
                }
                assertThat(checking.verdict()).as("%d bytes a step", step).isNull();
                assertThat(checking.contentEvents()).isEqualTo(3);
            }
        }
    }

    @Test
    void withoutAnExpectationTheTextIsKept() {
        var learning = scan(null, OPENAI);
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
        assertThat(verdict(first + second + last + done + last)).isEqualTo("event after [DONE]");
        assertThat(verdict("data: {\"error\":\"stalled\"}\n\n" + done))
                .isEqualTo("{\"error\":\"stalled\"}");
        assertThat(verdict("data: {\"content\":\"cut\n\n" + done))
                .isEqualTo("content is not closed");
    }

    private static String verdict(String stream) {
        return scan(ANSWER, stream).verdict();
    }

    private static EventScan scan(Answer expected, String stream) {
        var scan = new EventScan(expected);
        byte[] bytes = utf8(stream);
        scan.feed(bytes, 0, bytes.length);
        return scan;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
