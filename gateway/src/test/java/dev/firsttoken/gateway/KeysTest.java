package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Content;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Simulator;
import dev.firsttoken.simulator.SimulatorOptions;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may come in, and what they never get to see.
class KeysTest {

    private static final String KEY = "ft-canary-of-ada";
    private static final String OURS = "sk-canary-of-house";

    private static Simulator simulator;
    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults().withApiKey(OURS));
        stage =
                Stage.before(
                        simulator,
                        s -> {
                            s.provider("house", simulator.baseUrl(), OURS);
                            s.key("ada", KEY);
                            s.key("bob", "ft-of-bob");
                        });
    }

    @AfterAll
    static void stop() {
        stage.close();
        simulator.close();
    }

    private static HttpResponse<String> ask(String path, String... headers) throws Exception {
        String json =
                path.equals("/chat/stream")
                        ? Stage.simpleBody("sim/tokens-1")
                        : Stage.chatBody("sim/tokens-1", true);
        var request = stage.post(path, json);
        return stage.send(headers.length == 0 ? request : request.headers(headers));
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer " + KEY,
        "Authorization, bearer " + KEY,
        "x-api-key, " + KEY,
        "api-key, " + KEY,
    })
    void aKeyIsTakenHoweverItIsShown(String header, String value) throws Exception {
        assertThat(ask("/chat/stream", header, value).statusCode()).isEqualTo(200);
        assertThat(ask("/v1/chat/completions", header, value).statusCode()).isEqualTo(200);
    }

    @Test
    void theSameKeyTwiceIsFineAndTwoAreNot() throws Exception {
        assertThat(
                        ask("/chat/stream", "Authorization", "Bearer " + KEY, "x-api-key", KEY)
                                .statusCode())
                .isEqualTo(200);
        for (String header : new String[] {"x-api-key", "api-key", "Authorization"}) {
            String value = header.equals("Authorization") ? "Bearer ft-of-bob" : "ft-of-bob";
            HttpResponse<String> response =
                    ask("/chat/stream", "Authorization", "Bearer " + KEY, header, value);
            assertThat(response.statusCode()).as(header).isEqualTo(400);
            assertThat(response.body())
                    .containsAnyOf("two different keys", "two authorization headers");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer wrong",
        "Authorization, Basic YTpi",
        "Authorization, " + KEY,
        "x-api-key, wrong",
        "x-other, " + KEY,
    })
    void whoeverShowsNoKnownKeyIsRefused(String header, String value) throws Exception {
        for (String path : new String[] {"/chat/stream", "/v1/chat/completions"}) {
            HttpResponse<String> response = ask(path, header, value);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
            assertThat(response.body())
                    .contains("\"code\":\"invalid_api_key\"")
                    .doesNotContain(value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/v1/models", "/v1/models/any"})
    void whatTellsAboutTheServerNeedsAKey(String path) throws Exception {
        assertThat(stage.get(path).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz"})
    void healthIsPublic(String path) throws Exception {
        assertThat(stage.get(path).statusCode()).isEqualTo(200);
    }

    @Test
    void callersAreNamedInMetricsAndTheirKeysAreNot() throws Exception {
        ask("/chat/stream", "x-api-key", KEY);
        Stage.await(
                "the caller's name",
                () ->
                        metrics().contains("caller=\"ada\",route=\"/chat/stream\",status=\"200\"")
                                && metrics().contains("firsttoken_tokens_total{caller=\"ada\""));
        assertThat(metrics()).doesNotContain("canary");
    }

    private static String metrics() throws Exception {
        return stage.send(stage.request("/metrics").header("x-api-key", KEY)).body();
    }

    @Test
    void whatAProviderSaysOfOurCredentialReachesNobody() throws Exception {
        String error =
                "{\"error\":{\"message\":\"bad key "
                        + OURS
                        + "\",\"type\":\"x\",\"param\":null,\"code\":null}}";
        String content =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
        script("late", "text/event-stream", content + "data: " + error + "\n\n");
        script("early", "text/event-stream", "data: " + error + "\n\n");
        script("whole", "application/json", error);
        for (String model : new String[] {"late", "early", "whole"}) {
            for (String path : new String[] {"/chat/stream", "/v1/chat/completions"}) {
                for (boolean streamed : new boolean[] {true, false}) {
                    String json =
                            path.equals("/chat/stream")
                                    ? Stage.simpleBody(model)
                                    : Stage.chatBody(model, streamed);
                    HttpResponse<String> response =
                            stage.send(stage.post(path, json).header("x-api-key", KEY));
                    assertThat(response.body()).as(model + path).contains("error");
                    assertThat(response.body() + response.headers().map())
                            .as(model + path + streamed)
                            .doesNotContain("canary");
                }
            }
        }
    }

    private static void script(String model, String type, String body) {
        simulator.script(model, Script.of(new Content.Raw(type, body.getBytes(UTF_8))));
    }
}
