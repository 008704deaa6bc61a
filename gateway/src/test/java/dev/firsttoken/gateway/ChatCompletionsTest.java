package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Content;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /v1/chat/completions`: OpenAI chat, passed on as it is.
class ChatCompletionsTest {

    private static final String CHUNK =
            "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}";

    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        stage =
                Stage.start(s -> {
                    s.firstToken = Duration.ofMillis(500);
                    s.stall = Duration.ofMillis(500);
                });
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    private static String chunk(String delta, String finish) {
        return "data: " + CHUNK.formatted(delta, finish) + "\n\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "split-bytes+",
                "split-never+",
                "split-random-3+",
                "crlf+",
                "cr+",
                "content-length+",
                "close-delimited+"
            })
    void aStreamIsPassedOnByteForByte(String how) throws Exception {
        String model = "sim/" + how + "tokens-20+reasoning-3+tools-2+seed-7";
        String withUsage =
                Stage.chatBody(model, true)
                        .replace(
                                "\"stream\":true",
                                "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        HttpResponse<String> ours = stage.send(stage.post("/v1/chat/completions", withUsage));
        HttpResponse<String> direct = stage.direct(withUsage);
        assertThat(ours.statusCode()).isEqualTo(200);
        assertThat(withoutChance(ours.body())).isEqualTo(withoutChance(direct.body()));
    }

    /// The simulator draws an id and looks at the clock for each answer.
    private static String withoutChance(String body) {
        return body.replaceAll("chatcmpl-[^\"]*", "ID").replaceAll("\"created\":\\d+", "CREATED");
    }

    @Test
    void whatNobodyHasANameForSurvives() throws Exception {
        String recording =
                "event: message\ndata: "
                        + CHUNK.formatted(
                                "{\"content\":\"a\",\"mood\":{\"x\":[1,2.50,null]}}", "null")
                        + "\n\ndata:"
                        + CHUNK.formatted("{\"content\":\"\\u00e9\"}", "\"stop\"")
                                .replace("}]}", "}],\"padding\":\"zzz\"   }")
                        + "\n\ndata: {\"novelty\":true,\"choices\":[]}\n\ndata: [DONE]\n\n";
        stage.simulator.script("novel", Script.sse(recording.getBytes(UTF_8)));
        assertThat(stage.stream("novel").body()).isEqualTo(recording);
    }

    @Test
    void whatTheClientAsksBesidesSurvives() throws Exception {
        String json =
                "{\"model\":\"asked\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi \\u263a\"}],\"temperature\":0.70,"
                        + "\"novelty\":{\"deep\":[1,{\"a\":null}]},\"seed\":12345678901234567890,\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":false,\"include_obfuscation\":false}}";
        assertThat(stage.send(stage.post("/v1/chat/completions", json)).statusCode())
                .isEqualTo(200);
        assertThat(stage.exchange("asked").bodyText())
                .contains("\"temperature\":0.70")
                .contains("\"novelty\":{\"deep\":[1,{\"a\":null}]}")
                .contains("\"seed\":12345678901234567890")
                .contains("\"content\":\"Hi \\u263a\"")
                .contains("\"include_usage\":true")
                .contains("\"include_obfuscation\":false");
    }

    @Test
    void usageIsAlwaysAskedForAndOnlyShownToWhoAskedForIt() throws Exception {
        String without = stage.stream("sim/tokens-2+seed-1").body();
        assertThat(stage.exchange("sim/tokens-2+seed-1").bodyText())
                .contains("\"include_usage\":true");
        assertThat(without).doesNotContain("prompt_tokens").endsWith("data: [DONE]\n\n");
        assertThat(Stage.events(without)).hasSize(5);

        String with =
                stage.send(
                                stage.post(
                                        "/v1/chat/completions",
                                        Stage.chatBody("sim/tokens-2+seed-2", true)
                                                .replace(
                                                        "\"stream\":true",
                                                        "\"stream\":true,\"stream_options\":{\"include_usage\":true}")))
                        .body();
        assertThat(Stage.events(with)).hasSize(6);
        assertThat(Stage.events(with).get(4)).contains("\"choices\":[]", "\"completion_tokens\":2");
    }

    @Test
    void tokensAreCountedWhoeverAskedForThem() throws Exception {
        double before = stage.metric("firsttoken_tokens_total", "direction=\"output\"");
        stage.stream("sim/tokens-7");
        stage.simple("sim/tokens-11");
        stage.whole("sim/tokens-13");
        stage.awaitMetric(before + 31, "firsttoken_tokens_total", "direction=\"output\"");
    }

    @Test
    void anAnswerThatIsNotStreamedIsPassedOnByteForByte() throws Exception {
        String json =
                "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\\u00e9\"},\"finish_reason\":\"stop\"}],\n \"novelty\" : 1.0}";
        stage.simulator.script(
                "whole", Script.of(new Content.Raw("application/json", json.getBytes(UTF_8))));
        HttpResponse<String> response = stage.whole("whole");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).isEqualTo(json);
        assertThat(stage.exchange("whole").bodyText()).doesNotContain("include_usage");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headersThatSayWhenToComeBackSurvive(boolean streamed) throws Exception {
        String model =
                "sim/tokens-1+header-x-ratelimit-remaining-requests:7+seed-" + (streamed ? 1 : 2);
        HttpResponse<String> response =
                stage.send(stage.post("/v1/chat/completions", Stage.chatBody(model, streamed)));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-ratelimit-remaining-requests")).hasValue("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"set-cookie:a=b", "access-control-allow-origin:*", "server:x"})
    void otherHeadersOfAProviderStayHere(String header) throws Exception {
        HttpResponse<String> response = stage.stream("sim/tokens-1+header-" + header);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue(header.substring(0, header.indexOf(':'))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 422, 429, 500, 503, 529})
    void statusAndWordsOfARefusalSurvive(int status) throws Exception {
        String model = "sim/status-" + status + "+retry-after-7s";
        String direct = stage.direct(Stage.chatBody(model, true)).body();
        for (boolean streamed : new boolean[] {true, false}) {
            HttpResponse<String> response =
                    stage.send(stage.post("/v1/chat/completions", Stage.chatBody(model, streamed)));
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().firstValue("retry-after")).hasValue("7");
            assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(response.body()).isEqualTo(direct);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void whatIsSaidOfOurCredentialStaysHere(int status) throws Exception {
        for (boolean streamed : new boolean[] {true, false}) {
            HttpResponse<String> response =
                    stage.send(
                            stage.post(
                                    "/v1/chat/completions",
                                    Stage.chatBody("sim/status-" + status, streamed)));
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body())
                    .contains("the provider refused the server's credential")
                    .doesNotContain("simulator");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error-after-2",
                "cut-after-2",
                "reset-after-2",
                "end-after-2",
                "garbage-after-2",
                "stall-after-2",
                "tokens-9+content-length+cut-after-2",
                "tokens-9+close-delimited+cut-after-2",
            })
    void aFailureAfterTheFirstContentIsAnErrorThatSdksRaiseOn(String words) throws Exception {
        HttpResponse<String> response = stage.stream("sim/" + words);
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> events = Stage.events(response.body());
        assertThat(events)
                .last()
                .asString()
                .startsWith("{\"error\":{\"message\":\"")
                .contains("\"type\":\"", "\"param\":", "\"code\":\"");
        assertThat(events.stream().filter(e -> e.contains("\"error\""))).hasSize(1);
        assertThat(response.body())
                .endsWith("}\n\n")
                .doesNotContain("[DONE]")
                .doesNotContain("\"finish_reason\":\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error-first",
                "error-after-0",
                "cut-after-0",
                "reset-after-0",
                "end-after-0",
                "garbage-after-0",
                "html",
                "gzip",
                "no-body",
                "reset-before-headers",
                "reset-after-headers",
            })
    void aFailureBeforeTheFirstContentHasATrueStatus(String words) throws Exception {
        HttpResponse<String> response = stage.stream("sim/" + words);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).startsWith("{\"error\":{\"message\":\"");
    }

    @Test
    void anAnswerWithoutItsMarkGetsOne() throws Exception {
        String body = stage.stream("sim/tokens-2+no-done").body();
        assertThat(body).contains("\"finish_reason\":\"stop\"").endsWith("data: [DONE]\n\n");
        assertThat(body.split("\\[DONE]", -1)).hasSize(2);
    }

    @Test
    void aLastEventWithoutItsBlankLineIsWhole() throws Exception {
        String recording =
                chunk("{\"content\":\"a\"}", "null") + chunk("{}", "\"stop\"") + "data: [DONE]";
        stage.simulator.script("abrupt", Script.sse(recording.getBytes(UTF_8)));
        assertThat(stage.stream("abrupt").body()).isEqualTo(recording + "\n\n");
    }

    @Test
    void aCutInTheMiddleOfAnEventIsNoEvent() throws Exception {
        String recording = chunk("{\"content\":\"a\"}", "null") + "data: {\"choices\":[{\"del";
        stage.simulator.script("half", Script.sse(recording.getBytes(UTF_8)));
        List<String> events = Stage.events(stage.stream("half").body());
        assertThat(events).hasSize(2);
        assertThat(events.get(1)).contains("\"code\":\"upstream_truncated\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cut-after-2",
                "content-length+cut-after-2",
                "close-delimited+cut-after-2",
                "reset-after-2",
                "no-body",
                "html",
                "gzip",
                "reset-before-headers",
                "reset-after-headers",
            })
    void anAnswerThatIsNotStreamedIsNeverHalfOfOne(String words) throws Exception {
        HttpResponse<String> response = stage.whole("sim/tokens-20+" + words);
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body())
                .startsWith("{\"error\":{\"message\":\"")
                .contains("\"type\":\"server_error\"");
    }

    @Test
    void anErrorInsideA200IsAnError() throws Exception {
        String error =
                "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,\"code\":429}}";
        stage.simulator.script(
                "liar", Script.of(new Content.Raw("application/json", error.getBytes(UTF_8))));
        HttpResponse<String> response = stage.whole("liar");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).isEqualTo(error);
        assertThat(stage.stream("liar").statusCode()).isEqualTo(502);
    }

    @Test
    void anErrorThatIsNotOpenAisIsPutIntoItsForm() throws Exception {
        try (var strange = ScriptedProvider.of("500 Oops", "text/plain", "it broke");
                Stage before =
                        Stage.before(
                                stage.simulator, s -> s.provider("house", strange.baseUrl()))) {
            HttpResponse<String> response = before.whole("any");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body())
                    .isEqualTo(
                            "{\"error\":{\"message\":\"the provider answered with status 500\",\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_error\"}}");
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (var elsewhere =
                        ScriptedProvider.of(
                                "302 Found\r\nlocation: " + stage.simulator.baseUrl(),
                                "text/plain",
                                "");
                Stage before =
                        Stage.before(
                                stage.simulator, s -> s.provider("house", elsewhere.baseUrl()))) {
            int known = stage.simulator.exchanges().size();
            HttpResponse<String> response = before.stream("any");
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("status 302 (expected: 200)");
            assertThat(stage.simulator.exchanges()).hasSize(known);
        }
    }

    @Test
    void ourCredentialIsShownToTheProviderAndTheClientsIsNot() throws Exception {
        try (Stage locked =
                Stage.before(
                        Simulator.start(SimulatorOptions.defaults().withApiKey("sk-house")),
                        s -> {})) {
            assertThat(locked.stream("sim/tokens-1").statusCode()).isEqualTo(401);
            locked.simulator.close();
        }
        try (var simulator = Simulator.start(SimulatorOptions.defaults().withApiKey("sk-house"));
                Stage locked =
                        Stage.before(
                                simulator,
                                s -> s.provider("house", simulator.baseUrl(), "sk-house"))) {
            HttpResponse<String> response =
                    locked.send(
                            locked.post(
                                            "/v1/chat/completions",
                                            Stage.chatBody("sim/tokens-1", true))
                                    .header("Authorization", "Bearer sk-client")
                                    .header("x-secret", "mine"));
            assertThat(response.statusCode()).isEqualTo(200);
            var exchange = locked.exchange("sim/tokens-1");
            assertThat(exchange.header("authorization")).isEqualTo("Bearer sk-house");
            assertThat(exchange.headers().toString()).doesNotContain("sk-client", "mine");
            assertThat(exchange.header("accept-encoding")).isEqualTo("identity");
        }
    }
}
