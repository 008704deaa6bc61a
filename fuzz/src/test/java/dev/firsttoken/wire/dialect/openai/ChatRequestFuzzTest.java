package dev.firsttoken.wire.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// A request is refused, or what goes to the provider is the same request with another model and,
/// for a stream, with token counts asked for.
class ChatRequestFuzzTest {

    private static final String UPSTREAM_MODEL = "up\"stream\\ü";

    static Stream<byte[]> seeds() {
        return Seeds.of(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "{\"messages\":[],\"stream\":true}",
                " { \"stream\" : true, \"messages\":[], \"stream_options\" : { } } ",
                "{\"messages\":[],\"stream\":true,\"stream_options\":{\"a\":1}}",
                "{\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":false,\"b\":[]}}",
                "{\"messages\":[],\"stream\":true,\"stream_options\":null,\"model\":null}",
                "{\"messages\":[],\"stream\":false,\"stream_options\":{\"include_usage\":true}}",
                "{\"messages\":[],\"Model\":\"x\"}");
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::providerGetsTheSameRequest);
    }

    @MethodSource("seeds")
    @FuzzTest
    void providerGetsTheSameRequest(byte[] body) throws Exception {
        ChatRequest request;
        try {
            request = ChatRequest.read(body);
        } catch (InvalidRequestException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        byte[] upstream = request.forUpstream(UPSTREAM_MODEL);
        assertThat(JsonTree.object(upstream)).isEqualTo(expected(JsonTree.object(body), request));
        ChatRequest again = ChatRequest.read(upstream);
        assertThat(again.model()).isEqualTo(UPSTREAM_MODEL);
        assertThat(again.stream()).isEqualTo(request.stream());
        assertThat(again.includeUsage()).isEqualTo(request.includeUsage() || request.stream());
        assertThat(again.forUpstream(UPSTREAM_MODEL)).isEqualTo(upstream);
    }

    private static Map<String, Object> expected(Map<String, Object> body, ChatRequest request) {
        body.put("model", UPSTREAM_MODEL);
        if (request.stream()) {
            Map<String, Object> options = new LinkedHashMap<>();
            if (body.get("stream_options") instanceof Map<?, ?> given) {
                given.forEach((name, value) -> options.put((String) name, value));
            }
            options.put("include_usage", true);
            body.put("stream_options", options);
        }
        return body;
    }
}
