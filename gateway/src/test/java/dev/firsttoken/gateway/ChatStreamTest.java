package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.config.Config.Protocol;
import dev.firsttoken.gateway.config.Config.Provider;
import dev.firsttoken.simulator.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /chat/stream`: the contract that everything grew from.
class ChatStreamTest {

    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        stage = Stage.start();
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void everyDeltaIsOneEventAndDoneEndsTheStream() throws Exception {
        stage.simulator.script("greeting", Script.text("Hello \"world\"\n€ 😀"));
        String body = stage.simple("greeting").body();
        List<String> events = Stage.events(body);
        assertThat(events).last().isEqualTo("[DONE]");
        assertThat(events.subList(0, events.size() - 1))
                .isNotEmpty()
                .allMatch(e -> e.matches("\\{\"content\": \".+\"}"));
        assertThat(body).endsWith("data: [DONE]\n\n").doesNotContain("\r", "event:", "id:");
        assertThat(String.join("", events).replace("\"}{\"content\": \"", ""))
                .isEqualTo("{\"content\": \"Hello \\\"world\\\"\\n€ 😀\"}[DONE]");
    }

    @Test
    void headersKeepEverybodyOnTheWayFromHoldingTheStreamBack() throws Exception {
        try (RawClient client = stage.connect()) {
            client.post("/chat/stream", Stage.simpleBody("sim/tokens-1"));
            String head = client.readHead().toLowerCase(Locale.ROOT);
            assertThat(head)
                    .startsWith("http/1.1 200 ok\r\n")
                    .contains("\r\ncontent-type: text/event-stream; charset=utf-8\r\n")
                    .contains("\r\ncache-control: no-cache, no-transform\r\n")
                    .contains("\r\nx-accel-buffering: no\r\n")
                    .contains("\r\nconnection: keep-alive\r\n")
                    .contains("\r\ntransfer-encoding: chunked\r\n")
                    .containsPattern("\r\nx-firsttoken-stream: st_[0-9a-f]{32}\r\n");
            assertThat(client.readChunks()).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void eachStreamHasItsOwnName() throws Exception {
        var first = stage.simple("sim/tokens-1").headers().firstValue("x-firsttoken-stream");
        var second = stage.simple("sim/tokens-1").headers().firstValue("x-firsttoken-stream");
        assertThat(first).isPresent().isNotEqualTo(second);
    }

    @Test
    void withoutAModelTheDefaultAnswers() throws Exception {
        for (String json :
                List.of(
                        "{\"message\":\"default please\"}",
                        "{\"message\":\"default please\",\"model\":\"\"}")) {
            HttpResponse<String> response = stage.send(stage.post("/chat/stream", json));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Stage.events(response.body())).hasSize(4);
        }
        assertThat(
                        stage.simulator
                                .awaitExchange(
                                        e -> e.bodyText().contains("default please"),
                                        Stage.PATIENCE)
                                .bodyText())
                .contains("\"model\":\"" + Settings.DEFAULT_MODEL + "\"")
                .contains("\"stream\":true")
                .contains("\"include_usage\":true")
                .contains("{\"role\":\"user\",\"content\":\"default please\"}");
    }

    @Test
    void aHistoryIsPassedOnAsItIs() throws Exception {
        String history =
                "[{\"role\":\"system\",\"content\":\"Be \\u0062rief\"}, {\"role\":\"user\",\"content\":\"Why?\"}]";
        HttpResponse<String> response =
                stage.send(
                        stage.post(
                                "/chat/stream",
                                "{\"model\":\"history\",\"messages\":" + history + "}"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(stage.exchange("history").bodyText()).contains("\"messages\":" + history);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not JSON | 400 | JSON",
                "{} | 400 | message: missing (expected:",
                "[] | 400 | JSON object",
                "{\"message\":\"a\"  | 400 | JSON",
                "{\"message\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]} | 400 | expected: one of them",
                "{\"message\":\"\"} | 400 | message: is empty (expected:",
                "{\"message\":7} | 400 | message: is not a text (expected:",
                "{\"messages\":[]} | 400 | messages: is not an array of messages (expected:",
                "{\"messages\":\"a\"} | 400 | messages: is not an array of messages (expected:",
                "{\"message\":\"a\",\"model\":7} | 400 | model: is not a text (expected:",
            })
    void aBadBodyIsRefusedAndToldWhatWasExpected(String body, int status, String says)
            throws Exception {
        assertRefused(stage.send(stage.post("/chat/stream", body)), status, says);
    }

    @Test
    void aModelThatNobodyServesIsRefused() throws Exception {
        try (Stage closed =
                Stage.start(s ->
                        s.providers.add(
                                new Provider(
                                        "house",
                                        stage.simulator.baseUrl(),
                                        null,
                                        null,
                                        Protocol.AUTO,
                                        null,
                                        List.of("known"))))) {
            assertRefused(closed.simple("unknown"), 404, "(expected: one that /v1/models lists)");
            assertThat(closed.simple("known").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anotherContentTypeIsRefused() throws Exception {
        assertRefused(
                stage.send(
                        stage.request("/chat/stream")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{\"message\":\"a\"}"))),
                415,
                "expected: content-type: application/json");
        assertRefused(
                stage.send(
                        stage.request("/chat/stream")
                                .POST(BodyPublishers.ofString("{\"message\":\"a\"}"))),
                415,
                "expected: content-type: application/json");
        assertThat(
                        stage.send(
                                        stage.request("/chat/stream")
                                                .header(
                                                        "Content-Type",
                                                        "Application/JSON; charset=UTF-8")
                                                .POST(
                                                        BodyPublishers.ofString(
                                                                "{\"message\":\"a\"}")))
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCompressedBodyIsRefused() throws Exception {
        assertRefused(
                stage.send(
                        stage.post("/chat/stream", "{\"message\":\"a\"}")
                                .header("Content-Encoding", "gzip")),
                415,
                "expected: no content-encoding");
    }

    @Test
    void anotherMethodIsRefusedWithTheOneThatWorks() throws Exception {
        HttpResponse<String> response = stage.get("/chat/stream");
        assertThat(response.headers().firstValue("allow")).hasValue("POST");
        assertRefused(response, 405, "takes POST requests only");
    }

    @Test
    void anUnknownPathIsRefusedWithTheOnesThatExist() throws Exception {
        assertRefused(
                stage.send(stage.post("/chat/streams", "{}")), 404, "expected: POST /chat/stream");
    }

    /// Whoever asks over `/chat/stream` reads `error` as a text.
    private static void assertRefused(HttpResponse<String> response, int status, String says) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).startsWith("{\"error\":").contains(says);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sim/status-400",
                "sim/status-401",
                "sim/status-403",
                "sim/status-404",
                "sim/status-429+retry-after-2s",
                "sim/status-500",
                "sim/status-503",
                "sim/error-first",
                "sim/error-after-0",
                "sim/error-after-2",
                "sim/cut-after-0",
                "sim/cut-after-2",
                "sim/reset-after-2",
                "sim/end-after-0",
                "sim/end-after-2",
                "sim/garbage-after-2",
                "sim/html",
                "sim/gzip",
                "sim/no-body",
                "sim/reset-before-headers",
                "sim/reset-after-headers",
                "sim/tokens-9+content-length+cut-after-3",
                "sim/tokens-9+close-delimited+cut-after-3",
                "sim/silent",
                "sim/headers-only",
                "sim/stall-after-0",
                "sim/stall-after-2",
            })
    void everyFailureOfAProviderIsToldInTheStream(String model) throws Exception {
        try (Stage hasty =
                Stage.before(
                        stage.simulator,
                        s -> {
                            s.firstToken = Duration.ofMillis(300);
                            s.stall = Duration.ofMillis(300);
                        })) {
            HttpResponse<String> response = hasty.simple(model);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type"))
                    .hasValue("text/event-stream; charset=utf-8");
            List<String> events = Stage.events(response.body());
            assertThat(events).last().isEqualTo("[DONE]");
            assertThat(events.get(events.size() - 2)).startsWith("{\"error\": \"");
            assertThat(events.subList(0, events.size() - 2))
                    .allMatch(e -> e.startsWith("{\"content\": "));
        }
    }

    @Test
    void nothingListeningIsToldInTheStream() throws Exception {
        try (Stage lonely =
                Stage.start(s -> s.provider("house", stage.simulator.refusedBaseUrl()))) {
            assertThat(lonely.simple("any").body())
                    .isEqualTo(
                            "data: {\"error\": \"no connection to the provider\"}\n\ndata: [DONE]\n\n");
        }
    }

    @Test
    void whatTheProviderSaysOfTheRequestIsPassedOn() throws Exception {
        assertThat(stage.simple("sim/status-400").body())
                .contains("The simulator was asked for status 400.");
    }

    @Test
    void anAnswerWithoutAWordIsComplete() throws Exception {
        assertThat(stage.simple("sim/tokens-0").body()).isEqualTo("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sim/tokens-3+crlf",
                "sim/tokens-3+cr",
                "sim/tokens-3+split-bytes",
                "sim/tokens-3+split-never",
                "sim/tokens-3+comments",
                "sim/tokens-3+no-done",
                "sim/tokens-3+double-done",
                "sim/tokens-3+after-done",
                "sim/tokens-3+after-end",
                "sim/tokens-3+content-length",
                "sim/tokens-3+close-delimited",
                "sim/tokens-3+slow-headers-50ms",
            })
    void oddButCompleteAnswersLookLikeAnyOther(String model) throws Exception {
        List<String> events = Stage.events(stage.simple(model).body());
        assertThat(events).hasSize(4).last().isEqualTo("[DONE]");
        assertThat(events.subList(0, 3)).allMatch(e -> e.startsWith("{\"content\": "));
    }
}
