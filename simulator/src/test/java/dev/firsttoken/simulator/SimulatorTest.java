package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.fault.Status;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulatorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @Test
    void anyModelStreamsAReadableParagraph() throws Exception {
        HttpResponse<String> response = ask("my-model", true, "How are you?");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValue("text/event-stream; charset=utf-8");
        assertThat(response.body())
                .startsWith("data: {\"id\":\"chatcmpl-sim")
                .contains("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}")
                .contains("\"finish_reason\":\"stop\"")
                .doesNotContain("\"usage\"")
                .endsWith("data: [DONE]\n\n");
        // Role, 120 tokens, finish, mark.
        assertThat(response.body().split("\n\n")).hasSize(123);
        assertThat(Sse.text(response.body()))
                .startsWith(
                        "This is my-model, a simulated model, answering a message of 12 characters: “How are you?”.")
                .contains("café", "漢字", "🌊");
    }

    @Test
    void usageComesWhenAskedFor() throws Exception {
        String body =
                """
                {"model":"m","stream":true,"stream_options":{"include_usage":true},
                 "messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}]}\
                """;
        String[] events = send(post(body).build()).body().split("\n\n");
        assertThat(events[events.length - 2])
                .contains("\"choices\":[]")
                .contains("\"prompt_tokens\":5,\"completion_tokens\":120,\"total_tokens\":125");
        assertThat(events[0]).contains("\"usage\":null");
    }

    @Test
    void withoutStreamTheAnswerIsOneObject() throws Exception {
        HttpResponse<String> response = ask("sim/tokens-5", false, "Hi");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.headers().firstValue("content-length")).isPresent();
        assertThat(response.body())
                .contains("\"object\":\"chat.completion\"")
                .contains("\"completion_tokens\":5")
                .contains("\"finish_reason\":\"stop\"");
    }

    @Test
    void reasoningAndToolsAreAWordAway() throws Exception {
        String body = ask("sim/reasoning-3+tokens-2+tools-2", true, "Hi").body();
        assertThat(body)
                .containsSubsequence(
                        "reasoning_content",
                        "\"content\":\"This\"",
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_sim0\"",
                        "\"tool_calls\":[{\"index\":1,\"id\":\"call_sim1\"",
                        "\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void scriptsAnswerInTurn() throws Exception {
        simulator.script("turns", Script.failing(new Status(503)), Script.text("Fine."));
        assertThat(ask("turns", true, "Hi").statusCode()).isEqualTo(503);
        assertThat(Sse.text(ask("turns", true, "Hi").body())).isEqualTo("Fine.");
        assertThat(Sse.text(ask("turns", true, "Hi").body())).isEqualTo("Fine.");
    }

    @Test
    void scriptedEventsGoOutAsTheyAre() throws Exception {
        simulator.script(
                "events",
                Script.events(new TextDelta(0, "a\nb"), new Finish(0, Reason.CONTENT_FILTER)));
        assertThat(ask("events", true, "Hi").body())
                .contains("\"content\":\"a\\nb\"")
                .contains("\"finish_reason\":\"content_filter\"");
        assertThat(ask("events", false, "Hi").body()).contains("\"content\":\"a\\nb\"");

        simulator.script(
                "broken",
                Script.events(
                        new TextDelta(0, "a"),
                        new Failed(Failure.of(Failure.Kind.OVERLOADED, "too many"))));
        assertThat(ask("broken", true, "Hi").body())
                .contains("data: {\"error\":{\"message\":\"too many\"")
                .doesNotContain("[DONE]");
        assertThat(ask("broken", false, "Hi").statusCode()).isEqualTo(503);

        Failure limited =
                new Failure(Failure.Kind.RATE_LIMITED, 429, "slower", Duration.ofMillis(1_500));
        simulator.script("limited", Script.events(new Failed(limited)));
        assertThat(ask("limited", false, "Hi").headers().firstValue("retry-after")).hasValue("2");
    }

    @Test
    void recordingsAreReplayedByteForByte() throws Exception {
        String recording = ": hi\r\n\r\ndata: {\"x\":1}\r\rdata: odd\n\nrest";
        simulator.script("recording", Script.sse(recording.getBytes(UTF_8)));
        assertThat(ask("recording", true, "Hi").body()).isEqualTo(recording);
        assertThat(ask("recording", false, "Hi").body()).isEqualTo(recording);
        Exchange exchange = last();
        exchange.ending().get();
        assertThat(exchange.eventsSent()).isEqualTo(4);
    }

    @Test
    void modelsAreListed() throws Exception {
        assertThat(get("/models").body())
                .startsWith(
                        "{\"object\":\"list\",\"data\":[{\"id\":\"claude-sonnet-4-20250514\",\"object\":\"model\"");
        assertThat(get("/models/sim/tokens-5+gap-1ms").body())
                .startsWith("{\"id\":\"sim/tokens-5+gap-1ms\"");
    }

    @Test
    void unknownRoutesAndWordsAreRefusedByName() throws Exception {
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.send("GET /v1/models/%zz HTTP/1.1\r\nhost: sim\r\n\r\n");
            assertThat(client.readUntil("\r\n")).startsWith("HTTP/1.1 400 ");
        }
        assertThat(get("/nothing").body()).contains("\"code\":\"not_found\"");
        assertThat(get("/chat/completions").statusCode()).isEqualTo(405);
        HttpResponse<String> response = ask("sim/stal-after-3", true, "Hi");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("unknown word 'stal-after-3'")
                .contains("stall-after-N[:TIME]", "split-bytes");
        assertThat(send(post("{\"model\":").build()).body()).contains("body: not JSON");
    }

    @Test
    void headerWordsShapeAnyModel() throws Exception {
        HttpRequest request =
                post(question("any", true, "Hi"))
                        .header("X-Simulate", "tokens=2, error-after=1")
                        .build();
        assertThat(send(request).body())
                .contains("\"content\":\"This\"")
                .contains("{\"error\":{")
                .doesNotContain("[DONE]");
    }

    @Test
    void exchangesAreWrittenDown() throws Exception {
        ask("sim/tokens-3", true, "Write me down");
        Exchange exchange =
                simulator.awaitExchange(
                        e -> e.bodyText().contains("Write me down") && !e.isOpen(), PATIENCE);
        assertThat(exchange.method()).isEqualTo("POST");
        assertThat(exchange.path()).isEqualTo("/v1/chat/completions");
        assertThat(exchange.header("Content-Type")).isEqualTo("application/json");
        assertThat(exchange.protocol()).isEqualTo("HTTP/1.1");
        assertThat(exchange.eventsSent()).isEqualTo(6);
        assertThat(exchange.ending().get().how()).isEqualTo(How.COMPLETED);
        assertThat(exchange.firstByteNanos().getAsLong())
                .isBetween(exchange.receivedNanos(), exchange.lastByteNanos().getAsLong());
        assertThat(simulator.exchanges()).contains(exchange);
    }

    @Test
    void connectionsAreKeptAlive() throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            for (int i = 0; i < 2; i++) {
                client.sendChat("sim/tokens-1", true);
                assertThat(client.readUntil("0\r\n\r\n")).contains("[DONE]");
            }
        }
        List<Exchange> both = simulator.exchanges().reversed().subList(0, 2);
        assertThat(both.get(0).connection()).isEqualTo(both.get(1).connection());
    }

    @Test
    void aKeyCanBeAskedFor() throws Exception {
        try (Simulator locked =
                Simulator.start(SimulatorOptions.defaults().withApiKey("sk-right"))) {
            URI models = URI.create(locked.baseUrl() + "/models");
            HttpResponse<String> without = send(HttpRequest.newBuilder(models).build());
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.body())
                    .contains("\"code\":\"invalid_api_key\"")
                    .doesNotContain("sk-right");
            HttpRequest with =
                    HttpRequest.newBuilder(models)
                            .header("Authorization", "Bearer sk-right")
                            .build();
            assertThat(send(with).statusCode()).isEqualTo(200);
        }
        assertThat(SimulatorOptions.defaults().withApiKey("sk-right").toString())
                .doesNotContain("sk-right");
    }

    @Test
    void refusedBaseUrlRefusesConnections() throws Exception {
        URI refused = simulator.refusedBaseUrl();
        assertThatThrownBy(() -> new Socket("127.0.0.1", refused.getPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void closingEndsEverythingOpen() throws Exception {
        Simulator brief = Simulator.start(SimulatorOptions.defaults());
        RawClient client = RawClient.connect(brief.baseUrl());
        client.sendChat("sim/silent", true);
        Exchange exchange = brief.awaitExchange(_ -> true, PATIENCE);
        assertThat(brief.openExchanges()).isEqualTo(1);
        assertThat(brief.openConnections()).isEqualTo(1);
        brief.close();
        assertThat(exchange.ending().get().how()).isEqualTo(How.SIMULATOR_CLOSED);
        assertThat(brief.openExchanges()).isZero();
        assertThat(brief.openConnections()).isZero();
        client.close();
    }

    private static Exchange last() {
        return simulator.exchanges().getLast();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path)).build());
    }

    private static HttpResponse<String> ask(String model, boolean stream, String message)
            throws Exception {
        return send(post(question(model, stream, message)).build());
    }

    private static String question(String model, boolean stream, String message) {
        return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(model, stream, message);
    }

    private static HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
