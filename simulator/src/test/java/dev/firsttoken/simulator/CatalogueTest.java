package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.answer.Http;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.word.Word;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the rarer faults put on an HTTP/1.1 connection, byte by byte.
class CatalogueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static Simulator simulator;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.defaults());
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    static Stream<Word<Fault>> words() {
        return Fault.words().stream();
    }

    /// Each word's sample is taken, by a version of HTTP that can say it, and refused by the other.
    @ParameterizedTest
    @MethodSource("words")
    void everyWordIsAnsweredOrRefusedForItsVersion(Word<Fault> word) throws Exception {
        String model = "sim/tokens-5+" + word.sample();
        boolean elsewhere = word.parse().apply(word.example()).onlyOn() == Http.HTTP_2;
        try (RawClient client = ask(model)) {
            if (elsewhere) {
                assertThat(client.readUntil("\r\n")).startsWith("HTTP/1.1 400 ");
                assertThat(client.readUntil("no other version has"))
                        .contains("asked for on HTTP/1.1 (expected: HTTP/2");
                return;
            }
        }
        Exchange exchange =
                simulator.awaitExchange(
                        e -> e.bodyText().contains("\"" + model + "\"") && !e.isOpen(), PATIENCE);
        assertThat(exchange.ending().get().how()).isNotNull();
    }

    @Test
    void redirectsPointElsewhere() throws Exception {
        assertThat(answer("sim/redirect-307"))
                .startsWith("HTTP/1.1 307 Temporary Redirect\r\n")
                .contains("location: /elsewhere/chat/completions\r\n", "content-length: 0\r\n");
        assertThat(answer("sim/redirect-302:http://127.0.0.1:1/x"))
                .startsWith("HTTP/1.1 302 ")
                .contains("location: http://127.0.0.1:1/x\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "openai; {\"error\":{\"message\":",
                "anthropic; {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"",
                "google; \"status\":\"UNAVAILABLE\"",
                "vllm; {\"object\":\"error\"",
                "litellm; litellm.APIConnectionError",
                "string; {\"error\":\"The",
                "detail; {\"detail\":\"",
                "quota; \"code\":\"insufficient_quota\"",
                "spend; enforced_spend_limit_reached",
                "html; <h1>",
                "text; upstream connect error"
            })
    void errorsHaveTheShapesOfVendors(String shape, String part) throws Exception {
        String refusal = answer("sim/status-503+body-" + shape);
        assertThat(refusal).startsWith("HTTP/1.1 503 ").contains(part);
        assertThat(answer("sim/body-" + shape)).startsWith("HTTP/1.1 200 ").contains(part);
        String inStream = body("sim/error-after-2:" + shape);
        assertThat(inStream).startsWith("data: {").contains(part);
        assertThat(Sse.text(inStream)).isEqualTo("This is");
    }

    @Test
    void errorEventsAreWrittenAsTheirVendorsDo() throws Exception {
        assertThat(body("sim/error-first-anthropic"))
                .startsWith("event: error\ndata: {\"type\":\"error\"");
        assertThat(body("sim/error-first-llama"))
                .startsWith("error: {\"code\":500")
                .endsWith("data: [DONE]\n\n");
        assertThat(body("sim/error-first-html")).startsWith("data: <!DOCTYPE html>\ndata: <html>");
    }

    @Test
    void anErrorCanGiveTheKeyAway() throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat(
                    "sim/status-401+body-echo",
                    true,
                    "authorization: Bearer sk-very-secret\r\nconnection: close\r\n");
            assertThat(new String(client.readToEnd(), UTF_8))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("sk-very-secret", "gpu-7.internal");
        }
    }

    @Test
    void someStatusesHaveNoBody() throws Exception {
        assertThat(answer("sim/no-content-204"))
                .startsWith("HTTP/1.1 204 No Content\r\n")
                .doesNotContain("content-length", "transfer-encoding")
                .endsWith("\r\n\r\n");
        assertThat(answer("sim/unallowed-body-304"))
                .startsWith("HTTP/1.1 304 ")
                .containsPattern("content-length: [1-9]")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void whenToComeBackIsSaidInManyWays() throws Exception {
        assertThat(answer("sim/status-429+retry-after-date-5s"))
                .containsPattern(
                        "retry-after: \\w{3}, \\d{1,2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n");
        assertThat(answer("sim/status-429+retry-after-ms-5s")).contains("retry-after-ms: 5000\r\n");
        assertThat(answer("sim/status-429+ratelimit-reset-90s"))
                .contains("x-ratelimit-reset-requests: 1m30s\r\n");
        assertThat(answer("sim/status-429+anthropic-reset-5s"))
                .containsPattern("anthropic-ratelimit-requests-reset: \\d{4}-\\d\\d-\\d\\dT");
    }

    @Test
    void headsCanBeOdd() throws Exception {
        assertThat(head("sim/content-type-text/event-stream;charset=utf-16"))
                .contains("content-type: text/event-stream;charset=utf-16\r\n");
        assertThat(head("sim/no-content-type")).doesNotContain("content-type");
        assertThat(head("sim/leaky-headers"))
                .contains("set-cookie: __cf_bm=secret", "alt-svc: h3", "server: cloudflare");
        assertThat(head("sim/odd-header-folded")).contains("x-odd: one\r\n two\r\n");
        assertThat(head("sim/odd-header-nul")).contains("x-odd: a\0b\r\n");
        assertThat(head("sim/odd-header-no-colon")).contains("\r\nno colon\r\n");
        assertThat(head("sim/odd-header-space-before-colon")).contains("\r\nx-odd : a\r\n");
        assertThat(head("sim/many-headers-50").split("x-many: more")).hasSize(51);
        assertThat(answer("sim/long-header-100k+tokens-0"))
                .contains("a".repeat(100 << 10) + "\r\n");
    }

    @Test
    void headersNeedNotEnd() throws Exception {
        try (RawClient client = ask("sim/endless-headers")) {
            byte[] start = client.socket.getInputStream().readNBytes(1 << 20);
            assertThat(new String(start, ISO_8859_1))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nx-endless: aaa")
                    .doesNotContain("\r\n\r\n");
        }
        assertLeft("sim/endless-headers");
    }

    @Test
    void interimResponsesComeFirst() throws Exception {
        assertThat(answer("sim/hints-3+tokens-1"))
                .startsWith("HTTP/1.1 103 Early Hints\r\nlink: ")
                .containsSubsequence("103 Early", "103 Early", "103 Early", "HTTP/1.1 200 OK")
                .endsWith("0\r\n\r\n");
        assertThat(answer("sim/continue-1+tokens-1"))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
        try (RawClient client = ask("sim/processing")) {
            byte[] start = client.socket.getInputStream().readNBytes(1 << 20);
            assertThat(new String(start, ISO_8859_1)).doesNotContain("200 OK");
        }
        assertLeft("sim/processing");
    }

    @Test
    void lengthsCanBeWrong() throws Exception {
        String shorter = answer("sim/tokens-1+length-short-10");
        assertThat(contentLength(shorter)).isEqualTo(bodyOf(shorter).length() - 10);
        String longer = answer("sim/tokens-1+length-long-10");
        assertThat(contentLength(longer)).isEqualTo(bodyOf(longer).length() + 10);
        assertThat(head("sim/two-lengths").split("content-length: ")).hasSize(3);
        assertThat(head("sim/length-and-chunked"))
                .containsPattern("content-length: \\d+\r\n")
                .contains("transfer-encoding: chunked\r\n");
        assertThat(head("sim/bad-length")).containsPattern("content-length: \\+\\d+x\r\n");
    }

    @Test
    void chunksCanBeBad() throws Exception {
        assertThat(answer("sim/bad-chunk-after-1+tokens-1")).contains("\n\n\r\nzz\r\n");
        assertThat(answer("sim/bad-chunk-after-1:huge+tokens-1"))
                .contains("\r\n10000000000000005\r\nhello\r\n");
        assertThat(answer("sim/bad-chunk-after-1:longer+tokens-1")).contains("\r\n3\r\nhello\r\n");
    }

    @Test
    void notEverythingIsHttp() throws Exception {
        assertThat(answer("sim/not-http-ssh")).isEqualTo("SSH-2.0-OpenSSH_9.6\r\n");
        assertThat(answer("sim/not-http-bad-status")).startsWith("HTTP/1.1 2OO OK\r\n");
    }

    @Test
    void chunksThatSayNothing() throws Exception {
        assertThat(body("sim/empty-choices-2+tokens-1").split("\"choices\":\\[\\]")).hasSize(3);
        assertThat(
                        body("sim/empty-deltas-2+tokens-1")
                                .split("\"delta\":\\{\\},\"finish_reason\":null"))
                .hasSize(3);
        assertThat(body("sim/empty-contents-2+tokens-1"))
                .containsSubsequence("\"content\":null", "\"content\":\"\"", "\"This\"");
        assertThat(body("sim/roles+tokens-1").split("\\{\"role\":\"assistant\"\\}"))
                .hasSizeGreaterThan(3);
    }

    @Test
    void textsThatAreHardToCarry() throws Exception {
        assertThat(body("sim/wide-after-0+tokens-0")).contains("\"content\":\" Zürich 日本 🌍\"");
        assertThat(body("sim/escapes-after-0+tokens-0")).contains(" \\ud800 \\u0000 \\u2028");
        assertThat(new String(bytes("sim/bad-utf8-after-0+tokens-0+crlf"), ISO_8859_1))
                .contains("\" \u00ff \u00c3( \u00c0\u00af \u00ed\u00a0\u0080\"");
    }

    @Test
    void anotherAnswerThanWasAskedFor() throws Exception {
        assertThat(body("sim/other-model+tokens-1"))
                .contains("\"model\":\"other-model\"")
                .doesNotContain("\"model\":\"sim/");
        assertThat(body("sim/two-choices+tokens-1"))
                .containsSubsequence("\"index\":0", "\"index\":1");
        assertThat(body("sim/changing-ids+tokens-1")).contains("chatcmpl-0\"", "chatcmpl-1\"");
    }

    @Test
    void usageComesInManyWays() throws Exception {
        assertThat(body("sim/usage-none+tokens-1")).doesNotContain("\"usage\":{");
        assertThat(body("sim/usage-twice+tokens-1"))
                .containsSubsequence("\"total_tokens\":30}", "\"total_tokens\":60}", "[DONE]");
        assertThat(body("sim/usage-early+tokens-1")).containsSubsequence("\"usage\":{", "\"This\"");
        assertThat(body("sim/usage-every+tokens-2").split("\"usage\":\\{")).hasSize(3);
        assertThat(body("sim/usage-with-finish+tokens-1"))
                .containsPattern(
                        "\"finish_reason\":\"stop\"}],\"usage\":\\{.*}}\n\ndata: \\[DONE]");
        assertThat(body("sim/usage-groq+tokens-1"))
                .contains("\"x_groq\":{\"id\":\"req_sim\",\"usage\":{");
        assertThat(body("sim/usage-bad+tokens-1")).contains("\"completion_tokens\":-1");
    }

    @Test
    void theFinishCanBeMissingDoubledOrNotLast() throws Exception {
        assertThat(body("sim/no-finish+tokens-1")).doesNotContain("\"stop\"").contains("[DONE]");
        assertThat(body("sim/double-finish+tokens-1").split("\"finish_reason\":\"stop\""))
                .hasSize(3);
        assertThat(body("sim/other-finish+tokens-1")).containsSubsequence("\"stop\"", "\"length\"");
        assertThat(body("sim/after-finish+tokens-1"))
                .containsSubsequence("\"stop\"", " late\"", "[DONE]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "array; data: [{",
                "string; data: \"no\"",
                "number; data: 42",
                "null; data: null",
                "object; data: {}",
                "two; data: {} {}",
                "types; \"choices\":{",
                "deep; data: [[[[["
            })
    void badEventsAreOfManyKinds(String kind, String part) throws Exception {
        assertThat(body("sim/tokens-2+garbage-after-1:" + kind))
                .containsSubsequence("\"This\"", part, "\" is\"", "[DONE]");
    }

    @Test
    void eventsCanBeWrittenInManyWays() throws Exception {
        assertThat(body("sim/fields-no-space+tokens-1"))
                .startsWith("data:{")
                .contains("data:[DONE]");
        assertThat(body("sim/fields-multi-line+tokens-1")).startsWith("data: {\ndata: \"");
        assertThat(body("sim/fields-ids+tokens-1")).startsWith("id: 7\nretry: 1\ndata: {");
        assertThat(body("sim/fields-nul-id+tokens-1")).startsWith("id: a\0b\ndata: {");
        assertThat(body("sim/fields-unknown+tokens-1")).startsWith("x-unknown: yes\nbare\n");
        assertThat(body("sim/fields-named+tokens-1")).startsWith("event: message\ndata: {");
        assertThat(body("sim/fields-named-after+tokens-1")).contains("}]}\nevent: message\n\n");
        assertThat(body("sim/fields-padded+tokens-1"))
                .startsWith("data:   {")
                .contains("}]}    \n\n");
        assertThat(body("sim/fields-no-last-blank+tokens-1")).endsWith("\n\ndata: [DONE]\n");
        assertThat(body("sim/mixed-ends+tokens-1")).contains("\n\r\n", "\r");
    }

    @Test
    void byteOrderMarksStandAtTheStartOrLater() throws Exception {
        assertThat(body("sim/bom+tokens-1")).startsWith("\ufeffdata: {");
        assertThat(body("sim/double-bom+tokens-1")).startsWith("\ufeff\ufeffdata: {");
        assertThat(body("sim/late-bom+tokens-1"))
                .startsWith("data: {")
                .contains("\n\n\ufeffdata: {");
    }

    @Test
    void bodiesAreEncodedForReal() throws Exception {
        byte[] deflated = bytes("sim/tokens-3+deflate");
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
            assertThat(new String(in.readAllBytes(), UTF_8)).endsWith("data: [DONE]\n\n");
        }
        assertThat(head("sim/br")).contains("content-encoding: br\r\n");
        // A window of 64 KiB and an uncompressed block, then the event itself; an empty last block.
        byte[] brotli = bytes("sim/tokens-1+br");
        int first = ((brotli[0] & 255) | (brotli[1] & 255) << 8 | (brotli[2] & 255) << 16) >> 1;
        int length = (first >> 3 & 0xffff) + 1;
        assertThat(first & 7).isZero();
        assertThat(first >> 19).isEqualTo(1);
        assertThat(new String(brotli, 3, length, UTF_8)).startsWith("data: {").endsWith("}]}\n\n");
        assertThat(brotli[brotli.length - 1]).isEqualTo((byte) 3);
        byte[] zstd = bytes("sim/tokens-1+zstd");
        assertThat(zstd).startsWith(0x28, 0xb5, 0x2f, 0xfd, 0, 0x40).endsWith(1, 0, 0);
        assertThat(head("sim/zstd")).contains("content-encoding: zstd\r\n");
    }

    @Test
    void aGzipBombDecodesToWhatItSays() throws Exception {
        byte[] bomb = bytes("sim/gzip-bomb-5m");
        assertThat(bomb.length).isLessThan(5 << 13);
        long size = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bomb))) {
            size = in.readAllBytes().length;
        }
        assertThat(size).isEqualTo(5 << 20);
    }

    @Test
    void eventsCanBeHuge() throws Exception {
        assertThat(body("sim/huge-token-50000+tokens-1"))
                .contains("\"content\":\"" + "a".repeat(50_000) + "\"");
        assertThat(body("sim/long-line-50000+tokens-1"))
                .contains("\n\ndata: " + "a".repeat(50_000) + "\n\n");
        assertThat(body("sim/long-event-64k+tokens-1").split("\ndata: a{1017}")).hasSize(65);
        assertThat(body("sim/long-comment-50000+tokens-1")).contains("\n: " + "a".repeat(50_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "endless",
                "endless-line",
                "endless-event",
                "flood-comments",
                "flood-first-events",
                "flood-chunks",
                "hints"
            })
    void somethingWithoutEndEndsWithItsClient(String word) throws Exception {
        String model = "sim/tokens-2+" + word;
        try (RawClient client = ask(model)) {
            assertThat(client.socket.getInputStream().readNBytes(3 << 20)).hasSize(3 << 20);
        }
        assertLeft(model);
    }

    /// The simulator has one loop here: what has no end must leave room for others.
    @Test
    void somethingWithoutEndDoesNotKeepOthersFromTheirTurn() throws Exception {
        try (RawClient endless = ask("sim/flood-comments")) {
            Thread reader =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    endless.readToEndUnseen();
                                } catch (IOException _) {
                                    // Closed below.
                                }
                            });
            assertThat(answer("sim/tokens-3")).contains("[DONE]");
            endless.close();
            reader.join(PATIENCE);
        }
    }

    @Test
    void floodsHaveTheSizeAskedFor() throws Exception {
        byte[] comments = bytes("sim/tokens-1+flood-comments:1300");
        assertThat(new String(comments, UTF_8).split("(?m)^:$")).hasSize(1301);
        assertThat(body("sim/tokens-1+flood-first-pings:2"))
                .startsWith("event: ping\ndata: {\"type\": \"ping\"}\n\nevent: ping\n");
        assertThat(body("sim/tokens-1+flood-events:7").split("(?m)^data:$")).hasSize(8);
    }

    @Test
    void floodsAreNotMixedIntoAnEncodedBody() throws Exception {
        assertThat(answer("sim/gzip+flood-comments")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aStallCanHavePings() throws Exception {
        try (RawClient client = ask("sim/pings-after-1:5ms")) {
            String start = client.readUntil("event: ping\n");
            assertThat(Sse.text(start)).isEqualTo("This");
            for (int i = 0; i < 5; i++) {
                assertThat(client.readUntil("event: ping\n")).doesNotContain("content");
            }
        }
        try (RawClient client = ask("sim/comments-after-1:5ms")) {
            client.readUntil(": keep-alive\n");
            assertThat(client.readUntil(": keep-alive\n")).doesNotContain("content");
        }
    }

    @Test
    void dripsAreSingleBytes() throws Exception {
        try (RawClient client = ask("sim/tokens-1+drip-100us")) {
            client.readUntil("\r\n\r\n");
            List<byte[]> chunks = client.readChunks();
            assertThat(chunks).allMatch(chunk -> chunk.length == 1);
        }
    }

    @Test
    void segmentsCanBeOfOneSize() throws Exception {
        try (RawClient client = ask("sim/tokens-20+split-every-1k")) {
            client.readUntil("\r\n\r\n");
            List<byte[]> chunks = client.readChunks();
            assertThat(chunks.subList(0, chunks.size() - 1)).allMatch(c -> c.length == 1024);
        }
    }

    @Test
    void answersEndInsideAnEvent() throws Exception {
        assertThat(new String(bytesToEnd("sim/cut-in-char-1"), ISO_8859_1))
                .endsWith(" Z\u00c3\r\n");
        assertThat(new String(bytes("sim/end-in-char-1"), ISO_8859_1)).endsWith(" Z\u00c3");
        assertThat(body("sim/end-before-blank-1")).endsWith("}]}\n").doesNotEndWith("\n\n");
        assertThat(body("sim/end-in-event-1")).doesNotEndWith("\n").contains("This");
        assertThat(new String(bytesToEnd("sim/cut-in-event-1"), UTF_8)).doesNotContain("\r\n0\r\n");
    }

    @Test
    void answersEndAtTheVeryEnd() throws Exception {
        try (RawClient client = ask("sim/tokens-1+cut-at-end")) {
            assertThat(new String(client.readToEnd(), UTF_8)).endsWith("data: [DONE]\n\n\r\n");
            assertThat(client.wasReset()).isFalse();
        }
        try (RawClient client = ask("sim/tokens-1+reset-at-end")) {
            client.readToEnd();
            assertThat(client.wasReset()).isTrue();
        }
        try (RawClient client = ask("sim/tokens-1+close-idle-20ms")) {
            assertThat(new String(client.readToEnd(), UTF_8)).endsWith("[DONE]\n\n\r\n0\r\n\r\n");
        }
        try (RawClient client = ask("sim/tokens-1+after-end-20ms")) {
            client.readUntil("\r\n0\r\n\r\n");
            assertThat(client.readUntil("not you\n")).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void aUsedConnectionCanBeReset() throws Exception {
        try (RawClient client = ask("sim/tokens-1+reset-reused")) {
            assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("[DONE]");
            client.sendChat("sim/tokens-1+reset-reused", true);
            assertThat(client.readToEnd()).isEmpty();
            assertThat(client.wasReset()).isTrue();
        }
    }

    private static void assertLeft(String model) throws Exception {
        Exchange exchange =
                simulator.awaitExchange(
                        e -> e.bodyText().contains("\"" + model + "\"") && !e.isOpen(), PATIENCE);
        assertThat(exchange.ending().get(20, TimeUnit.SECONDS).how())
                .isEqualTo(Exchange.How.CLIENT_LEFT);
    }

    private static RawClient ask(String model) throws Exception {
        RawClient client = RawClient.connect(simulator.baseUrl());
        client.sendChat(model, true);
        return client;
    }

    private static String answer(String model) throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat(model, true, "connection: close\r\n");
            return new String(client.readToEnd(), UTF_8);
        }
    }

    private static String head(String model) throws Exception {
        try (RawClient client = ask(model)) {
            return client.readUntil("\r\n\r\n");
        }
    }

    private static byte[] bytesToEnd(String model) throws Exception {
        try (RawClient client = ask(model)) {
            return client.readToEnd();
        }
    }

    private static byte[] bytes(String model) throws Exception {
        try (RawClient client = ask(model)) {
            client.readUntil("\r\n\r\n");
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (byte[] chunk : client.readChunks()) {
                body.writeBytes(chunk);
            }
            return body.toByteArray();
        }
    }

    private static String body(String model) throws Exception {
        return new String(bytes(model), UTF_8);
    }

    private static int contentLength(String answer) {
        return Integer.parseInt(answer.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
    }

    private static String bodyOf(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
}
