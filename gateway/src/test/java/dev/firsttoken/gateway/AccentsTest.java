package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.ConfigReading;
import dev.firsttoken.gateway.config.ConfigSource;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What providers are asked that speak a common dialect in their own way, as it arrives at a
/// socket, from a configuration as a person would write it.
class AccentsTest {

    private static final String GEMINI_PATH =
            "/v1/projects/p/locations/europe-west4/publishers/google/models/m:";

    @TempDir private Path directory;
    private NativeProvider provider;
    private Gateway gateway;
    private RawAsk ask;

    /// Asks a gateway.
    private record RawAsk(URI url) {
        private static final HttpClient CLIENT = HttpClient.newHttpClient();

        HttpResponse<String> post(String path, String body, String... headers) throws Exception {
            var request =
                    HttpRequest.newBuilder(url.resolve(path))
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString(body));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        }
    }

    @BeforeEach
    void start() throws Exception {
        provider = new NativeProvider();
        for (String kind : List.of("stream", "whole")) {
            boolean stream = kind.equals("stream");
            provider.answer(
                    "m-" + kind,
                    200,
                    stream ? Spoken.SSE : Spoken.JSON,
                    stream ? Spoken.stream("openai") : Spoken.whole("openai"));
        }
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        provider.close();
    }

    /// @param lines of the provider, beside its name, its address and its key
    private void serve(String dialect, String path, String... lines) throws Exception {
        StringBuilder yaml = new StringBuilder("server: {port: 0}\nproviders:\n  - name: house\n");
        yaml.append("    dialect: ").append(dialect).append('\n');
        yaml.append("    base-url: ").append(provider.url(path)).append('\n');
        yaml.append("    api-key: sk-house\n");
        for (String line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        Path file = Files.writeString(directory.resolve("ft.yaml"), yaml);
        ConfigReading reading = ConfigSource.file(file, Map.of()).read();
        assertThat(reading).as(reading.validation()).isInstanceOf(ConfigReading.Accepted.class);
        gateway = Gateway.start(((ConfigReading.Accepted) reading).config());
        ask = new RawAsk(URI.create("http://127.0.0.1:" + gateway.address().getPort()));
    }

    private HttpResponse<String> chat(boolean stream, String fields) throws Exception {
        return ask.post(
                "/v1/chat/completions",
                "{\"model\":\"m-%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"
                        .formatted(stream ? "stream" : "whole", stream, fields));
    }

    static List<String> chatAccents() {
        return KnownProviders.ACCENTS.stream()
                .filter(accent -> accent.codec() == KnownProviders.DIALECTS.getFirst().codec())
                .map(ProviderDialect::name)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("chatAccents")
    void everyOneOfThemAnswers(String accent) throws Exception {
        serve(accent, "/v1");
        HttpResponse<String> stream =
                chat(true, ",\"stream_options\":{\"include_usage\":true},\"max_tokens\":9");
        assertThat(stream.body()).isEqualTo(Spoken.stream("openai"));
        assertThat(provider.last().body()).contains("\"max_tokens\":9");
        assertThat(chat(false, "").body()).isEqualTo(Spoken.whole("openai"));
        assertThat(provider.last().path()).endsWith("/v1/chat/completions");
    }

    @ParameterizedTest
    @CsvSource({
        ", , /openai/v1/chat/completions",
        "/openai, , /openai/v1/chat/completions",
        "/openai/v1, , /openai/v1/chat/completions",
        "/behind/a/proxy, , /behind/a/proxy/openai/v1/chat/completions",
        ", 2024-10-21, /openai/deployments/m-whole/chat/completions?api-version=2024-10-21",
        "/openai, 2024-10-21, /openai/deployments/m-whole/chat/completions?api-version=2024-10-21"
    })
    void deploymentsAreInThePathAndTheKeyInItsHeader(String path, String version, String expected)
            throws Exception {
        String base = path == null ? "" : path;
        if (version == null) {
            serve("azure", base);
        } else {
            serve("azure", base, "api-version: " + version);
        }
        assertThat(chat(false, "").statusCode()).isEqualTo(200);
        assertThat(provider.last().path()).isEqualTo(expected);
        assertThat(provider.last().headers())
                .containsEntry("api-key", "sk-house")
                .doesNotContainKey("authorization");
    }

    @Test
    void embeddingsAreAtTheDeploymentToo() throws Exception {
        serve("azure", "", "api-version: 2024-10-21");
        provider.answer("e", 200, Spoken.JSON, "{\"object\":\"list\",\"data\":[]}");
        ask.post("/v1/embeddings", "{\"model\":\"e\",\"input\":\"Hi\"}");
        assertThat(provider.last().path())
                .isEqualTo("/openai/deployments/e/embeddings?api-version=2024-10-21");
    }

    @ParameterizedTest
    @CsvSource({"true, streamGenerateContent?alt=sse", "false, generateContent"})
    void aCloudIsAskedByProjectWithAToken(boolean stream, String method) throws Exception {
        serve("vertex", "/v1/projects/p/locations/europe-west4/publishers/google");
        provider.answer(
                "m",
                200,
                stream ? Spoken.SSE : Spoken.JSON,
                stream ? Spoken.stream("gemini") : Spoken.whole("gemini"));
        HttpResponse<String> response =
                ask.post(
                        "/v1/chat/completions",
                        "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                                .formatted(stream));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("there");
        assertThat(provider.last().path()).isEqualTo(GEMINI_PATH + method);
        assertThat(provider.last().headers())
                .containsEntry("authorization", "Bearer sk-house")
                .doesNotContainKey("x-goog-api-key");
    }

    /// For a client of the same dialect and for one of another.
    @ParameterizedTest
    @CsvSource({
        "openai, max_completion_tokens",
        "groq, max_completion_tokens",
        "openrouter, max_completion_tokens",
        "xai, max_completion_tokens",
        "vllm, max_completion_tokens",
        "mistral, max_tokens",
        "deepseek, max_tokens",
        "together, max_tokens",
        "fireworks, max_tokens",
        "perplexity, max_tokens",
        "llama.cpp, max_tokens",
        "lm-studio, max_tokens",
        "ollama-v1, max_tokens"
    })
    void theMostThatMayBeWrittenHasTwoNames(String accent, String name) throws Exception {
        serve(accent, "/v1");
        chat(true, ",\"max_completion_tokens\":77");
        assertThat(provider.last().body())
                .containsOnlyOnce("\"" + name + "\":77")
                .containsOnlyOnce(":77");
        ask.post(
                "/v1/messages",
                "{\"model\":\"m-whole\",\"max_tokens\":78,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(provider.last().body())
                .containsOnlyOnce("\"" + name + "\":78")
                .containsOnlyOnce(":78");
    }

    @Test
    void whatIsThereUnderItsNameCounts() throws Exception {
        serve("deepseek", "/v1");
        chat(false, ",\"max_completion_tokens\":7,\"max_tokens\":8");
        assertThat(provider.last().body())
                .contains("\"max_tokens\":8")
                .doesNotContain("max_completion_tokens");
    }

    @ParameterizedTest
    @CsvSource({
        "mistral, store, true",
        "mistral, user, '\"u\"'",
        "mistral, logit_bias, '{\"1\":2}'",
        "groq, logprobs, true",
        "groq, logit_bias, '{\"1\":2}'"
    })
    void whatWouldBeRefusedIsLeftOutAndTold(String accent, String field, String value)
            throws Exception {
        serve(accent, "/v1");
        HttpResponse<String> response = chat(false, ",\"" + field + "\":" + value);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-firsttoken-dropped")).hasValue(field);
        assertThat(provider.last().body())
                .isEqualTo(
                        "{\"model\":\"m-whole\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        int before = provider.requests();
        HttpResponse<String> strict =
                ask.post(
                        "/v1/chat/completions",
                        "{\"model\":\"m-whole\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"%s\":%s}"
                                .formatted(field, value),
                        "x-firsttoken-strict",
                        "true");
        assertThat(strict.statusCode()).isEqualTo(400);
        assertThat(strict.body()).contains("\"param\":\"" + field + "\"");
        assertThat(provider.requests()).isEqualTo(before);
    }

    @Test
    void countsAreNotAskedForWhereTheyComeUnasked() throws Exception {
        for (String accent : List.of("mistral", "perplexity")) {
            serve(accent, "/v1");
            HttpResponse<String> response = chat(true, ",\"seed\":5");
            assertThat(response.headers().firstValue("x-firsttoken-dropped")).isEmpty();
            assertThat(provider.last().body()).doesNotContain("stream_options");
            assertThat(provider.last().body())
                    .contains(accent.equals("mistral") ? "\"random_seed\":5" : "\"seed\":5");
            gateway.close();
        }
    }

    /// Mistral takes none but nine letters and digits.
    @Test
    void idsOfCallsThatBeganElsewhereAreShort() throws Exception {
        serve("mistral", "/v1");
        String call =
                "{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        String messages =
                "[{\"role\":\"user\",\"content\":\"id\"},{\"role\":\"assistant\",\"tool_calls\":["
                        + call.formatted("toolu_01")
                        + ","
                        + call.formatted("Ab3dEf7h9")
                        + "]},{\"role\":\"tool\",\"tool_call_id\":\"toolu_01\",\"content\":\"a \\u00fc\"},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"Ab3dEf7h9\",\"content\":\"b\"}]";
        ask.post("/v1/chat/completions", "{\"model\":\"m-whole\",\"messages\":" + messages + "}");
        String body = provider.last().body();
        Matcher id =
                Pattern.compile("\"tool_calls\":\\[\\{\"id\":\"([A-Za-z0-9]{9})\"").matcher(body);
        assertThat(id.find()).as(body).isTrue();
        assertThat(body).contains(messages.replace("toolu_01", id.group(1)));
    }

    /// A name says what it is: nothing more has to be written.
    @Test
    void aWellKnownNameHasItsAccent() {
        for (ProviderDialect accent : KnownProviders.ACCENTS) {
            assertThat(KnownProviders.dialectOf(accent.name())).isEqualTo(accent);
        }
    }
}
