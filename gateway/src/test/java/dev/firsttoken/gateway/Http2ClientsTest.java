package dev.firsttoken.gateway;

import static dev.firsttoken.gateway.RawH2Client.DATA;
import static dev.firsttoken.gateway.RawH2Client.GOAWAY;
import static dev.firsttoken.gateway.RawH2Client.HEADERS;
import static dev.firsttoken.gateway.RawH2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.RawH2Client.Frame;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/2 clients that are slow, odd or leaving: what they get is what RFC 9113 says.
class Http2ClientsTest {

    private static final int INITIAL_WINDOW = 4;

    @Test
    void aClientWithoutAWindowIsCutOffInTime() throws Exception {
        try (Stage stage = Stage.start(s -> s.writeStall = Duration.ofMillis(500));
                RawH2Client client = new RawH2Client(stage.port(), INITIAL_WINDOW, 0)) {
            client.post(1, "sim/tokens-1000").get(3, "/metrics").get(5, "/v1/models").flush();
            assertThat(client.awaitStatus(1)).isEqualTo(200);
            stage.awaitIdle();
            Stage.await(
                    "whole answers given up",
                    () -> stage.metric("firsttoken_stuck_responses_total") >= 2);
            client.get(7, "/healthz").window(7, 1000).flush();
            assertThat(client.awaitBody(7)).contains("ok");
        }
    }

    @Test
    void aWindowOfOneByteIsFilledOneByteAtATime() throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port(), INITIAL_WINDOW, 1)) {
            client.post(1, "sim/tokens-2").flush();
            var body = new StringBuilder();
            Frame frame;
            do {
                frame = client.await("data", f -> f.stream() == 1 && f.type() == DATA);
                assertThat(frame.payload()).hasSizeLessThan(2);
                body.append(new String(frame.payload(), java.nio.charset.StandardCharsets.UTF_8));
                client.window(1, 1).window(0, 1).flush();
            } while (!frame.ends());
            assertThat(Stage.events(body.toString())).hasSize(3).last().isEqualTo("[DONE]");
        }
    }

    @Test
    void whoeverIsRefusedInMidUploadReadsWhyAndIsAskedToStop() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestBodyBytes = 1000);
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1).data(1, "x".repeat(1001), false).flush();
            assertThat(client.awaitStatus(1)).isEqualTo(413);
            assertThat(client.awaitBody(1)).contains("larger than 1000 bytes");
            Frame reset = client.await("a reset", f -> f.type() == RST_STREAM);
            assertThat(reset.error()).isEqualTo(Http2Error.NO_ERROR);
            client.data(1, "still under way", false).get(3, "/healthz").flush();
            assertThat(client.awaitBody(3)).contains("ok");
        }
    }

    @Test
    void aClientThatSaysGoodbyeStillGetsItsAnswers() throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1, "sim/tokens-5+gap-30ms").flush();
            assertThat(client.awaitStatus(1)).isEqualTo(200);
            client.frame(GOAWAY, 0, 0, "0000000000000000").flush();
            assertThat(Stage.events(client.awaitBody(1))).hasSize(6);
        }
    }

    @Test
    void moreStreamsThanAllowedAreRefusedOneByOne() throws Exception {
        try (Stage stage = Stage.start(s -> s.http2Streams = 2);
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1, "sim/silent").post(3, "sim/silent").post(5, "sim/tokens-1").flush();
            Frame refused = client.await("a refusal", f -> f.stream() == 5);
            assertThat(refused.type()).isEqualTo(RST_STREAM);
            assertThat(refused.error()).isEqualTo(Http2Error.REFUSED_STREAM);
            client.reset(1).post(7, "sim/tokens-1").flush();
            assertThat(client.awaitStatus(7)).isEqualTo(200);
            assertThat(Stage.events(client.awaitBody(7))).hasSize(2);
        }
    }

    @Test
    void aHeadThatIsSmallOnTheWireAndLargeInMemoryIsRefused() throws Exception {
        try (Stage stage = Stage.start(s -> s.requestHeadBytes = 4096);
                RawH2Client client = new RawH2Client(stage.port())) {
            // One long value in the dynamic table, and a byte each to repeat it (RFC 7541, 6.1).
            byte[] long1 = RawH2Client.block("x", "y".repeat(1000));
            long1[0] = 0x40;
            byte[] bomb = new byte[long1.length + 4000];
            System.arraycopy(long1, 0, bomb, 0, long1.length);
            java.util.Arrays.fill(bomb, long1.length, bomb.length, (byte) (0x80 | 62));
            byte[] head = RawH2Client.head("GET", "/healthz");
            byte[] all = new byte[head.length + bomb.length];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(bomb, 0, all, head.length, bomb.length);
            client.headers(1, true, all).get(3, "/healthz").flush();
            assertThat(client.awaitStatus(1)).isEqualTo(431);
            assertThat(client.awaitStatus(3)).isEqualTo(200);
        }
    }

    @Test
    void tooManyHeadersAreRefused() throws Exception {
        try (Stage stage = Stage.start(s -> s.headers = 20);
                RawH2Client client = new RawH2Client(stage.port())) {
            var more = new String[60];
            for (int i = 0; i < more.length; i += 2) {
                more[i] = "x" + i;
                more[i + 1] = "y";
            }
            client.headers(1, true, RawH2Client.head("GET", "/healthz"), more).flush();
            assertThat(client.awaitStatus(1)).isEqualTo(431);
        }
    }

    @ParameterizedTest
    @CsvSource({
        ":path, chat, 400",
        ":path, /chat#x, 400",
        ":authority, a b, 400",
        ":authority, u@a, 400",
        "host, test, 200",
        "expect, something, 417",
    })
    void whatIsRefusedOverHttp1IsRefusedOverHttp2(String name, String value, int status)
            throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            boolean pseudo = name.startsWith(":");
            byte[] head =
                    RawH2Client.block(
                            ":method",
                            "GET",
                            ":scheme",
                            "http",
                            ":authority",
                            name.equals(":authority") ? value : "test",
                            ":path",
                            name.equals(":path") ? value : "/healthz");
            client.headers(1, true, head, pseudo ? new String[0] : new String[] {name, value});
            client.flush();
            assertThat(client.awaitStatus(1)).isEqualTo(status);
            assertThat(stage.simulator.exchanges()).isEmpty();
        }
    }

    /// What would become a second request, or another one, if it were passed on over HTTP/1.
    @ParameterizedTest
    @CsvSource({
        "transfer-encoding, chunked",
        "connection, close",
        "keep-alive, 5",
        "upgrade, h2c",
        "proxy-connection, close",
        "te, gzip",
        "Upper, x",
        "content-length, 1",
        "content-length, -1",
        "'', x",
        "'a b', x",
        "host, another",
        "':status', 200",
        "':path', /healthz",
    })
    void whatHttp2ForbidsResetsTheStream(String name, String value) throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            client.headers(
                            1,
                            false,
                            RawH2Client.head("POST", "/chat/stream"),
                            "content-type",
                            "application/json",
                            name,
                            value)
                    .data(1, Stage.simpleBody("sim/tokens-1"), true)
                    .get(3, "/healthz")
                    .flush();
            assertNotServed(stage, client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\rb", "a\0b"})
    void aLineEndInAValueResetsTheStream(String value) throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            client.headers(
                            1,
                            false,
                            RawH2Client.head("POST", "/chat/stream"),
                            "content-type",
                            "application/json",
                            "x",
                            value)
                    .data(1, Stage.simpleBody("sim/tokens-1"), true)
                    .get(3, "/healthz")
                    .flush();
            assertNotServed(stage, client);
        }
    }

    private static void assertNotServed(Stage stage, RawH2Client client) throws Exception {
        Frame first = client.await("an answer", f -> f.stream() == 1);
        assertThat(first.type()).isEqualTo(RST_STREAM);
        assertThat(first.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
        assertThat(client.awaitStatus(3)).isEqualTo(200);
        assertThat(stage.simulator.exchanges()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":path"})
    void aRequestWithoutWhatItNeedsResetsTheStream(String missing) throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            String[] all = {":method", "GET", ":scheme", "http", ":path", "/healthz"};
            String[] rest = new String[4];
            for (int i = 0, to = 0; i < all.length; i += 2) {
                if (!all[i].equals(missing)) {
                    rest[to++] = all[i];
                    rest[to++] = all[i + 1];
                }
            }
            client.headers(1, true, RawH2Client.block(rest), "host", "test");
            client.get(3, "/healthz").flush();
            assertNotServed(stage, client);
        }
    }

    @Test
    void trailersAreReadAndDropped() throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1).data(1, Stage.simpleBody("sim/tokens-1"), false);
            client.headers(1, true, RawH2Client.block("x", "y", "authorization", "Bearer z"));
            client.flush();
            assertThat(client.awaitStatus(1)).isEqualTo(200);
            assertThat(Stage.events(client.awaitBody(1))).hasSize(2);
        }
    }

    @Test
    void trailersThatNameARequestResetTheStream() throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1).data(1, Stage.simpleBody("sim/tokens-1"), false);
            client.headers(1, true, RawH2Client.block(":method", "GET"));
            client.get(3, "/healthz").flush();
            assertNotServed(stage, client);
        }
    }

    @Test
    void headersBehindAWholeRequestResetItsStream() throws Exception {
        try (Stage stage = Stage.start();
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1, "sim/silent").flush();
            stage.exchange("sim/silent");
            client.headers(1, true, RawH2Client.head("POST", "/chat/stream")).flush();
            Frame reset = client.await("a reset", f -> f.stream() == 1);
            assertThat(reset.type()).isEqualTo(RST_STREAM);
            assertThat(reset.error()).isEqualTo(Http2Error.STREAM_CLOSED);
            stage.awaitIdle();
        }
    }

    @Test
    void aClientThatLeavesItsRequestUnfinishedIsTimedOut() throws Exception {
        try (Stage stage = Stage.start(s -> s.bodyInterval = Duration.ofMillis(200));
                RawH2Client client = new RawH2Client(stage.port())) {
            client.post(1).data(1, "{", false).flush();
            Frame head = client.await("an answer", f -> f.type() == HEADERS);
            assertThat(client.status(head)).isEqualTo(408);
            assertThat(client.awaitBody(1)).contains("bytes of the body arrived within");
            assertThat(client.await("a reset", f -> f.type() == RST_STREAM).error())
                    .isEqualTo(Http2Error.NO_ERROR);
        }
    }

    @Test
    void anAnswerToHeadHasNoBodyEvenIfItIsAStream() throws Exception {
        try (Stage stage = Stage.start(s -> s.keep = Duration.ofMinutes(1));
                H2Client h2 = new H2Client(stage.port());
                RawClient h1 = stage.connect()) {
            String id =
                    stage.simple("sim/tokens-3")
                            .headers()
                            .firstValue("x-firsttoken-stream")
                            .orElseThrow();
            H2Client.Stream stream = h2.open("HEAD", "/v1/streams/" + id, true);
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.end.get(10, TimeUnit.SECONDS)).isEqualTo("END_STREAM");
            assertThat(stream.body()).isEmpty();
            String head = "HEAD /v1/streams/" + id + " HTTP/1.1\r\nhost: test\r\n\r\n";
            h1.send(head + "GET /healthz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
            assertThat(h1.readHead()).startsWith("HTTP/1.1 200 OK\r\n").contains("event-stream");
            assertThat(h1.readToEnd()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\"ok\"}");
        }
    }
}
