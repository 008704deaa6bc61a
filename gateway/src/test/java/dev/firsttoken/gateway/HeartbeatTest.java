package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Signs of life while a provider is silent.
class HeartbeatTest {

    @ParameterizedTest
    @ValueSource(strings = {"/chat/stream", "/v1/chat/completions"})
    void aHeartbeatIsACommentWithoutABlankLine(String path) throws Exception {
        try (Stage stage = Stage.start(s -> s.heartbeat = Duration.ofMillis(60));
                RawClient client = stage.connect()) {
            client.post(path, body(path, "sim/silent"));
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nx-firsttoken-heartbeat-ms: 60\r\n");
            for (int i = 0; i < 3; i++) {
                assertThat(new String(client.readChunk(), UTF_8)).isEqualTo(":\n");
            }
        }
    }

    @Test
    void heartbeatsComeBetweenEventsOnlyWhileNothingElseDoes() throws Exception {
        try (Stage stage = Stage.start(s -> s.heartbeat = Duration.ofMillis(300))) {
            assertThat(stage.simple("sim/tokens-20+gap-30ms").body()).doesNotContain(":\ndata");
            String body = stage.simple("sim/tokens-2+gap-700ms").body();
            assertThat(body).containsPattern("(?s)content.*\n\n:\n:\ndata: ..content");
            assertThat(stage.metric("firsttoken_heartbeats_total")).isEqualTo(2);
        }
    }

    @Test
    void aHeartbeatNeverEndsUpInsideAnEvent() throws Exception {
        String half = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a";
        String rest = "b\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        try (var provider =
                        new ScriptedProvider(
                                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
                                        + half
                                        + ScriptedProvider.PAUSE
                                        + rest,
                                Then.CLOSE);
                Stage stage =
                        Stage.start(s -> {
                            s.heartbeat = Duration.ofMillis(40);
                            s.provider("house", provider.baseUrl());
                        })) {
            String body = stage.stream("any").body();
            assertThat(body).startsWith(":\n:\n");
            assertThat(body.replaceFirst("^(:\n)+", "")).isEqualTo(half + rest);
        }
    }

    private static String body(String path, String model) {
        return path.equals("/chat/stream") ? Stage.simpleBody(model) : Stage.chatBody(model, true);
    }
}
