package dev.firsttoken.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.bench.endpoint.Api;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class ResponseScanTest {

    private static final String STREAM = "data: {\"content\":\"ab\"}\n\ndata: [DONE]\n\n";

    private final EventScan events = new EventScan(Api.OPENAI, true);
    private final ResponseScan response = new ResponseScan();

    @Test
    void chunkedBodyIsReadAtEverySegmentation() {
        String wire =
                "HTTP/1.1 200 OK\r\n"
                        + "Content-Type: text/event-stream\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + chunk(STREAM.substring(0, 9))
                        + chunk(STREAM.substring(9, 24))
                        + "00e;name=value\r\n"
                        + STREAM.substring(24)
                        + "\r\n0\r\nServer-Timing: x\r\n\r\n";
        assertThat(STREAM.substring(24)).hasSize(14);
        byte[] bytes = wire.getBytes(StandardCharsets.UTF_8);
        for (int step = 1; step <= bytes.length; step++) {
            events.reset(null);
            response.reset();
            for (int from = 0; from < bytes.length; from += step) {
                int to = Math.min(from + step, bytes.length);
                assertThat(response.ended()).isFalse();
                assertThat(response.feed(bytes, from, to, events)).isEqualTo(to);
            }
            assertThat(response.ended()).isTrue();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.keepAlive()).isTrue();
            assertThat(events.verdict()).isNull();
            assertThat(events.answer().text()).asString().isEqualTo("ab");
        }
    }

    @Test
    void announcedLengthEndsTheBodyAndLeavesTheRest() {
        byte[] bytes =
                ("HTTP/1.1 429 Too Many\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}HTTP")
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(response.feed(bytes, 0, bytes.length, events)).isEqualTo(bytes.length - 4);
        assertThat(response.ended()).isTrue();
        assertThat(response.status()).isEqualTo(429);
        assertThat(response.keepAlive()).isFalse();
    }

    @Test
    void bodyOfUnknownLengthEndsWithTheConnection() {
        byte[] bytes = ("HTTP/1.0 200 OK\r\n\r\n" + STREAM).getBytes(StandardCharsets.UTF_8);
        response.feed(bytes, 0, bytes.length, events);
        assertThat(response.ended()).isFalse();
        response.endOfInput();
        assertThat(response.ended()).isTrue();
        assertThat(response.keepAlive()).isFalse();
        assertThat(events.verdict()).isNull();
    }

    @Test
    void aCutChunkedBodyDoesNotEndWithTheConnection() {
        byte[] bytes =
                ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunk(STREAM))
                        .getBytes(StandardCharsets.UTF_8);
        response.feed(bytes, 0, bytes.length, events);
        response.endOfInput();
        assertThat(response.ended()).isFalse();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> feed("SMTP ready\r\n\r\n")).hasMessageStartingWith("not a resp");
        assertThatThrownBy(() -> feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz"))
                .hasMessageStartingWith("chunk size");
        assertThatThrownBy(
                        () -> feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab"))
                .hasMessageStartingWith("chunk is longer");
    }

    private void feed(String wire) {
        byte[] bytes = wire.getBytes(StandardCharsets.UTF_8);
        response.reset();
        response.feed(bytes, 0, bytes.length, events);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
}
