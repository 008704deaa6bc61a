package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.StreamEvents.streamId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When status and headers leave, and what is still possible before and after.
class CommitTest {

    private static final String EVENT_STREAM =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

    private static final String NOTHING_TO_READ =
            """
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{"content":null},"finish_reason":null}]}

            data: {"choices":[]}

            : a comment

            """;

    @Test
    void whatNobodyCanReadDoesNotCommit() throws Exception {
        try (var provider = new ScriptedProvider(EVENT_STREAM + NOTHING_TO_READ, Then.SILENCE);
                Stage stage =
                        Stage.start(s -> {
                            s.provider("house", provider.baseUrl());
                            s.firstToken = Duration.ofMillis(200);
                        })) {
            HttpResponse<String> response = stage.stream("any");
            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body())
                    .contains("no first token within 200 ms")
                    .contains("\"code\":\"upstream_first_token_timeout\"");
        }
    }

    @Test
    void whatCameBeforeTheFirstContentIsNotLost() throws Exception {
        String content =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        try (var provider =
                        new ScriptedProvider(EVENT_STREAM + NOTHING_TO_READ + content, Then.CLOSE);
                Stage stage = Stage.start(s -> s.provider("house", provider.baseUrl()))) {
            assertThat(stage.stream("any").body()).isEqualTo(NOTHING_TO_READ + content);
        }
    }

    @Test
    void theHeartbeatDeadlineCommitsEarlyAndALaterFailureIsToldInTheStream() throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.heartbeat = Duration.ofMillis(100);
                    s.firstToken = Duration.ofMillis(350);
                })) {
            HttpResponse<String> response = stage.stream("sim/silent");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("x-firsttoken-stream")).isPresent();
            assertThat(response.body())
                    .startsWith(":\n")
                    .contains("\"code\":\"upstream_first_token_timeout\"")
                    .doesNotContain("[DONE]");
            assertThat(Stage.events(response.body())).hasSize(1);

            String simple = stage.simple("sim/silent").body();
            assertThat(simple).startsWith(":\n").endsWith("data: [DONE]\n\n");
            assertThat(Stage.events(simple))
                    .containsExactly("{\"error\": \"no first token within 350 ms\"}", "[DONE]");
        }
    }

    @Test
    void anEarlyCommitLosesNothingOfAnAnswerThatComesAfterAll() throws Exception {
        try (Stage stage = Stage.start(s -> s.heartbeat = Duration.ofMillis(50))) {
            assertThat(Stage.events(stage.simple("sim/tokens-3+ttft-200ms").body())).hasSize(4);
            String body = stage.stream("sim/tokens-3+ttft-200ms").body();
            assertThat(body).startsWith(":\n").endsWith("data: [DONE]\n\n");
            assertThat(Stage.events(body)).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status-500",
                "status-429",
                "status-401",
                "error-first",
                "error-after-0",
                "cut-after-0",
                "end-after-0",
                "html",
                "gzip",
                "no-body",
                "reset-before-headers",
                "silent",
                "stall-after-0",
            })
    void beforeTheFirstContentTheSecondDeploymentIsTried(String words) throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.firstToken = Duration.ofMillis(200);
                    s.model("both", "house:sim/" + words, "house:sim/tokens-2");
                })) {
            for (HttpResponse<String> response :
                    List.of(stage.stream("both"), stage.simple("both"))) {
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).contains("content").doesNotContain("error");
                assertThat(Stage.events(response.body())).last().isEqualTo("[DONE]");
            }
            assertThat(Stage.events(stage.simple("both").body())).hasSize(3);
            assertThat(stage.metric("firsttoken_attempts_total", "outcome=\"opened\""))
                    .isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status-500", "cut-after-3", "html", "reset-before-headers"})
    void anAnswerThatIsNotStreamedFallsBackToo(String words) throws Exception {
        try (Stage stage =
                Stage.start(s -> s.model("both", "house:sim/" + words, "house:sim/tokens-2"))) {
            HttpResponse<String> response = stage.whole("both");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("\"completion_tokens\":2");
        }
    }

    @Test
    void theSecondDeploymentIsTriedAfterAnEarlyCommitToo() throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.heartbeat = Duration.ofMillis(50);
                    s.firstToken = Duration.ofMillis(150);
                    s.model("both", "house:sim/stall-after-0", "house:sim/tokens-2");
                })) {
            String body = stage.stream("both").body();
            assertThat(body).startsWith(":\n").endsWith("data: [DONE]\n\n");
            // One role, two words, one finish, one mark: nothing of the first attempt.
            assertThat(Stage.events(body)).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/stream", "/v1/chat/completions"})
    void theHeadSaysWhoAnsweredAndHowManyWereAsked(String path) throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.keep = Duration.ofMinutes(10);
                    s.model("both", "house:sim/status-500", "house:sim/tokens-2");
                })) {
            HttpResponse<String> fellBack = ask(stage, path, "both");
            assertThat(deployment(fellBack)).isEqualTo("house/sim/tokens-2");
            assertThat(attempts(fellBack)).isEqualTo("2");

            HttpResponse<String> again = StreamEvents.resume(stage, streamId(fellBack), 1);
            assertThat(deployment(again)).isEqualTo("house/sim/tokens-2");
            assertThat(attempts(again)).isEqualTo("2");

            HttpResponse<String> atOnce = ask(stage, path, "sim/tokens-2");
            assertThat(deployment(atOnce)).isEqualTo("house/sim/tokens-2");
            assertThat(attempts(atOnce)).isEqualTo("1");
        }
    }

    @Test
    void anEarlyCommitCannotSayWhoWillAnswerButTheStreamCanLater() throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.keep = Duration.ofMinutes(10);
                    s.heartbeat = Duration.ofMillis(50);
                    s.firstToken = Duration.ofMillis(150);
                    s.model("both", "house:sim/stall-after-0", "house:sim/tokens-2");
                })) {
            HttpResponse<String> early = stage.stream("both");
            assertThat(early.headers().firstValue("x-firsttoken-deployment")).isEmpty();
            assertThat(early.headers().firstValue("x-firsttoken-attempts")).isEmpty();

            HttpResponse<String> later = StreamEvents.resume(stage, streamId(early), 0);
            assertThat(deployment(later)).isEqualTo("house/sim/tokens-2");
            assertThat(attempts(later)).isEqualTo("2");
        }
    }

    @Test
    void aModelsNameCannotBecomeAnotherHeader() throws Exception {
        String answer =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        try (var provider = new ScriptedProvider(EVENT_STREAM + answer, Then.CLOSE);
                Stage stage = Stage.start(s -> s.provider("house", provider.baseUrl()))) {
            assertThat(deployment(stage.stream("a model \\r\\nx-evil: 1")))
                    .isEqualTo("house/a%20model%20%0D%0Ax-evil:%201");
            assertThat(deployment(stage.stream("m\u00fcller 100%")))
                    .isEqualTo("house/m%C3%BCller%20100%25");
            assertThat(deployment(stage.stream("\u00fc".repeat(1000))))
                    .isEqualTo("house/" + "%C3%BC".repeat(41));
        }
    }

    private static HttpResponse<String> ask(Stage stage, String path, String model)
            throws Exception {
        return path.equals("/chat/stream") ? stage.simple(model) : stage.stream(model);
    }

    private static String deployment(HttpResponse<?> response) {
        return response.headers().firstValue("x-firsttoken-deployment").orElseThrow();
    }

    private static String attempts(HttpResponse<?> response) {
        return response.headers().firstValue("x-firsttoken-attempts").orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"error-after-1", "cut-after-1", "stall-after-1", "garbage-after-1"})
    void afterTheFirstContentThereIsNoOtherAttempt(String words) throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.stall = Duration.ofMillis(200);
                    s.model("both", "house:sim/" + words, "house:sim/tokens-2");
                })) {
            assertThat(stage.stream("both").body()).contains("error").doesNotContain("[DONE]");
            assertThat(stage.simulator.exchanges()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 422})
    void whatIsWrongWithTheRequestIsNotTriedElsewhere(int status) throws Exception {
        try (Stage stage =
                Stage.start(
                        s -> s.model("both", "house:sim/status-" + status, "house:sim/tokens-2"))) {
            assertThat(stage.stream("both").statusCode()).isEqualTo(status);
            assertThat(stage.whole("both").statusCode()).isEqualTo(status);
            assertThat(stage.simulator.exchanges()).hasSize(2);
        }
    }

    @Test
    void whenAllRefuseTheLastRefusalIsTold() throws Exception {
        try (Stage stage =
                Stage.start(s ->
                        s.model(
                                "both",
                                "house:sim/status-500",
                                "house:sim/status-429+retry-after-3s"))) {
            HttpResponse<String> response = stage.stream("both");
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("retry-after")).hasValue("3");
        }
    }
}
