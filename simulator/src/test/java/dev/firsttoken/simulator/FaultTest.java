package dev.firsttoken.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.dialect.Dialects;
import dev.firsttoken.simulator.dialect.Question;
import dev.firsttoken.simulator.fault.Cut;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.simulator.fault.Silent;
import dev.firsttoken.simulator.fault.Stall;
import dev.firsttoken.simulator.word.Word;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What each fault looks like to a client, byte by byte.
class FaultTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
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
    void statusComesWithAnErrorBodyAndRetryAfter() throws Exception {
        assertThat(answer("sim/status-429+retry-after-2s"))
                .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
                .contains("content-type: application/json\r\n", "retry-after: 2\r\n")
                .endsWith(
                        "\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
        assertThat(answer("sim/status-529")).startsWith("HTTP/1.1 529 ");
        assertThat(answer("sim/status-503+no-body"))
                .startsWith("HTTP/1.1 503 ")
                .contains("content-length: 0\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void headersCanBeAdded() throws Exception {
        assertThat(answer("sim/tokens-1+header-X-Odd:yes, no")).contains("x-odd: yes, no\r\n");
    }

    @Test
    void resetBeforeHeadersSendsNothing() throws Exception {
        try (RawClient client = ask("sim/reset-before-headers")) {
            assertThat(client.readToEnd()).isEmpty();
            assertThat(client.wasReset()).isTrue();
        }
        assertThat(ending("sim/reset-before-headers")).isEqualTo(How.CUT_BY_SCRIPT);
    }

    @Test
    void resetAfterHeadersSendsOnlyThose() throws Exception {
        try (RawClient client = ask("sim/reset-after-headers")) {
            String head = client.readUntil("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(client.wasReset()).isTrue();
        }
    }

    @Test
    void silentNeverAnswers() throws Exception {
        try (RawClient client = ask("sim/silent")) {
            assertSilence(client);
        }
        assertThat(ending("sim/silent")).isEqualTo(How.CLIENT_LEFT);
        assertThat(script(new Silent(false))).hasToString("[Silence[]]");
    }

    @Test
    void headersOnlySendsNothingAfterThem() throws Exception {
        try (RawClient client = ask("sim/headers-only")) {
            client.readUntil("\r\n\r\n");
            assertSilence(client);
        }
        assertThat(ending("sim/headers-only")).isEqualTo(How.CLIENT_LEFT);
    }

    @Test
    void slowHeadersDrip() throws Exception {
        try (RawClient client = ask("sim/slow-headers-300ms+tokens-1")) {
            client.readUntil("H");
            long first = System.nanoTime();
            String rest = client.readUntil("\r\n\r\n");
            assertThat(System.nanoTime() - first).isGreaterThan(100_000_000);
            assertThat(rest).startsWith("TTP/1.1 200 OK\r\n");
            assertThat(client.readUntil("0\r\n\r\n")).contains("[DONE]");
        }
    }

    @Test
    void stallAfterTokensIsSilentForEver() throws Exception {
        try (RawClient client = ask("sim/stall-after-3")) {
            String text = "";
            for (int i = 0; i < 3; i++) {
                text += client.readUntil("\"finish_reason\":null}]}\n\n\r\n");
            }
            text += client.readUntil("\"finish_reason\":null}]}\n\n\r\n");
            assertThat(Sse.text(text)).isEqualTo("This is sim/sta");
            assertSilence(client);
        }
        Exchange exchange = exchange("sim/stall-after-3");
        assertThat(exchange.ending().get().how()).isEqualTo(How.CLIENT_LEFT);
        assertThat(exchange.eventsSent()).isEqualTo(4);
    }

    @Test
    void stallForAWhileGoesOnAfterwards() throws Exception {
        String answer = answer("sim/stall-after-1:30ms+tokens-2");
        assertThat(answer).contains("[DONE]");
        Exchange exchange = exchange("sim/stall-after-1:30ms+tokens-2");
        assertThat(exchange.lastByteNanos().getAsLong() - exchange.receivedNanos())
                .isGreaterThanOrEqualTo(30_000_000);
        assertThat(script(new Stall(1, Duration.ofSeconds(2))).toString())
                .contains("Wait[nanos=2000000000]");
    }

    @Test
    void cutClosesWithoutTheLastChunk() throws Exception {
        try (RawClient client = ask("sim/cut-after-2")) {
            String answer = new String(client.readToEnd(), UTF_8);
            assertThat(client.wasReset()).isFalse();
            assertThat(Sse.text(answer)).isEqualTo("This is");
            assertThat(answer).doesNotContain("\r\n0\r\n").endsWith("}]}\n\n\r\n");
        }
        assertThat(ending("sim/cut-after-2")).isEqualTo(How.CUT_BY_SCRIPT);
    }

    @Test
    void cutBreaksAPromisedLength() throws Exception {
        simulator.script(
                "short",
                Script.failing(new Cut(2, Cut.How.FIN)).withFraming(Framing.CONTENT_LENGTH));
        try (RawClient client = ask("short")) {
            String head = client.readUntil("\r\n\r\n");
            int promised =
                    Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
            assertThat(client.readToEnd().length).isBetween(1, promised - 1);
        }
    }

    @Test
    void resetAfterTokensResets() throws Exception {
        try (RawClient client = ask("sim/reset-after-1")) {
            client.readToEnd();
            assertThat(client.wasReset()).isTrue();
        }
        assertThat(ending("sim/reset-after-1")).isEqualTo(How.CUT_BY_SCRIPT);
    }

    @Test
    void endAfterTokensIsProperHttpWithoutAFinish() throws Exception {
        String answer = answer("sim/end-after-2");
        assertThat(Sse.text(answer)).isEqualTo("This is");
        assertThat(answer)
                .endsWith("\r\n0\r\n\r\n")
                .doesNotContain("[DONE]", "\"finish_reason\":\"stop\"");
        assertThat(ending("sim/end-after-2")).isEqualTo(How.COMPLETED);
    }

    @Test
    void garbageIsOneEventAmongOthers() throws Exception {
        assertThat(answer("sim/garbage-after-1+tokens-2"))
                .containsSubsequence("\"This\"", "{\"content\":\"\\u00\n\n", "\" is\"", "[DONE]");
    }

    @Test
    void htmlIsNoEventStream() throws Exception {
        assertThat(answer("sim/html"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-type: text/html\r\n", "<h1>");
    }

    @Test
    void errorsInsideTheStreamAreTheLastEvent() throws Exception {
        assertThat(body("sim/error-first"))
                .startsWith("data: {\"error\":{\"message\"")
                .doesNotContain("choices", "[DONE]");
        assertThat(body("sim/error-after-0"))
                .containsSubsequence("\"role\":\"assistant\"", "{\"error\":{")
                .doesNotContain("\"This\"");
        String later = body("sim/error-after-2");
        assertThat(Sse.text(later)).isEqualTo("This is");
        assertThat(later).endsWith("\"code\":\"internal_error\"}}\n\n");
    }

    @Test
    void doneCanBeMissingDoubledOrNotLast() throws Exception {
        assertThat(body("sim/no-done+tokens-1")).endsWith("\"stop\"}]}\n\n");
        assertThat(body("sim/double-done+tokens-1")).endsWith("data: [DONE]\n\ndata: [DONE]\n\n");
        assertThat(body("sim/after-done+tokens-1"))
                .contains("data: [DONE]\n\ndata: {\"id\":\"late\"")
                .endsWith("\n\n");
    }

    @Test
    void bytesAfterTheEndAreASecondAnswer() throws Exception {
        try (RawClient client = ask("sim/after-end+tokens-1")) {
            client.readUntil("\r\n0\r\n\r\n");
            assertThat(client.readUntil("not you\n")).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void lineEndsAndCommentsChange() throws Exception {
        assertThat(body("sim/crlf+tokens-1"))
                .contains("}]}\r\n\r\ndata: [DONE]\r\n\r\n")
                .doesNotContain("}\n");
        assertThat(body("sim/cr+tokens-1"))
                .contains("}]}\r\rdata: [DONE]\r\r")
                .doesNotContain("\n");
        assertThat(body("sim/comments+tokens-1")).startsWith(": keep-alive\n\ndata: {");
    }

    @Test
    void gzipIsReadableEventByEvent() throws Exception {
        try (RawClient client = ask("sim/gzip+tokens-3+stall-after-1")) {
            assertThat(client.readUntil("\r\n\r\n")).contains("content-encoding: gzip\r\n");
            byte[] role = client.readChunk();
            byte[] first = client.readChunk();
            byte[] both = new byte[role.length + first.length];
            System.arraycopy(role, 0, both, 0, role.length);
            System.arraycopy(first, 0, both, role.length, first.length);
            GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(both));
            byte[] text = new byte[1000];
            int length = 0;
            // The stream is not over, so reading on would be an unexpected end of file.
            while (!new String(text, 0, length, UTF_8).contains("\"This\"")) {
                length += gzip.read(text, length, 1);
            }
        }
        try (RawClient client = ask("sim/gzip+tokens-3")) {
            client.readUntil("\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] chunk : client.readChunks()) {
                all.write(chunk);
            }
            byte[] text =
                    new GZIPInputStream(new ByteArrayInputStream(all.toByteArray())).readAllBytes();
            assertThat(new String(text, UTF_8)).endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void wholeObjectsBreakToo() throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat("sim/cut-after-1", false);
            String head = client.readUntil("\r\n\r\n");
            int promised =
                    Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
            assertThat(client.readToEnd()).hasSize(promised / 2);
        }
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat("sim/error-after-1", false);
            assertThat(client.readUntil("\r\n"))
                    .isEqualTo("HTTP/1.1 500 Internal Server Error\r\n");
        }
    }

    @Test
    void everyFaultHasAWordAndEveryWordSomeHelp() throws Exception {
        assertThat(Fault.words())
                .allSatisfy(word -> {
                    assertThat(word.help()).isNotBlank();
                    assertThat(word.parse().apply(word.example())).as(word.sample()).isNotNull();
                    assertThat(Grammar.help()).contains(word.usage() + " ");
                });
        assertThat(Fault.words().stream().map(Word::name)).doesNotHaveDuplicates();
        Set<Class<?>> spoken = new HashSet<>();
        Fault.words().forEach(word -> spoken.add(word.parse().apply(word.example()).getClass()));
        Path classes =
                Path.of(Fault.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .resolve(Fault.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> found = Class.forName(Fault.class.getPackageName() + "." + name);
                if (Fault.class.isAssignableFrom(found) && !found.isInterface()) {
                    assertThat(spoken).contains(found);
                }
            }
        }
    }

    private static List<?> script(Fault fault) {
        Question question = new Question("m", true, false, "");
        return new Composer(Timing.instant(), 1)
                .compose(Script.failing(fault), Dialects.CHAT, question, 1)
                .steps();
    }

    private static RawClient ask(String model) throws Exception {
        RawClient client = RawClient.connect(simulator.baseUrl());
        client.sendChat(model, true);
        return client;
    }

    /// The whole answer, asked to be the last on its connection.
    private static String answer(String model) throws Exception {
        try (RawClient client = RawClient.connect(simulator.baseUrl())) {
            client.sendChat(model, true, "connection: close\r\n");
            return new String(client.readToEnd(), UTF_8);
        }
    }

    private static String body(String model) throws Exception {
        try (RawClient client = ask(model)) {
            client.readUntil("\r\n\r\n");
            StringBuilder body = new StringBuilder();
            for (byte[] chunk : client.readChunks()) {
                body.append(new String(chunk, UTF_8));
            }
            return body.toString();
        }
    }

    private static Exchange exchange(String model) throws Exception {
        return simulator.awaitExchange(
                e -> e.bodyText().contains("\"" + model + "\"") && !e.isOpen(), PATIENCE);
    }

    private static How ending(String model) throws Exception {
        return exchange(model).ending().get().how();
    }

    /// Absence can only be watched for a while: long enough for bytes that were sent to arrive.
    private static void assertSilence(RawClient client) throws Exception {
        client.socket.setSoTimeout(50);
        Assertions.assertThatThrownBy(() -> client.socket.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
    }
}
