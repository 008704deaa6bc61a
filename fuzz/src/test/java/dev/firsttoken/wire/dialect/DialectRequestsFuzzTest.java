package dev.firsttoken.wire.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.Loss;
import dev.firsttoken.wire.message.Request;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// A request of any dialect is refused with a reason, or can be asked of every provider: in JSON,
/// and with a reason for whatever was left out.
class DialectRequestsFuzzTest {

    private static final String PATH = "/v1beta/models/m:generateContent";

    static Stream<byte[]> seeds() {
        List<byte[]> bodies =
                Stream.of(
                                "{\"model\":\"m\",\"prompt\":\"a\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}",
                                "{\"threadId\":\"t\",\"runId\":\"r\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"a\"}],\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]}",
                                "{\"max_tokens\":2000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1500},\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"a\",\"signature\":\"s\"},{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"x\"}]}]}",
                                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}],\"reasoning_effort\":\"high\"}",
                                "{\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"}]},{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}],\"reasoning\":{\"effort\":\"low\"}}",
                                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AA\"}}]}],\"generationConfig\":{\"topK\":3}}",
                                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"a\"},{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"AA\"}}},{\"cachePoint\":{\"type\":\"default\"}}]}],\"inferenceConfig\":{\"maxTokens\":9},\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"f\",\"inputSchema\":{\"json\":{}}}}]}}",
                                "{\"messages\":[{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool-f\",\"toolCallId\":\"c\",\"state\":\"output-available\",\"input\":{},\"output\":1}]}]}")
                        .map(body -> body.getBytes(UTF_8))
                        .toList();
        return Dialects.inputs(Dialects.CLIENTS.size(), bodies);
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::everyProviderIsAskedInJson);
    }

    @MethodSource("seeds")
    @FuzzTest
    void everyProviderIsAskedInJson(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ClientCodec client = Dialects.chosen(Dialects.CLIENTS, input);
        Request request;
        try {
            request = client.readRequest(PATH, Headers.NONE, Dialects.rest(input));
        } catch (InvalidRequestException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        for (ProviderCodec provider : Dialects.PROVIDERS) {
            WrittenRequest written = provider.writeRequest(request, "claude\"\u00fc");
            assertThat(JsonTree.object(written.body()))
                    .as("%s for %s", provider.dialect(), client.dialect())
                    .isNotEmpty();
            assertThat(written.path()).startsWith("/");
            assertThat(written.losses()).extracting(Loss::reason).doesNotContain("");
        }
    }
}
