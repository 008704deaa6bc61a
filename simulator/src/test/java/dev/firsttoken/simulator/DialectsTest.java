package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.DialectClient;
import dev.firsttoken.wire.dialect.DialectClient.Got;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.cohere.CohereCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.Failure.Kind;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Source;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every dialect says the same, as wire's codecs understand it: two that were written apart.
class DialectsTest {

    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";
    private static final String JPEG = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Simulator simulator;
    private static URI root;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
        root = simulator.baseUrl().resolve("/");
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    static Stream<DialectClient> all() {
        return DialectClient.CODECS.stream()
                .flatMap(codec ->
                        Stream.of(true, false).map(s -> new DialectClient(codec, root, s)));
    }

    static Stream<DialectClient> streamed() {
        return all().filter(DialectClient::stream);
    }

    @ParameterizedTest
    @MethodSource("all")
    void textAndItsCounts(DialectClient client) throws Exception {
        Got got =
                client.ask(
                        "sim/tokens-30+cached-100+split-random-7", DialectClient.user("Grüezi 🌍"));
        assertThat(got.text())
                .startsWith("This is sim/tokens-30+cached-100+split-random-7, a simulated model")
                .contains("“Grüezi 🌍”");
        assertThat(got.reason()).isEqualTo(Reason.STOP);
        int cached = hasNoWordForCacheOrFilter(client) ? 0 : 100;
        assertThat(got.answer().usage()).isEqualTo(new Usage(106, cached, 30, 0));
        // The answers of some do not say who they are from.
        boolean unnamed =
                client.codec() == BedrockCodec.INSTANCE || client.codec() == CohereCodec.INSTANCE;
        assertThat(got.answer().model()).startsWith(unnamed ? "" : "sim/tokens-30");
    }

    /// Ollama tells nobody of a cache; what Cohere bills has nothing cached in it.
    private static boolean hasNoWordForCacheOrFilter(DialectClient client) {
        return client.codec() == OllamaCodec.INSTANCE || client.codec() == CohereCodec.INSTANCE;
    }

    @ParameterizedTest
    @MethodSource("all")
    void thinkingComesFirstAndCanBeBroughtBack(DialectClient client) throws Exception {
        Got got = client.ask("sim/reasoning-6+tokens-4+split-bytes", DialectClient.user("Hi"));
        assertThat(got.parts().getFirst()).isInstanceOf(Part.Reasoning.class);
        assertThat(((Part.Reasoning) got.parts().getFirst()).text())
                .isEqualTo(" Let me see what was asked,");
        assertThat(got.text()).isEqualTo("This is sim/reasoning-6");
        Got next =
                client.ask(
                        "sim/tokens-2",
                        DialectClient.user("Hi"),
                        new Message(Role.ASSISTANT, got.parts(), null, Extras.NONE),
                        DialectClient.user("And?"));
        assertThat(next.text()).isEqualTo("This is");
    }

    @ParameterizedTest
    @MethodSource("all")
    void toolsAreCalledAndTheirResultsQuoted(DialectClient client) throws Exception {
        String model = "sim/reasoning-2+tokens-2+tools-2";
        Got got = client.ask(model, DialectClient.user("Where is it warm?"));
        List<Part.ToolCall> calls = new ArrayList<>();
        for (Part part : got.parts()) {
            if (part instanceof Part.ToolCall call) {
                calls.add(call);
            }
        }
        assertThat(calls).extracting(Part.ToolCall::name).containsExactly("weather", "weather");
        assertThat(calls)
                .extracting(call -> call.arguments().text())
                .containsExactly("{\"place\":\"Zürich 0\"}", "{\"place\":\"Zürich 1\"}");
        assertThat(calls.get(0).id()).isNotEmpty().isNotEqualTo(calls.get(1).id());
        assertThat(got.reason()).isEqualTo(Reason.TOOL_CALLS);
        Part[] results = {result(calls.get(0), "18 °C"), result(calls.get(1), "21 °C")};
        Message asked = DialectClient.user("Where is it warm?");
        Message called = new Message(Role.ASSISTANT, got.parts(), null, Extras.NONE);
        Got quoted = client.ask(model, asked, called, Message.of(Role.USER, results));
        assertThat(quoted.text()).isEqualTo("The tools said: “18 °C” “21 °C”.");
        assertThat(quoted.reason()).isEqualTo(Reason.STOP);
        if (client.codec() != OllamaCodec.INSTANCE) {
            Part other = result(calls.get(0), "18 °C");
            Got refused = client.ask(model, asked, called, Message.of(Role.USER, other));
            assertThat(refused.failure().status()).isEqualTo(400);
        }
    }

    private static Part result(Part.ToolCall call, String text) {
        return new Part.ToolResult(
                call.id(), call.name(), List.of(new Part.Text(text)), false, Extras.NONE);
    }

    @ParameterizedTest
    @MethodSource("all")
    void imagesAreSeen(DialectClient client) throws Exception {
        Message message =
                Message.of(
                        Role.USER,
                        new Part.Text("What is this?"),
                        image("image/png", PNG),
                        image("image/jpeg", JPEG));
        assertThat(client.ask("m", message).text())
                .isEqualTo("I got 2 images: image/png, image/jpeg.");
    }

    private static Part image(String type, String data) {
        return new Part.Image(new Source.Inline(type, data), null, Extras.NONE);
    }

    @ParameterizedTest
    @MethodSource("all")
    void reasonsToStop(DialectClient client) throws Exception {
        assertThat(client.ask("sim/tokens-3+finish-length", DialectClient.user("Hi")).reason())
                .isEqualTo(Reason.LENGTH);
        Reason filtered =
                client.ask("sim/tokens-3+finish-content_filter", DialectClient.user("Hi")).reason();
        assertThat(filtered)
                .isEqualTo(hasNoWordForCacheOrFilter(client) ? Reason.STOP : Reason.CONTENT_FILTER);
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusals(DialectClient client) throws Exception {
        for (int status : new int[] {400, 401, 403, 404, 429, 500, 503}) {
            Got got = client.ask("sim/retry-after-7s+status-" + status, DialectClient.user("Hi"));
            assertThat(got.response().statusCode()).isEqualTo(status);
            assertThat(got.failure().detail()).contains("asked for status " + status);
            assertThat(got.failure().retryAfter()).isEqualTo(Duration.ofSeconds(7));
        }
        assertThat(client.ask("sim/nonsense", DialectClient.user("Hi")).failure().detail())
                .contains("unknown word 'nonsense'");
    }

    @ParameterizedTest
    @MethodSource("streamed")
    void errorsInTheStream(DialectClient client) throws Exception {
        Got first = client.ask("sim/error-first", DialectClient.user("Hi"));
        assertThat(first.response().statusCode()).isEqualTo(200);
        assertThat(first.failure().kind()).isEqualTo(Kind.REPORTED);
        Got later = client.ask("sim/error-after-3", DialectClient.user("Hi"));
        assertThat(later.failure().detail()).contains("asked to fail here");
        assertThat(later.events()).filteredOn(TextDelta.class::isInstance).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"end-after-3", "cut-in-event-3", "end-in-event-3", "end-after-0"})
    void truncated(String word) throws Exception {
        for (DialectClient client : streamed().toList()) {
            if (word.startsWith("cut")) {
                continue;
            }
            Got got = client.ask("sim/" + word, DialectClient.user("Hi"));
            assertThat(got.failure()).as(client + " " + word).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsMadeOfAnotherDialectIsRefused(DialectClient client) throws Exception {
        if (client.codec() != ChatCodec.INSTANCE) {
            Got got = client.ask("sim/usage-twice", DialectClient.user("Hi"));
            assertThat(got.failure().status()).isEqualTo(400);
            assertThat(got.failure().detail()).contains("expected: chat completions");
        }
        if (client.codec() == OllamaCodec.INSTANCE) {
            Got got = client.ask("sim/crlf", DialectClient.user("Hi"));
            assertThat(got.failure().detail()).contains("expected: event streams");
        }
    }

    @Test
    void tokensAreCounted() throws Exception {
        assertThat(
                        post(
                                        "v1/messages/count_tokens",
                                        """
                                        {"model":"m","messages":[{"role":"user","content":"Hello"}]}\
                                        """)
                                .body())
                .isEqualTo("{\"input_tokens\":5}");
        assertThat(
                        post(
                                        "v1beta/models/m:countTokens",
                                        "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}")
                                .body())
                .isEqualTo("{\"totalTokens\":5}");
    }

    /// What a provider would not take either.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "v1/messages; {'model':'m','messages':[{'role':'user','content':'Hi'}]};"
                        + " max_tokens: Field required",
                "v1/messages; {'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':"
                        + "[{'type':'thinking','thinking':'x','signature':'y'}]}]}; invalid signature",
                "v1/messages; {'model':'m','max_tokens':9,'messages':[{'role':'assistant','content':"
                        + "[{'type':'tool_use','id':'a','name':'b','input':{}}]},"
                        + "{'role':'user','content':'Hi'}]}; without `tool_result`",
                "v1/messages; {'model':'m','max_tokens':9,'messages':[{'role':'user','content':["
                        + "{'type':'text','text':'Hi'},{'type':'tool_result','tool_use_id':'a'}]}]};"
                        + " must come first",
                "v1/responses; {'model':'m','input':'Hi','previous_response_id':'x'}; stores nothing",
                "v1/responses; {'model':'m','input':[{'type':'function_call_output','call_id':'c',"
                        + "'output':'x'}]}; results of [c]",
                "v1beta/models/m:streamGenerateContent; {'contents':[{'parts':[]}]}; expected: sse",
                "v1beta/models/m:generateContent; {'contents':[{'parts':[{'text':'a',"
                        + "'thoughtSignature':'b'}]}]}; invalid signature",
                "api/chat; {'model':'m','messages':[{'role':'user','content':[]}]}; no string",
                "model/m/converse; {'messages':[{'role':'assistant','content':[{'toolUse':"
                        + "{'toolUseId':'a'}}]},{'role':'user','content':[{'text':'Hi'}]}]};"
                        + " without toolResult",
                "model/m/converse; nonsense; not JSON",
                "v2/chat; {'model':'m','messages':[]}; at least 1 message",
                "v2/chat; {'model':'m','messages':[{'role':'robot','content':'Hi'}]}; 'robot'",
                "v2/chat; {'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'a',"
                        + "'function':{'name':'b','arguments':{}}}]}]}; arguments: no string",
                "v2/chat; {'model':'m','messages':[{'role':'tool','tool_call_id':'c','content':"
                        + "'x'}]}; results of [c]"
            })
    void badRequests(String path, String body, String expected) throws Exception {
        HttpResponse<String> response = post(path, body.replace('\'', '"'));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(expected.strip());
    }

    @Test
    void keysAreTakenWhereTheDialectPutsThem() throws Exception {
        try (Simulator locked = Simulator.start(SimulatorOptions.defaults().withApiKey("sk"))) {
            URI at = locked.baseUrl().resolve("/");
            String gemini = "v1beta/models/m:generateContent";
            String contents = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
            assertThat(post(at, gemini, contents, "a", "b").statusCode()).isEqualTo(401);
            assertThat(post(at, gemini, contents, "x-goog-api-key", "sk").statusCode())
                    .isEqualTo(200);
            assertThat(post(at, gemini + "?key=sk", contents, "a", "b").statusCode())
                    .isEqualTo(200);
            assertThat(post(at, "api/chat", "{\"model\":\"m\"}", "authorization", "Bearer sk"))
                    .satisfies(response -> assertThat(response.statusCode()).isEqualTo(200));
            String signed =
                    "AWS4-HMAC-SHA256 Credential=sk/20260101/us-east-1/bedrock/aws4_request";
            assertThat(post(at, "model/m/converse", "{}", "authorization", signed).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> refused =
                    post(at, "v1/messages", "{\"model\":\"m\"}", "x-api-key", "sj");
            assertThat(refused.body()).contains("\"type\":\"authentication_error\"");
        }
    }

    @Test
    void framesHaveTheQuirksOfTheirProviders() throws Exception {
        var messages = new DialectClient(MessagesCodec.INSTANCE, root, true);
        String said = body(messages.ask("sim/tokens-2", DialectClient.user("Hi")));
        assertThat(said)
                .startsWith("event: message_start\ndata: {\"type\":\"message_start\",")
                .contains("event: ping\ndata: {\"type\":\"ping\"  }\n\n")
                .endsWith("}\n\n");
        var gemini = new DialectClient(GeminiCodec.INSTANCE, root, true);
        assertThat(body(gemini.ask("sim/tokens-2", DialectClient.user("Hi"))))
                .startsWith("data: {\"candidates\":")
                .endsWith("}\r\n\r\n")
                .doesNotContain("[DONE]");
        var cohere = new DialectClient(CohereCodec.INSTANCE, root, true);
        String planned =
                body(cohere.ask("sim/reasoning-2+tokens-1+tools-1", DialectClient.user("Hi")));
        assertThat(planned)
                .startsWith("event: message-start\ndata: {\"id\":")
                .contains(
                        "\n\nevent: tool-plan-delta\ndata: {\"type\":\"tool-plan-delta\",\"delta\":")
                .contains("\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",")
                .contains("\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"weather_")
                .contains("\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"billed_units\":")
                .endsWith("}\n\ndata: [DONE]\n\n");
        assertThat(body(cohere.ask("sim/reasoning-2+tokens-1", DialectClient.user("Hi"))))
                .contains("{\"content\":{\"type\":\"thinking\",\"thinking\":\"\"}}")
                .contains("\"index\":1,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",")
                .doesNotContain("tool_plan-delta");
    }

    private static String body(Got got) {
        return new String(got.response().body(), UTF_8);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return post(root, path, body, "anthropic-version", "2023-06-01");
    }

    private static HttpResponse<String> post(
            URI at, String path, String body, String header, String value) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(at.resolve("/" + path))
                        .header(header, value)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
