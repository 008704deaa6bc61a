package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenAI has beside chat: completions of a prompt, and embeddings.
class BesideChatTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern TEXT = Pattern.compile("\"text\":\"([^\"]*)\"");
    private static final Pattern VECTOR = Pattern.compile("\"embedding\":\\[([^]]*)]");
    private static final Pattern BASE64 = Pattern.compile("\"embedding\":\"([^\"]*)\"");

    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    // ---- completions -------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"\"Say\"", "[\"Say\"]"})
    void aPromptIsCompletedStreamedAndWhole(String prompt) throws Exception {
        String asked = "{\"model\":\"sim/tokens-3+finish-length\",\"prompt\":" + prompt;
        HttpResponse<String> whole = post("/completions", asked + "}");
        assertThat(whole.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(whole.body())
                .startsWith("{\"id\":\"cmpl-sim")
                .contains(
                        "\"object\":\"text_completion\"",
                        "\"text\":\"This is sim/tok\"",
                        "\"finish_reason\":\"length\"",
                        "\"prompt_tokens\":4,\"completion_tokens\":3,\"total_tokens\":7");

        HttpResponse<String> streamed = post("/completions", asked + ",\"stream\":true}");
        assertThat(streamed.headers().firstValue("content-type"))
                .hasValue("text/event-stream; charset=utf-8");
        assertThat(texts(streamed.body())).containsExactly("This", " is", " sim/tok", "");
        assertThat(streamed.body())
                .contains("\"finish_reason\":\"length\"")
                .doesNotContain("usage")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void usageComesBehindACompletionWhenAskedFor() throws Exception {
        String body =
                post(
                                "/completions",
                                """
                                {"model":"sim/tokens-2+reasoning-3","prompt":"Say","stream":true,
                                 "stream_options":{"include_usage":true}}\
                                """)
                        .body();
        String[] events = body.split("\n\n");
        // Thoughts have no form here, and are paid for.
        assertThat(events).hasSize(5);
        assertThat(events[0]).contains("\"text\":\"This\"").endsWith("\"usage\":null}");
        assertThat(events[3])
                .contains("\"choices\":[]", "\"completion_tokens\":5,\"total_tokens\":9");
    }

    @Test
    void completionsFailAsToldTo() throws Exception {
        String broken =
                post(
                                "/completions",
                                "{\"model\":\"sim/error-after-1\",\"prompt\":\"a\",\"stream\":true}")
                        .body();
        assertThat(texts(broken)).containsExactly("This");
        assertThat(broken).contains("data: {\"error\":{").doesNotContain("[DONE]");

        HttpResponse<String> refused =
                post("/completions", "{\"model\":\"sim/status-429\",\"prompt\":\"a\"}");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"error\":{");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\"}",
                "{\"model\":\"m\",\"prompt\":[1,2]}",
                "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"]}",
                "{\"prompt\":\"a\"}"
            })
    void whatIsNoPromptIsRefused(String body) throws Exception {
        HttpResponse<String> refused = post("/completions", body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"type\":\"invalid_request_error\"");
    }

    // ---- embeddings --------------------------------------------------------------------------

    @Test
    void theSameInputHasTheSameVectorOfLengthOne() throws Exception {
        List<float[]> vectors =
                embed("\"input\":[\"A cat sat\",\"a  cat sat \",\"The dog\"],\"dimensions\":64");
        assertThat(vectors).hasSize(3);
        for (float[] vector : vectors) {
            assertThat(vector).hasSize(64);
            assertThat(product(vector, vector)).isCloseTo(1, within(1e-5));
        }
        // Words count, and not their case or the space between them.
        assertThat(vectors.get(0)).isEqualTo(vectors.get(1)).isNotEqualTo(vectors.get(2));
        assertThat(embed("\"input\":\"A cat sat\",\"dimensions\":64"))
                .singleElement()
                .isEqualTo(vectors.get(0));
        assertThat(embed("\"input\":\"A cat sat\""))
                .singleElement()
                .satisfies(vector -> assertThat(vector).hasSize(1536));
    }

    @Test
    void inputsWithWordsInCommonAreNear() throws Exception {
        List<float[]> vectors =
                embed("\"input\":[\"a cat on a mat\",\"a cat on a bed\",\"two other words\"]");
        assertThat(product(vectors.get(0), vectors.get(1))).isGreaterThan(0.4);
        assertThat(product(vectors.get(0), vectors.get(2))).isLessThan(0.3);
    }

    @Test
    void numbersAndBytesAreTheSameVector() throws Exception {
        List<float[]> numbers = embed("\"input\":\"Hi there\",\"encoding_format\":\"float\"");
        Matcher base64 =
                BASE64.matcher(
                        post(
                                        "/embeddings",
                                        "{\"model\":\"m\",\"input\":\"Hi there\",\"encoding_format\":\"base64\"}")
                                .body());
        assertThat(base64.find()).isTrue();
        ByteBuffer bytes =
                ByteBuffer.wrap(Base64.getDecoder().decode(base64.group(1)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        float[] vector = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(vector);
        assertThat(numbers).singleElement().isEqualTo(vector);
    }

    @Test
    void tokensAreInputsToo() throws Exception {
        assertThat(embed("\"input\":[11,12]")).hasSize(1);
        List<float[]> both = embed("\"input\":[[11,12],[12,13,14]]");
        assertThat(both).hasSize(2);
        assertThat(both.getFirst()).isEqualTo(embed("\"input\":[11,12]").getFirst());
        assertThat(post("/embeddings", "{\"model\":\"m\",\"input\":[[11,12],[12,13,14]]}").body())
                .contains("\"index\":1,")
                .endsWith("\"model\":\"m\",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}");
        assertThat(post("/embeddings", "{\"model\":\"m\",\"input\":[\"Hello you\",\"a\"]}").body())
                .endsWith("\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\":1",
                "\"input\":\"\"",
                "\"input\":[]",
                "\"input\":[\"a\",\"\"]",
                "\"input\":[1,\"a\"]",
                "\"input\":{}",
                "\"input\":\"a\",\"dimensions\":0",
                "\"input\":\"a\",\"dimensions\":4097",
                "\"input\":\"a\",\"dimensions\":\"9\"",
                "\"input\":\"a\",\"encoding_format\":\"int8\""
            })
    void whatCannotBeEmbeddedIsRefused(String members) throws Exception {
        HttpResponse<String> refused = post("/embeddings", "{\"model\":\"m\"," + members + "}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("(expected: ");
    }

    @Test
    void embeddingsFailAsToldTo() throws Exception {
        assertThat(
                        post("/embeddings", "{\"model\":\"sim/status-503\",\"input\":\"a\"}")
                                .statusCode())
                .isEqualTo(503);
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            String body = "{\"model\":\"sim/cut-after-1\",\"input\":\"a\",\"dimensions\":8}";
            client.send(
                    "POST /v1/embeddings HTTP/1.1\r\nhost: sim\r\ncontent-length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            assertThat(new String(client.readToEnd(), UTF_8))
                    .contains("content-length")
                    .doesNotContain("total_tokens");
        }
    }

    private static List<float[]> embed(String members) throws Exception {
        HttpResponse<String> answer = post("/embeddings", "{\"model\":\"m\"," + members + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<float[]> vectors = new ArrayList<>();
        Matcher matcher = VECTOR.matcher(answer.body());
        while (matcher.find()) {
            String[] numbers = matcher.group(1).split(",");
            float[] vector = new float[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                vector[i] = Float.parseFloat(numbers[i]);
            }
            vectors.add(vector);
        }
        return vectors;
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static List<String> texts(String body) {
        return TEXT.matcher(body).results().map(found -> found.group(1)).toList();
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
