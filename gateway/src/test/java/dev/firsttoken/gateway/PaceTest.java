package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.ScriptedProvider.Then;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Display-rate pacing: how often a client is written to.
class PaceTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    private static final String DONE = "data: [DONE]\n\n";

    @Test
    void whatComesAfterTheFirstEventLeavesTogether() throws Exception {
        String rest = event("b") + event("c") + event("d") + finish() + DONE;
        String script =
                HEAD
                        + event("a")
                        + ScriptedProvider.PAUSE
                        + rest.replace("}\n\n", "}\n\n" + ScriptedProvider.PAUSE);
        try (var provider = new ScriptedProvider(script, Then.CLOSE);
                Stage stage = stage(provider, Duration.ofMinutes(1));
                RawClient client = ask(stage)) {
            assertThat(chunk(client)).isEqualTo(event("a"));
            assertThat(chunk(client)).isEqualTo(rest);
            assertThat(chunk(client)).isEmpty();
        }
    }

    @Test
    void withoutItEveryEventLeavesAsItComes() throws Exception {
        String script =
                HEAD
                        + event("a")
                        + ScriptedProvider.PAUSE
                        + event("b")
                        + ScriptedProvider.PAUSE
                        + event("c");
        try (var provider = new ScriptedProvider(script, Then.SILENCE);
                Stage stage = stage(provider, Duration.ZERO);
                RawClient client = ask(stage)) {
            assertThat(chunk(client)).isEqualTo(event("a"));
            assertThat(chunk(client)).isEqualTo(event("b"));
            assertThat(chunk(client)).isEqualTo(event("c"));
        }
    }

    @Test
    void nothingWaitsForAProviderThatFallsSilent() throws Exception {
        String script = HEAD + event("a") + ScriptedProvider.PAUSE + event("b") + event("c");
        try (var provider = new ScriptedProvider(script, Then.SILENCE);
                Stage stage = stage(provider, Duration.ofMillis(400));
                RawClient client = ask(stage)) {
            assertThat(chunk(client)).isEqualTo(event("a"));
            assertThat(chunk(client)).isEqualTo(event("b") + event("c"));
        }
    }

    @Test
    void aWholePieceDoesNotWait() throws Exception {
        String large = event("x".repeat(7000));
        String script = HEAD + event("a") + ScriptedProvider.PAUSE + large;
        try (var provider = new ScriptedProvider(script, Then.SILENCE);
                Stage stage = stage(provider, Duration.ofMinutes(1));
                RawClient client = ask(stage)) {
            assertThat(chunk(client)).isEqualTo(event("a"));
            assertThat(chunk(client)).isEqualTo(large);
        }
    }

    @Test
    void aClientThatLeavesWhileSomethingWaitsLeavesNothingBehind() throws Exception {
        String script = HEAD + event("a") + ScriptedProvider.PAUSE + event("b");
        try (var provider = new ScriptedProvider(script, Then.SILENCE);
                Stage stage = stage(provider, Duration.ofMinutes(1))) {
            try (RawClient client = ask(stage)) {
                assertThat(chunk(client)).isEqualTo(event("a"));
            }
            stage.awaitMetric(0, "firsttoken_open_streams");
        }
    }

    private static Stage stage(ScriptedProvider provider, Duration pace) throws IOException {
        return Stage.start(s -> {
            s.pace = pace;
            s.provider("house", provider.baseUrl());
        });
    }

    private static RawClient ask(Stage stage) throws IOException {
        RawClient client = stage.connect();
        client.post("/v1/chat/completions", Stage.chatBody("any", true));
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
        return client;
    }

    private static String chunk(RawClient client) throws IOException {
        return new String(client.readChunk(), UTF_8);
    }

    private static String event(String text) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
    }

    private static String finish() {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    }
}
