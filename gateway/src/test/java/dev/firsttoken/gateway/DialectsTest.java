package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every dialect that clients speak, served by every dialect that providers speak.
class DialectsTest {

    private static final List<String> CLIENTS =
            List.of(
                    "chat",
                    "messages",
                    "responses",
                    "gemini",
                    "ollama",
                    "bedrock",
                    "ui",
                    "ag-ui",
                    "simple");

    /// Those that have streams alone.
    private static final List<String> STREAMED = List.of("ui", "ag-ui", "simple");

    /// Those that end a stream that broke with the mark of every end.
    private static final List<String> ALWAYS_MARKED = List.of("simple");

    private static final List<String> PROVIDERS =
            List.of("openai", "anthropic", "responses", "gemini", "ollama", "bedrock", "cohere");

    /// The client dialect that speaks to itself through each provider dialect.
    private static final Map<String, String> SAME =
            Map.of(
                    "chat", "openai",
                    "messages", "anthropic",
                    "responses", "responses",
                    "gemini", "gemini",
                    "ollama", "ollama",
                    "bedrock", "bedrock");

    private static NativeProvider provider;
    private static Stage stage;

    @BeforeAll
    static void start() throws IOException {
        provider = new NativeProvider();
        stage =
                Stage.start(settings -> {
                    for (String dialect : PROVIDERS) {
                        boolean rootInUrl = dialect.equals("openai") || dialect.equals("responses");
                        settings.speaking(
                                dialect,
                                dialect,
                                provider.url(rootInUrl ? "/v1" : ""),
                                "sk-" + dialect);
                    }
                });
        for (String dialect : PROVIDERS) {
            provider.answer(
                    dialect + "-stream",
                    Spoken.streamType(dialect),
                    Spoken.bytes(Spoken.stream(dialect)));
            provider.answer(dialect + "-whole", 200, Spoken.JSON, Spoken.whole(dialect));
            provider.answer(dialect + "-refused", 429, Spoken.JSON, Spoken.error(dialect));
            provider.answer(
                    dialect + "-broken",
                    Spoken.streamType(dialect),
                    Spoken.bytes(Spoken.broken(dialect)));
            provider.cut(
                    dialect + "-cut",
                    Spoken.streamType(dialect),
                    Spoken.bytes(Spoken.beginning(Spoken.stream(dialect))));
        }
    }

    @AfterAll
    static void stop() {
        stage.close();
        provider.close();
    }

    static List<String[]> pairs() {
        var pairs = new ArrayList<String[]>();
        for (String client : CLIENTS) {
            for (String from : PROVIDERS) {
                pairs.add(new String[] {client, from});
            }
        }
        return pairs;
    }

    static List<String[]> wholePairs() {
        return pairs().stream().filter(pair -> !STREAMED.contains(pair[0])).toList();
    }

    private static HttpResponse<String> ask(String client, String model, boolean stream)
            throws Exception {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"}]";
        String tool =
                "\"name\":\"weather\",\"description\":\"Tells it.\",\"%s\":{\"type\":\"object\",\"properties\":"
                        + "{\"city\":{\"type\":\"string\"}}}";
        String named = "\"model\":\"" + model + "\",\"stream\":" + stream + ",";
        return switch (client) {
            case "chat" ->
                    post(
                            "/v1/chat/completions",
                            named
                                    + messages
                                    + ",\"max_tokens\":100,\"stream_options\":{\"include_usage\":true},\"tools\":"
                                    + "[{\"type\":\"function\",\"function\":{"
                                    + tool.formatted("parameters")
                                    + "}}]");
            case "messages" ->
                    post(
                            "/v1/messages",
                            named
                                    + messages
                                    + ",\"max_tokens\":100,\"tools\":[{"
                                    + tool.formatted("input_schema")
                                    + "}]");
            case "responses" ->
                    post(
                            "/v1/responses",
                            named
                                    + "\"input\":\"Weather?\",\"tools\":[{\"type\":\"function\","
                                    + tool.formatted("parameters")
                                    + "}]");
            case "gemini" ->
                    post(
                            "/v1beta/models/"
                                    + model
                                    + (stream
                                            ? ":streamGenerateContent?alt=sse"
                                            : ":generateContent"),
                            "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Weather?\"}]}],\"tools\":"
                                    + "[{\"functionDeclarations\":[{"
                                    + tool.formatted("parametersJsonSchema")
                                    + "}]}]");
            case "ollama" ->
                    post(
                            "/api/chat",
                            named
                                    + messages
                                    + ",\"tools\":[{\"type\":\"function\",\"function\":{"
                                    + tool.formatted("parameters")
                                    + "}}]");
            case "bedrock" ->
                    post(
                            "/model/"
                                    + model.replace("/", "%2F")
                                    + (stream ? "/converse-stream" : "/converse"),
                            "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Weather?\"}]}],"
                                    + "\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"weather\","
                                    + "\"inputSchema\":{\"json\":{\"type\":\"object\",\"properties\":"
                                    + "{\"city\":{\"type\":\"string\"}}}}}}]}");
            case "ui" ->
                    post(
                            "/chat/ui",
                            "\"model\":\""
                                    + model
                                    + "\",\"id\":\"c1\",\"trigger\":\"submit-message\",\"messages\":[{\"id\":\"m1\","
                                    + "\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Weather?\"}]}]");
            case "ag-ui" ->
                    post(
                            "/chat/ag-ui",
                            "\"threadId\":\"t1\",\"runId\":\"r1\",\"state\":{},\"context\":[],"
                                    + "\"forwardedProps\":{\"model\":\""
                                    + model
                                    + "\"},\"messages\":[{\"id\":\"m1\",\"role\":\"user\",\"content\":\"Weather?\"}],"
                                    + "\"tools\":[{"
                                    + tool.formatted("parameters")
                                    + "}]");
            case "simple" ->
                    post("/chat/stream", "\"model\":\"" + model + "\",\"message\":\"Weather?\"");
            default -> throw new IllegalArgumentException(client);
        };
    }

    private static HttpResponse<String> post(String path, String fields) throws Exception {
        return stage.sendForBytes(stage.post(path, "{" + fields + "}"));
    }

    private static boolean isSame(String client, String from) {
        return from.equals(SAME.get(client));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aStreamSaysTheSame(String client, String from) throws Exception {
        String model = from + "/" + from + "-stream";
        HttpResponse<String> response = ask(client, model, true);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith(Spoken.streamType(client));
        if (isSame(client, from)) {
            assertThat(response.body()).isEqualTo(Spoken.stream(from));
        }
        Heard heard = Heard.stream(client, response.body());
        assertThat(heard.error).isEmpty();
        assertThat(heard.text).hasToString("Hello there");
        assertThat(heard.ended).isTrue();
        if (!client.equals("simple")) {
            check(client, from, heard);
        }
        NativeProvider.Asked asked = provider.last();
        assertThat(asked.path()).isEqualTo(Spoken.path(from, from + "-stream", true));
        assertThat(asked.body()).contains("Weather?");
        assertThat(asked.headers()).containsEntry(keyHeader(from), key(from));
        if (from.equals("anthropic")) {
            assertThat(asked.headers()).containsEntry("anthropic-version", "2023-06-01");
        }
    }

    @ParameterizedTest
    @MethodSource("wholePairs")
    void aWholeAnswerSaysTheSame(String client, String from) throws Exception {
        HttpResponse<String> response = ask(client, from + "/" + from + "-whole", false);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/json");
        if (isSame(client, from)) {
            assertThat(response.body()).isEqualTo(Spoken.whole(from));
        }
        Heard heard = Heard.whole(client, response.body());
        assertThat(heard.text).hasToString("Hello there");
        check(client, from, heard);
        assertThat(provider.last().path()).isEqualTo(Spoken.path(from, from + "-whole", false));
    }

    private static void check(String client, String from, Heard heard) {
        assertThat(heard.reasoning).hasToString("Let me think.");
        assertThat(heard.calls).containsExactly("weather {\"city\":\"Oslo\"}");
        assertThat(heard.finish)
                .isEqualTo(
                        switch (client) {
                            case "chat", "ag-ui" -> "tool_calls";
                            case "ui" -> "tool-calls";
                            case "messages", "bedrock" -> "tool_use";
                            case "responses" -> "completed";
                            case "gemini" -> "STOP";
                            default -> "stop";
                        });
        // What was read from a cache is not in the input of these dialects, and some providers do
        // not say what that was.
        boolean apart =
                (client.equals("messages") || client.equals("bedrock"))
                        && !from.equals("ollama")
                        && !from.equals("cohere");
        assertThat(heard.input).isEqualTo(apart ? 17 : 21);
        assertThat(heard.output).isEqualTo(9);
    }

    private static String keyHeader(String from) {
        return switch (from) {
            case "anthropic" -> "x-api-key";
            case "gemini" -> "x-goog-api-key";
            default -> "authorization";
        };
    }

    private static String key(String from) {
        return keyHeader(from).equals("authorization") ? "Bearer sk-" + from : "sk-" + from;
    }

    @ParameterizedTest
    @MethodSource("wholePairs")
    void aRefusalKeepsItsStatusAndItsWords(String client, String from) throws Exception {
        for (boolean stream : new boolean[] {true, false}) {
            HttpResponse<String> response = ask(client, from + "/" + from + "-refused", stream);

            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.body()).contains("slow down");
            checkErrorForm(client, response.body());
            if (isSame(client, from)) {
                assertThat(response.body()).isEqualTo(Spoken.error(from));
            }
        }
    }

    private static void checkErrorForm(String client, String body) {
        switch (client) {
            case "chat", "responses" ->
                    assertThat(body).startsWith("{\"error\":{\"message\":").contains("\"code\":");
            case "messages" ->
                    assertThat(body).startsWith("{\"type\":\"error\",\"error\":{\"type\":");
            case "gemini" -> assertThat(body).startsWith("{\"error\":{\"code\":");
            case "ollama" -> assertThat(body).startsWith("{\"error\":\"");
            case "bedrock" -> assertThat(body).contains("\"message\":\"").startsWith("{\"");
            default -> throw new IllegalArgumentException(client);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anErrorInsideAStreamIsNoGoodEnd(String client, String from) throws Exception {
        HttpResponse<String> response = ask(client, from + "/" + from + "-broken", true);

        assertThat(response.statusCode()).isEqualTo(200);
        if (isSame(client, from)) {
            assertThat(response.body()).isEqualTo(Spoken.broken(from));
        }
        Heard heard = Heard.stream(client, response.body());
        assertThat(heard.text).hasToString("Hello there");
        assertThat(heard.error).contains("slow down");
        assertThat(heard.ended).isEqualTo(ALWAYS_MARKED.contains(client));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aStreamThatIsCutIsNoGoodEnd(String client, String from) throws Exception {
        HttpResponse<String> response = ask(client, from + "/" + from + "-cut", true);

        assertThat(response.statusCode()).isEqualTo(200);
        Heard heard = Heard.stream(client, response.body());
        assertThat(heard.text).hasToString("Hello there");
        assertThat(heard.error).isNotEmpty();
        assertThat(heard.ended).isEqualTo(ALWAYS_MARKED.contains(client));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyStreamCanBeReadAgain(String client, String from) throws Exception {
        try (Stage kept =
                Stage.start(settings -> {
                    boolean rootInUrl = from.equals("openai") || from.equals("responses");
                    settings.speaking(from, from, provider.url(rootInUrl ? "/v1" : ""), null);
                    settings.keep = Stage.PATIENCE;
                })) {
            Stage before = stage;
            HttpResponse<String> first;
            try {
                stage = kept;
                first = ask(client, from + "/" + from + "-stream", true);
            } finally {
                stage = before;
            }
            String id = first.headers().firstValue("x-firsttoken-stream").orElseThrow();
            HttpResponse<String> again = kept.sendForBytes(kept.request("/v1/streams/" + id).GET());
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.headers().firstValue("content-type"))
                    .isEqualTo(first.headers().firstValue("content-type"));

            // Each event counts for itself.
            List<String> events =
                    switch (client) {
                        case "ollama" -> List.of(first.body().split("(?<=\n)"));
                        case "bedrock" -> AwsMessages.split(first.body());
                        default -> List.of(first.body().split("(?<=\r\n\r\n|\n\n)"));
                    };
            HttpResponse<String> rest =
                    kept.sendForBytes(kept.request("/v1/streams/" + id + "?after=2").GET());
            assertThat(rest.body()).isEqualTo(String.join("", events.subList(2, events.size())));
        }
    }

    @Test
    void eventsThatNobodyKnowsAreSkippedAndCounted() throws Exception {
        double before = stage.metric("firsttoken_skipped_events_total", "provider=\"anthropic\"");
        assertThat(ask("messages", "anthropic/anthropic-stream", true).body())
                .contains("something_new");
        assertThat(stage.metric("firsttoken_skipped_events_total", "provider=\"anthropic\""))
                .isEqualTo(before);

        assertThat(ask("chat", "anthropic/anthropic-stream", true).body())
                .doesNotContain("something_new");
        stage.awaitMetric(before + 1, "firsttoken_skipped_events_total", "provider=\"anthropic\"");
    }
}
