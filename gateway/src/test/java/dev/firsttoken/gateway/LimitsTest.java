package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What one request, one caller and the whole server may take: each limit holds, and is counted.
class LimitsTest {

    private static final String CHAT = "/v1/chat/completions";

    @Test
    void aHeadThatIsTooLargeIsRefused() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestHeadBytes = 2000);
                RawClient client = stage.connect()) {
            client.send("GET /healthz HTTP/1.1\r\nhost: a\r\nx: " + "y".repeat(3000) + "\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 431 ").contains("too large");
            assertThat(stage.metric("firsttoken_requests_total", "status=\"431\"")).isEqualTo(1);
        }
    }

    @Test
    void aRequestLineThatIsTooLongIsRefused() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            client.send("GET /" + "y".repeat(10_000) + " HTTP/1.1\r\nhost: a\r\n\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 414 ");
            assertThat(stage.metric("firsttoken_requests_total", "status=\"414\"")).isEqualTo(1);
        }
    }

    @Test
    void aBodyThatIsDeclaredTooLargeIsRefusedAndTheClientReadsWhy() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestBodyBytes = 1000)) {
            // Much more than sockets hold: the client is still sending when it is refused.
            String json = "{\"message\":\"" + "a".repeat(8 << 20) + "\"}";
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> response = stage.send(stage.post("/chat/stream", json));
                assertThat(response.statusCode()).isEqualTo(413);
                assertThat(response.body()).contains("the body is larger than 1000 bytes");
            }
            assertThat(stage.metric("firsttoken_requests_total", "status=\"413\"")).isEqualTo(5);
            assertThat(stage.simulator.exchanges()).isEmpty();
        }
    }

    @Test
    void aBodyThatTurnsOutTooLargeIsRefused() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestBodyBytes = 1000)) {
            HttpResponse<String> response =
                    stage.send(
                            stage.request("/chat/stream")
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            BodyPublishers.fromPublisher(
                                                    BodyPublishers.ofString("x".repeat(1001)))));
            assertThat(response.statusCode()).isEqualTo(413);
            try (H2Client client = new H2Client(stage.port())) {
                H2Client.Stream stream = client.open("POST", "/chat/stream", false);
                stream.send("x".repeat(600), false);
                stream.send("x".repeat(600), false);
                assertThat(stream.status()).isEqualTo(413);
            }
            assertThat(stage.metric("firsttoken_requests_total", "status=\"413\"")).isEqualTo(2);
        }
    }

    @Test
    void aBodyThatJustFitsIsTaken() throws Exception {
        String json = Stage.simpleBody("sim/tokens-1");
        try (Stage stage = Stage.start(s -> s.requestBodyBytes = json.length())) {
            assertThat(stage.simple("sim/tokens-1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aHeadThatNeverEndsIsNotWaitedFor() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestHead = Duration.ofMillis(200));
                RawClient client = stage.connect()) {
            client.send("POST /chat/stream HTTP/1.1\r\nhost: a\r\n");
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("connection: close\r\n")
                    .contains("the head did not arrive within 200 ms");
            stage.awaitMetric(1, "firsttoken_open_connections");
            assertThat(stage.metric("firsttoken_request_timeouts_total", "part=\"head\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void aBodyThatNeverEndsIsNotWaitedFor() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestBody = Duration.ofMillis(200));
                RawClient client = stage.connect();
                H2Client h2 = new H2Client(stage.port())) {
            client.send(
                    "POST /chat/stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
            H2Client.Stream stream = h2.open("POST", "/chat/stream", false);
            assertThat(client.readHead()).startsWith("HTTP/1.1 408 ").contains("connection: close");
            assertThat(client.readUntil("}}")).contains("did not arrive within 200 ms");
            assertThat(stream.status()).isEqualTo(408);
            assertThat(stage.metric("firsttoken_requests_total", "status=\"408\"")).isEqualTo(2);
            assertThat(stage.metric("firsttoken_request_timeouts_total", "part=\"body\""))
                    .isEqualTo(2);
        }
    }

    @Test
    void moreConnectionsThanAllowedAreToldToComeBack() throws Exception {
        try (Stage stage = Stage.start(s -> s.connections = 2)) {
            RawClient first = stage.connect();
            first.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").readUntil("}");
            try (RawClient second = stage.connect()) {
                second.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").readUntil("}");
                try (RawClient third = stage.connect()) {
                    third.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
                    assertThat(third.readToEnd())
                            .startsWith("HTTP/1.1 503 ")
                            .contains("retry-after: 1\r\n")
                            .endsWith("the server has as many connections as it can\n");
                }
            }
            first.close();
            Stage.await(
                    "room again",
                    () -> {
                        try (RawClient next = stage.connect()) {
                            next.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
                            return next.readToEndOr("}").contains("ok");
                        }
                    });
            assertThat(stage.metric("firsttoken_refused_connections_total")).isPositive();
        }
    }

    @Test
    void moreConnectionsFromOneAddressThanAllowedAreToldSo() throws Exception {
        try (Stage stage = Stage.start(s -> s.connectionsPerAddress = 2);
                RawClient first = stage.connect();
                RawClient second = stage.connect()) {
            first.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").readUntil("}");
            second.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").readUntil("}");
            try (RawClient third = stage.connect()) {
                third.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
                assertThat(third.readToEnd())
                        .startsWith("HTTP/1.1 503 ")
                        .endsWith("your address has as many connections as it may\n");
            }
            try (RawClient elsewhere = RawClient.from("127.0.0.2", stage.port())) {
                elsewhere.send("GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n");
                assertThat(elsewhere.readUntil("firsttoken_stuck"))
                        .contains("firsttoken_refused_connections_per_address_total 1.0\n")
                        .contains("firsttoken_open_connections 3.0\n");
            }
            first.close();
            Stage.await(
                    "room again",
                    () -> {
                        try (RawClient next = stage.connect()) {
                            next.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
                            return next.readToEndOr("}").contains("\"ok\"");
                        }
                    });
        }
    }

    @Test
    void aBodyThatTricklesIsNotWaitedFor() throws Exception {
        try (Stage stage =
                        Stage.start(s -> {
                            s.bodyInterval = Duration.ofMillis(300);
                            s.bodyRateBytes = 1000;
                        });
                RawClient client = stage.connect()) {
            client.send(
                    "POST /chat/stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                            + "content-length: 100000\r\n\r\n"
                            + " ".repeat(299));
            assertThat(client.readToEnd())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("less than 300 bytes of the body arrived within 300 ms");
            assertThat(stage.metric("firsttoken_request_timeouts_total", "part=\"body\""))
                    .isEqualTo(1);
            assertThat(stage.metric("firsttoken_reserved_bytes")).isZero();
        }
    }

    @Test
    void aHeadThatTricklesOnAUsedConnectionIsNotWaitedFor() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestHead = Duration.ofMillis(300));
                RawClient client = stage.connect()) {
            client.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").readUntil("}");
            client.send("GET /healthz HT");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void moreRequestsBehindAStreamThanAllowedAreLeftUnread() throws Exception {
        try (Stage stage = Stage.start(s -> s.pipelinedRequests = 1);
                RawClient client = stage.connect()) {
            client.post("/chat/stream", Stage.simpleBody("sim/tokens-3+gap-50ms"));
            for (int i = 0; i < 3; i++) {
                client.post("/chat/stream", Stage.simpleBody("sim/tokens-1"));
            }
            String all = client.readToEnd();
            // The connection ends with the answer during which too many came.
            assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(2);
            assertThat(all).contains("connection: ").endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
            assertThat(stage.simulator.exchanges()).hasSize(1);
            assertThat(stage.metric("firsttoken_dropped_pipelined_requests_total")).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatIsNotWantedIsRefusedBeforeItsBodyIsSent() throws Exception {
        try (Stage stage = Stage.start(s -> s.key("ada", "key-of-ada"))) {
            for (String announced :
                    new String[] {
                        "expect: 100-continue\r\ncontent-length: 10",
                        "content-length: 100000",
                        "transfer-encoding: chunked"
                    }) {
                assertRefused(stage, "POST /chat/stream", announced, 401);
                assertRefused(stage, "POST /elsewhere", announced, 404);
                assertRefused(stage, "PUT /chat/stream", announced, 405);
                String key = "authorization: Bearer key-of-ada\r\n";
                if (announced.startsWith("expect")) {
                    try (RawClient client = stage.connect()) {
                        client.send("POST /chat/stream HTTP/1.1\r\nhost: a\r\n" + key);
                        client.send(announced + "\r\n\r\n");
                        assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
                    }
                }
            }
        }
    }

    private static void assertRefused(Stage stage, String what, String announced, int status)
            throws Exception {
        try (RawClient client = stage.connect()) {
            client.send(what + " HTTP/1.1\r\nhost: a\r\n" + announced + "\r\n\r\n");
            assertThat(client.readToEnd())
                    .as(what + " with " + announced)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("connection: close\r\n");
        }
    }

    @Test
    void aClientThatHalfClosesHasLeft() throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            client.post(CHAT, Stage.chatBody("sim/silent", true));
            stage.exchange("sim/silent");
            client.shutdownOutput();
            stage.awaitIdle();
            assertThat(stage.exchange("sim/silent").ending().get(10, TimeUnit.SECONDS).how())
                    .isEqualTo(How.CLIENT_LEFT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesInMidUploadLeavesNothingBehind(boolean reset) throws Exception {
        try (Stage stage = Stage.start();
                RawClient client = stage.connect()) {
            client.send(
                    "POST /chat/stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                            + "content-length: 60000\r\n\r\n"
                            + " ".repeat(30_000));
            stage.awaitMetric(60_000, "firsttoken_reserved_bytes");
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
            stage.awaitMetric(0, "firsttoken_reserved_bytes");
            stage.awaitMetric(1, "firsttoken_open_connections");
            assertThat(stage.simulator.exchanges()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void moreStreamsThanAllowedAreToldToComeBack(boolean streamed) throws Exception {
        try (Stage stage = Stage.start(s -> s.streams = 1);
                RawClient first = stage.connect()) {
            first.post(CHAT, Stage.chatBody("sim/silent", streamed));
            stage.exchange("sim/silent");
            HttpResponse<String> response = stage.stream("sim/tokens-1");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("retry-after")).hasValue("1");
            assertThat(response.body()).contains("\"code\":\"overloaded\"");
            assertThat(stage.metric("firsttoken_refused_requests_total", "reason=\"streams\""))
                    .isEqualTo(1);
            first.close();
            stage.awaitIdle();
            assertThat(stage.stream("sim/tokens-1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void oneCallerCannotTakeAllStreams() throws Exception {
        try (Stage stage =
                        Stage.start(s -> {
                            s.streamsPerKey = 1;
                            s.key("ada", "key-of-ada");
                            s.key("bob", "key-of-bob");
                        });
                RawClient first = stage.connect()) {
            first.post(CHAT, "x-api-key: key-of-ada\r\n", Stage.chatBody("sim/silent", true));
            stage.exchange("sim/silent");
            HttpResponse<String> second =
                    stage.send(
                            stage.post(CHAT, Stage.chatBody("sim/tokens-1", true))
                                    .header("x-api-key", "key-of-ada"));
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("retry-after")).hasValue("1");
            assertThat(second.body()).contains("1 requests open").doesNotContain("key-of-ada");
            HttpResponse<String> other =
                    stage.send(
                            stage.post(CHAT, Stage.chatBody("sim/tokens-1", true))
                                    .header("x-api-key", "key-of-bob"));
            assertThat(other.statusCode()).isEqualTo(200);
            String metrics =
                    stage.send(stage.request("/metrics").header("x-api-key", "key-of-bob")).body();
            assertThat(metrics)
                    .contains("firsttoken_refused_requests_total{reason=\"streams-per-key\"} 1.0");
        }
    }

    @Test
    void aRequestThatIsTooMuchJsonIsRefusedWithItsPlace() throws Exception {
        try (Stage stage =
                Stage.start(s -> {
                    s.requestDepth = 5;
                    s.requestValues = 100;
                    s.requestMessages = 2;
                })) {
            String message = "{\"role\":\"user\",\"content\":\"Hi\"}";
            String fits =
                    "{\"model\":\"sim/tokens-1\",\"messages\":[%s,%s]}".formatted(message, message);
            assertThat(stage.send(stage.post(CHAT, fits)).statusCode()).isEqualTo(200);
            String[][] cases = {
                {
                    fits.replace("]}", "," + message + "]}"),
                    "messages: has 3 messages (expected: at most 2)",
                    "\"messages\""
                },
                {
                    fits.replace("]}", "],\"x\":" + "[".repeat(900_000)),
                    "nests too deep at byte ",
                    "null"
                },
                {
                    fits.replace("]}", "],\"x\":[" + "1,".repeat(100) + "1]}"),
                    "at most 100)",
                    "null"
                },
                {
                    fits.replace("]}", "],\"x\":" + "9".repeat(500_000) + "}"),
                    "number that is too long",
                    "null"
                },
                {fits.replace("]}", "],\"model\":\"other\"}"), "model: occurs twice", "\"model\""},
                {fits.replace("\"sim/tokens-1\"", "7"), "model: is a number", "\"model\""},
                {
                    fits.replace("]}", "],\"stream_options\":{\"include_usage\":1}}"),
                    "is a number (expected: true or false)",
                    "\"stream_options.include_usage\""
                },
            };
            for (String[] refused : cases) {
                HttpResponse<String> response = stage.send(stage.post(CHAT, refused[0]));
                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body())
                        .contains(refused[1])
                        .contains("\"param\":" + refused[2])
                        .contains("\"code\":\"invalid_request\"");
            }
            String history = "{\"messages\":[%s,%s,%s]}".formatted(message, message, message);
            assertThat(stage.send(stage.post("/chat/stream", history)).body())
                    .contains("has 3 messages (expected: at most 2)");
            assertThat(stage.metric("firsttoken_requests_total", "status=\"400\"")).isEqualTo(8);
            assertThat(stage.simulator.exchanges()).hasSize(1);
        }
    }

    @Test
    void aLineWithoutEndIsCutOff() throws Exception {
        try (Stage stage = Stage.start(s -> s.sseLineBytes = 2000)) {
            assertTooLong(stage, "data: " + "x".repeat(3000));
        }
    }

    @Test
    void anEventWithoutEndIsCutOff() throws Exception {
        try (Stage stage = Stage.start(s -> s.sseEventBytes = 2000)) {
            assertTooLong(stage, "data: {}\n".repeat(300));
        }
    }

    private static void assertTooLong(Stage stage, String rest) throws Exception {
        String start =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
        stage.simulator.script("endless", Script.sse((start + rest).getBytes(UTF_8)));
        assertThat(stage.stream("endless").body())
                .startsWith(start)
                .contains("\"code\":\"upstream_invalid\"")
                .contains("2000")
                .doesNotContain("[DONE]");
        stage.awaitMetric(1, "firsttoken_stream_ends_total", "reason=\"upstream_invalid\"");
    }

    @Test
    void anAnswerThatIsTooLongIsCutOff() throws Exception {
        try (Stage stage = Stage.start(s -> s.answerBytes = 5000)) {
            String streamed = stage.stream("sim/tokens-1000").body();
            assertThat(streamed).hasSizeLessThan(6500).contains("longer than 5000 bytes");
            assertThat(stage.exchange("sim/tokens-1000").ending().get(5, TimeUnit.SECONDS).how())
                    .isIn(How.CLIENT_LEFT, How.COMPLETED);
            HttpResponse<String> whole = stage.whole("sim/tokens-5000");
            assertThat(whole.statusCode()).isEqualTo(502);
            assertThat(whole.body()).contains("longer than 5000 bytes");
            assertThat(stage.metric("firsttoken_stream_ends_total", "reason=\"upstream_invalid\""))
                    .isEqualTo(2);
        }
    }

    @Test
    void logsGiveBackWhatWasReadOnceTheyHoldTooMuch() throws Exception {
        try (Stage stage = Stage.start(s -> s.logBytes = 64 * 1024);
                RawClient client = stage.connect()) {
            client.post(CHAT, Stage.chatBody("sim/tokens-3000", true));
            client.readHead();
            long seen = 0;
            double most = 0;
            while (seen < 300_000) {
                seen += client.readChunk().length;
                most = Math.max(most, seen % 7 == 0 ? stage.metric("firsttoken_log_bytes") : 0);
            }
            assertThat(most).isBetween(1.0, 512.0 * 1024);
            assertThat(client.readChunks()).endsWith("data: [DONE]\n\n");
            stage.awaitIdle();
        }
    }
}
