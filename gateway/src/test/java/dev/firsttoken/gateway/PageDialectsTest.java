package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.StreamEvents.streamId;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What pages count on beside the events: the head, refusals, signs of life, errors wherever they
/// come, and that an answer is found again by its conversation.
class PageDialectsTest {

    private static final String VERSION = "x-vercel-ai-ui-message-stream";

    /// Long enough that the test says when it ends.
    private static final String ENDLESS = "sim/tokens-100000+gap-20ms";

    private static void keeping(Settings settings) {
        settings.keep = Duration.ofMinutes(10);
    }

    private static String ui(String model) {
        return ui(model, "");
    }

    private static String ui(String model, String more) {
        return "{\"model\":\"%s\",\"id\":\"chat 1\",\"trigger\":\"submit-message\",%s\"messages\":[%s]}"
                .formatted(
                        model,
                        more,
                        "{\"id\":\"m\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Hi\"}]}");
    }

    private static String agUi(String model) {
        return "{\"threadId\":\"t\",\"runId\":\"r\",\"forwardedProps\":{\"model\":\"%s\"},\"messages\":[%s]}"
                .formatted(model, "{\"id\":\"m\",\"role\":\"user\",\"content\":\"Hi\"}");
    }

    private static String body(String path, String model) {
        return path.equals("/chat/ui") ? ui(model) : agUi(model);
    }

    @Test
    void theStreamSaysWhichVersionItIs() throws Exception {
        try (Stage stage = Stage.start(PageDialectsTest::keeping)) {
            HttpResponse<String> made = stage.send(stage.post("/chat/ui", ui("sim/tokens-3")));
            HttpResponse<String> again = stage.get("/v1/streams/" + streamId(made));
            HttpResponse<String> other =
                    stage.send(stage.post("/chat/ag-ui", agUi("sim/tokens-3")));

            assertThat(made.headers().firstValue(VERSION)).hasValue("v1");
            assertThat(again.headers().firstValue(VERSION)).hasValue("v1");
            assertThat(other.headers().firstValue(VERSION)).isEmpty();
            assertThat(made.body()).endsWith("data: [DONE]\n\n");
            assertThat(other.body()).doesNotContain("[DONE]").contains("\"RUN_FINISHED\"");
        }
    }

    @Test
    void aRefusalHasTheFormThatTheClientShows() throws Exception {
        try (Stage stage = Stage.start()) {
            HttpResponse<String> shown = stage.send(stage.post("/chat/ui", ui("sim/status-429")));
            assertThat(shown.statusCode()).isEqualTo(429);
            assertThat(shown.headers().firstValue("content-type").orElseThrow())
                    .startsWith("text/plain");
            assertThat(shown.body()).isNotEmpty().doesNotStartWith("{");

            HttpResponse<String> told =
                    stage.send(stage.post("/chat/ag-ui", agUi("sim/status-429")));
            assertThat(told.statusCode()).isEqualTo(429);
            assertThat(told.body()).startsWith("{\"message\":").contains("\"code\":");

            assertThat(stage.send(stage.post("/chat/ui", "{\"messages\":1}")).statusCode())
                    .isEqualTo(400);
            assertThat(stage.send(stage.post("/chat/ag-ui", "{}")).body())
                    .contains("threadId")
                    .contains("invalid_request");
        }
    }

    @ParameterizedTest
    @CsvSource({"/chat/ui,start", "/chat/ag-ui,RUN_STARTED"})
    void aHeartbeatIsACommentBeforeTheFirstEvent(String path, String first) throws Exception {
        try (Stage stage = Stage.start(s -> s.heartbeat = Duration.ofMillis(40))) {
            String model = "sim/tokens-2+ttft-400ms";
            String body = stage.send(stage.post(path, body(path, model))).body();
            assertThat(body).startsWith(":\n:\n");
            assertThat(Stage.events(body).getFirst()).contains("\"" + first + "\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"/chat/ui,error,errorText", "/chat/ag-ui,RUN_ERROR,message"})
    void anErrorBehindTheHeadIsTheLastEvent(String path, String type, String field)
            throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.heartbeat = Duration.ofMillis(40);
                    s.firstToken = Duration.ofMillis(300);
                })) {
            String late = stage.send(stage.post(path, body(path, "sim/silent"))).body();
            List<String> alone = Stage.events(late);
            assertThat(late).startsWith(":\n");
            assertThat(alone).hasSize(1);
            assertThat(alone.getFirst())
                    .startsWith("{\"type\":\"" + type + "\",\"" + field + "\":");

            String model = "sim/tokens-9+error-after-2";
            List<String> broken =
                    Stage.events(stage.send(stage.post(path, body(path, model))).body());
            assertThat(broken.getLast()).startsWith("{\"type\":\"" + type + "\"");
            assertThat(broken.stream().filter(event -> event.contains("\"" + type + "\"")))
                    .hasSize(1);
        }
    }

    @Test
    void aPageFindsTheAnswerOfItsConversationAgain() throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    keeping(s);
                    s.eventLoops = 2;
                    s.key("me", "ft-me");
                    s.key("you", "ft-you");
                })) {
            String place = "/chat/ui/chat%201/stream";
            assertThat(get(stage, place, "ft-me").statusCode()).isEqualTo(204);
            String id;
            String seen;
            try (RawClient client = stage.connect()) {
                client.post(
                        "/chat/ui",
                        "authorization: Bearer ft-me\r\nx-firsttoken-on-disconnect: detach\r\n",
                        ui(ENDLESS));
                id = streamId(client.readHead());
                seen = client.readUntil("\"text-delta\"");
            }
            assertThat(get(stage, place, "ft-you").statusCode()).isEqualTo(204);
            assertThat(get(stage, "/chat/ui/chat%202/stream", "ft-me").statusCode()).isEqualTo(204);

            try (RawClient client = stage.connect()) {
                client.send("GET " + place + " HTTP/1.1\r\nhost: x\r\nx-api-key: ft-me\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 200").contains(VERSION + ": v1");
                String again = client.readUntil("\"text-delta\"");
                assertThat(again.substring(again.indexOf("data:")))
                        .isEqualTo(seen.substring(seen.indexOf("data:")));
            }
            var stop = stage.request("/v1/streams/" + id).header("x-api-key", "ft-me").DELETE();
            assertThat(stage.send(stop).statusCode()).isEqualTo(204);
            Stage.await("nothing to find", () -> get(stage, place, "ft-me").statusCode() == 204);
            assertThat(get(stage, "/chat/ui/stream", "ft-me").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(Stage stage, String path, String key) throws Exception {
        return stage.send(stage.request(path).header("x-api-key", key).GET());
    }
}
