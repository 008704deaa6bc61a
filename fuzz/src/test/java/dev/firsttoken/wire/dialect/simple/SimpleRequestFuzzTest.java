package dev.firsttoken.wire.dialect.simple;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.dialect.openai.ChatRequest;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// A request is refused, or becomes a chat request that says the same.
class SimpleRequestFuzzTest {

    static Stream<byte[]> seeds() {
        return Seeds.of(
                "{\"message\":\"hi \\ud83d\\ude00 ü\\n\"}",
                "{\"message\":\"hi\",\"model\":\"m\"}",
                " {\"messages\" : [ {\"role\":\"user\",\"content\":\"hi\"} ] } ",
                "{\"messages\":[ ],\"message\":null}",
                "{\"message\":\"\"}");
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::chatRequestSaysTheSame);
    }

    @MethodSource("seeds")
    @FuzzTest
    void chatRequestSaysTheSame(byte[] body) throws Exception {
        SimpleRequest request;
        try {
            request = SimpleRequest.read(body);
        } catch (InvalidRequestException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        byte[] chat = request.toChat("up");
        ChatRequest read = ChatRequest.read(chat);
        assertThat(read.stream()).isTrue();
        assertThat(read.includeUsage()).isTrue();
        assertThat(read.model()).isEqualTo("up");
        Map<String, Object> said = JsonTree.object(body);
        Object messages = JsonTree.object(chat).get("messages");
        if (said.get("message") instanceof String text) {
            assertThat(messages).isEqualTo(List.of(Map.of("role", "user", "content", text)));
        } else {
            assertThat(messages).isEqualTo(said.get("messages"));
        }
        assertThat(request.model()).isEqualTo(said.get("model"));
    }
}
