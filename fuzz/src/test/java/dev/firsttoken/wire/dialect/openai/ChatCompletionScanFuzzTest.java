package dev.firsttoken.wire.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// What the scan says of a whole answer is what a tree of it says.
class ChatCompletionScanFuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Seeds.chunks(),
                Seeds.of(
                        "{\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}",
                        "{\"error\":{\"code\":429,\"message\":\"slow down\"}}",
                        "{\"error\":{\"code\":\"x\"},\"choices\":null}",
                        "{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":9}}",
                        "{\"error\":null,\"choices\":[],\"usage\":null}"));
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::scanSeesWhatATreeHolds);
    }

    @MethodSource("seeds")
    @FuzzTest
    void scanSeesWhatATreeHolds(byte[] body) {
        var scan = new ChatCompletionScan();
        boolean object = scan.look(body, 0, body.length);
        assertThat(scan.usage().inputTokens()).isBetween(0L, JsonCursor.MAX_COUNT);
        assertThat(scan.usage().outputTokens()).isBetween(0L, JsonCursor.MAX_COUNT);
        assertThat(scan.errorStatus()).matches(status -> status == 0 || status >= 100);
        Map<String, Object> tree = plainTree(body);
        if (tree == null) {
            return;
        }
        assertThat(object).isTrue();
        assertThat(scan.hasChoices()).isEqualTo(tree.get("choices") instanceof List<?>);
        assertThat(scan.hasError()).isEqualTo(tree.get("error") != null);
        Object code = tree.get("error") instanceof Map<?, ?> error ? error.get("code") : null;
        if (code instanceof JsonTree.Number(String text)) {
            int status = Integer.parseInt(text);
            assertThat(scan.errorStatus()).isEqualTo(status >= 100 && status <= 599 ? status : 0);
        } else {
            assertThat(scan.errorStatus()).isZero();
        }
        if (tree.get("usage") instanceof Map<?, ?> usage) {
            long input = count(usage.get("prompt_tokens"));
            long output = count(usage.get("completion_tokens"));
            long total = count(usage.get("total_tokens"));
            assertThat(scan.usage().inputTokens()).isEqualTo(input);
            assertThat(scan.usage().outputTokens())
                    .isEqualTo(input > 0 && total > input + output ? total - input : output);
        }
    }

    private static long count(Object value) {
        return value instanceof JsonTree.Number(String text)
                ? Math.max(0, Long.parseLong(text))
                : 0;
    }

    /// The tree of an object in which no name occurs twice or is escaped and no number needs more
    /// than an `int`; none for others, of which the scan need not see the same.
    private static Map<String, Object> plainTree(byte[] body) {
        String text = Seeds.shown(body);
        if (text.matches("(?s).*(\\\\u|\\d[.eE]|\\d{10}).*")) {
            return null;
        }
        try {
            JsonObjectText.read(body);
            Map<String, Object> tree = JsonTree.object(body);
            for (String inner : new String[] {"error", "usage"}) {
                int at = text.indexOf("\"" + inner + "\"");
                if (at >= 0 && tree.get(inner) instanceof Map<?, ?>) {
                    JsonObjectText.Member member = JsonObjectText.read(body).getEvenNull(inner);
                    JsonObjectText.read(JsonObjectText.read(body).valueOf(member));
                }
            }
            return tree;
        } catch (InvalidRequestException e) {
            return null;
        }
    }
}
