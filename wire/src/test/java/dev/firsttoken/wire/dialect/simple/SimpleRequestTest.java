package dev.firsttoken.wire.dialect.simple;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.dialect.openai.ChatRequest;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.RandomJson;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimpleRequestTest {

    @Test
    void messageBecomesWhatTheUserSays() throws Exception {
        assertThat(chat("{\"message\":\"hi \\u00fc\\n\"}"))
                .isEqualTo(
                        "{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi \\u00fc\\n\"}]}");
    }

    @Test
    void historyIsPassedOnAsItIs() throws Exception {
        String history = "[ {\"role\":\"user\", \"content\":\"a\"} , {\"x\":1} ]";
        assertThat(chat("{\"messages\": " + history + " ,\"model\":\"m\"}"))
                .endsWith(",\"messages\":" + history + "}");
    }

    @Test
    void modelIsOptional() throws Exception {
        assertThat(read("{\"message\":\"a\"}").model()).isNull();
        assertThat(read("{\"message\":\"a\",\"model\":null}").model()).isNull();
        assertThat(read("{\"message\":\"a\",\"model\":\"m\\u0031\"}").model()).isEqualTo("m1");
    }

    @Test
    void nullIsTheSameAsLeftOut() throws Exception {
        assertThat(chat("{\"message\":\"a\",\"messages\":null}")).contains("\"content\":\"a\"");
        assertThat(chat("{\"messages\":[1],\"message\":null}")).endsWith("\"messages\":[1]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                 | message  | missing",
                "{\"message\":null}                 | message  | missing",
                "{\"message\":\"\"}                 | message  | is empty",
                "{\"message\":1}                    | message  | is not a text",
                "{\"message\":[\"a\"]}              | message  | is not a text",
                "{\"message\":\"a\",\"messages\":[1]} | message | given beside messages",
                "{\"messages\":\"a\"}               | messages | is not an array",
                "{\"messages\":[]}                  | messages | is not an array",
                "{\"messages\":[ \t]}               | messages | is not an array",
                "{\"messages\":{}}                  | messages | is not an array",
                "{\"message\":\"a\",\"model\":1}    | model    | is not a text",
                "{\"message\":\"a\",\"message\":\"b\"} | message | occurs twice",
            })
    void whatCannotBeAskedIsRefusedByName(String body, String field, String message) {
        assertThatThrownBy(() -> read(body))
                .hasMessageStartingWith(message)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void everyTextReachesTheProviderUnchanged() throws Exception {
        var random = new Random(21);
        for (int round = 0; round < 3_000; round++) {
            String literal = new RandomJson(random, false).string();
            if (literal.equals("\"\"")) {
                continue;
            }
            byte[] chat = read("{\"x\":[1], \"message\" : " + literal + " }").toChat("m \"1\"");
            Object said = JsonTree.of(literal.getBytes(UTF_8));
            assertThat(JsonTree.object(chat))
                    .containsEntry("model", "m \"1\"")
                    .containsEntry("messages", List.of(Map.of("role", "user", "content", said)));
            assertThat(ChatRequest.read(chat).stream()).isTrue();
            assertThat(ChatRequest.read(chat).includeUsage()).isTrue();
        }
    }

    private static SimpleRequest read(String body) throws InvalidRequestException {
        return SimpleRequest.read(body.getBytes(UTF_8));
    }

    private static String chat(String body) throws InvalidRequestException {
        return new String(read(body).toChat("up"), UTF_8);
    }
}
