package dev.firsttoken.gateway.downstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.net.EventLoops;
import dev.firsttoken.wire.event.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// The first request of a connection, or its refusal, does not depend on how its bytes are cut.
/// What is served is what Netty's codec alone makes of them; we refuse more than it does.
class Http1RequestFuzzTest {

    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEAD = 300;
    private static final int MAX_BODY = 200;
    private static final EventLoops LOOPS = new EventLoops(1);

    static Stream<byte[]> seeds() {
        String post = "POST /v1/chat/completions?x=1&after=2 HTTP/1.1\r\nHost: a\r\n";
        return Seeds.of(
                "GET /v1/models HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 7\r\n\r\n",
                post + "Content-Length: 5\r\n\r\nhello",
                post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n",
                post
                        + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
                post + "Content-Length: 201\r\n\r\n",
                post
                        + "Transfer-Encoding: chunked\r\n\r\nc9\r\n"
                        + "x".repeat(201)
                        + "\r\n0\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nX: " + "y".repeat(2 * MAX_HEAD) + "\r\n\r\n",
                "PRI x HTTP/1.1\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
                "\r\n\0GET / HTTP/9.9\r\n :\r\n\r\n");
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::requestDoesNotDependOnTheCuts);
    }

    @MethodSource("seeds")
    @FuzzTest
    void requestDoesNotDependOnTheCuts(byte[] bytes) throws Exception {
        String text = Seeds.shown(bytes);
        if (text.startsWith("PRI ") || isNearALimit(text)) {
            return;
        }
        String lenient = byTheCodecAlone(bytes);
        boolean whole = lenient.startsWith("request ");
        String expected = read(bytes, new Random(1), Integer.MAX_VALUE, whole);
        if (!expected.equals("refused")) {
            assertThat(expected).isEqualTo(lenient);
        }
        Random cuts = Seeds.cutsFor(bytes);
        assertThat(read(bytes, cuts, 1, whole)).isEqualTo(expected);
        assertThat(read(bytes, cuts, 30, whole)).isEqualTo(expected);
    }

    /// Whether a line or a run of header lines is about as long as it may be. Netty counts a line
    /// end that has not arrived whole, so that a few bytes more or less depend on the cuts.
    private static boolean isNearALimit(String text) {
        for (String part : text.split("\n\r?\n", -1)) {
            int length = 0;
            int lines = 0;
            for (String line : part.split("\n", -1)) {
                if (Math.abs(line.length() - MAX_LINE) < 8) {
                    return true;
                }
                lines++;
                length += line.length();
                // The request line is not among the headers, but where they begin is not certain.
                if (Math.abs(line.length() - MAX_HEAD) < 8
                        || lines > 1 && Math.abs(length - MAX_HEAD) < 80) {
                    return true;
                }
            }
        }
        return false;
    }

    /// @param whole whether there is a request in the bytes, unless it is refused
    private static String read(byte[] bytes, Random cuts, int longest, boolean whole)
            throws InterruptedException {
        var exchanges = new LinkedBlockingQueue<ClientExchange>();
        var settings =
                new ServerSettings(
                        MAX_HEAD,
                        MAX_BODY,
                        10,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        new Config.Http(
                                10, MAX_LINE, 100, 0, 0, Duration.ofMinutes(1), 10, 10, 100),
                        List.of());
        var refusals = new StringBuilder();
        var server =
                new DownstreamServer(
                        LOOPS,
                        () -> settings,
                        () -> null,
                        exchanges::add,
                        new Door() {
                            @Override
                            public @Nullable Failure refuse(ClientRequest head) {
                                return null;
                            }

                            @Override
                            public void answer(ClientExchange client, Failure failure) {
                                refusals.append(failure.status());
                                client.respond(failure.status(), Map.of(), new byte[0]);
                            }
                        },
                        new RequestMemory() {
                            @Override
                            public boolean reserve(long bytes) {
                                return true;
                            }

                            @Override
                            public void release(long bytes) {}

                            @Override
                            public boolean isNearlyFull() {
                                return false;
                            }
                        });
        var channel = new EmbeddedChannel(new Protocols.ByPreface(server, settings));
        try {
            for (int at = 0; at < bytes.length && channel.isOpen(); ) {
                int to = at + Math.min(bytes.length - at, 1 + cuts.nextInt(longest));
                channel.writeInbound(Unpooled.copiedBuffer(bytes, at, to - at));
                at = to;
            }
            if (whole && refusals.isEmpty()) {
                ClientExchange exchange = exchanges.poll(10, TimeUnit.SECONDS);
                assertThat(exchange).as("an exchange").isNotNull();
                String request = shown(exchange.request());
                exchange.respond(200, Map.of(), new byte[0]);
                assertThat(written(channel)).contains("HTTP/1.1 200 OK\r\n");
                return request;
            }
            String written = written(channel);
            if (refusals.isEmpty()) {
                assertThat(written.replace("HTTP/1.1 100 Continue\r\n\r\n", "")).isEmpty();
                return "incomplete";
            }
            assertThat(written).contains("HTTP/1.1 " + refusals + " ");
            return "refused";
        } finally {
            channel.finishAndReleaseAll();
            channel.checkException();
        }
    }

    private static String written(EmbeddedChannel channel) {
        var written = new StringBuilder();
        channel.runPendingTasks();
        for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
            written.append(out.toString(ISO_8859_1));
        }
        return written.toString();
    }

    private static String shown(ClientRequest request) {
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        return "request "
                + request.method()
                + ' '
                + request.path()
                + query
                + ' '
                + new String(request.body(), ISO_8859_1);
    }

    /// The first request, as Netty's decoder has it, within our limits.
    private static String byTheCodecAlone(byte[] bytes) {
        var config =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_LINE)
                        .setMaxHeaderSize(MAX_HEAD)
                        .setInitialBufferSize(128);
        var channel = new EmbeddedChannel(new HttpRequestDecoder(config));
        try {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
            HttpRequest head = null;
            var body = new StringBuilder();
            for (HttpObject object; (object = channel.readInbound()) != null; ) {
                try {
                    if (object.decoderResult().isFailure()) {
                        return "refused";
                    }
                    if (object instanceof HttpRequest request) {
                        head = request;
                        if (HttpUtil.getContentLength(request, -1L) > MAX_BODY) {
                            return "refused";
                        }
                    }
                    if (object instanceof HttpContent content) {
                        body.append(content.content().toString(ISO_8859_1));
                        if (body.length() > MAX_BODY) {
                            return "refused";
                        }
                    }
                    if (object instanceof LastHttpContent) {
                        String target = HeadRules.pathAndQuery(head.uri());
                        String plain =
                                target.endsWith("?") && target.indexOf('?') == target.length() - 1
                                        ? target.substring(0, target.length() - 1)
                                        : target;
                        return "request " + head.method().name() + ' ' + plain + ' ' + body;
                    }
                } finally {
                    ReferenceCountUtil.release(object);
                }
            }
            return "incomplete";
        } finally {
            channel.finishAndReleaseAll();
        }
    }
}
