package dev.firsttoken.gateway.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firsttoken.fuzz.Mutants;
import dev.firsttoken.fuzz.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Bytes of a connection are the same responses however they are cut, and what a server writes by
/// the book is what is read.
class Http1ResponseReaderFuzzTest {

    private static final int MAX_HEAD = 400;

    static Stream<byte[]> seeds() {
        String ok = "HTTP/1.1 200 OK\r\n";
        return Seeds.of(
                ok + "Content-Length: 5\r\n\r\nhello" + ok + "Content-Length: 0\r\n\r\n",
                ok
                        + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
                ok + "transfer-encoding: chunked\nX: y\n\n1\nx\n0\nTrailer: z\n\n",
                ok + "transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                ok + "Connection: keep-alive, close\r\n\r\nuntil the connection closes",
                "HTTP/1.0 200 OK\r\n\r\nold",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 \r\n\r\n\r\n\r\nHTTP/1.1 304\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                ok + "X: " + "y".repeat(MAX_HEAD) + "\r\n\r\n");
    }

    @Test
    void holdsNearTheSeeds() {
        Mutants.check(seeds(), this::responsesDoNotDependOnTheCuts);
    }

    @MethodSource("seeds")
    @FuzzTest
    void responsesDoNotDependOnTheCuts(byte[] bytes) {
        String whole = read(bytes, new Random(1), Integer.MAX_VALUE);
        Random cuts = Seeds.cutsFor(bytes);
        assertThat(read(bytes, cuts, 1)).isEqualTo(whole);
        assertThat(read(bytes, cuts, 16)).isEqualTo(whole);
        if (bytes.length > 0) {
            String body = new String(bytes, ISO_8859_1);
            assertThat(read(written(body, cuts).getBytes(ISO_8859_1), cuts, 20))
                    .isEqualTo(
                            "head 200\nheader x-a=b\nbody "
                                    + Seeds.shown(bytes)
                                    + "\nend true\nopen\n");
        }
    }

    /// What a server writes that has these bytes for an answer, in chunks.
    private static String written(String body, Random cuts) {
        var out =
                new StringBuilder(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n");
        for (int at = 0; at < body.length(); ) {
            int to = Math.min(body.length(), at + 1 + cuts.nextInt(40));
            out.append(Integer.toHexString(to - at)).append("\r\n");
            out.append(body, at, to).append("\r\n");
            at = to;
        }
        return out.append("0\r\n\r\n").toString();
    }

    private static String read(byte[] bytes, Random cuts, int longest) {
        var reader = new Http1ResponseReader(MAX_HEAD, 1000);
        var told = new Told();
        try {
            for (int at = 0; at < bytes.length; ) {
                int to = at + Math.min(bytes.length - at, 1 + cuts.nextInt(longest));
                ByteBuf in = Unpooled.copiedBuffer(bytes, at, to - at);
                reader.read(in, told);
                assertThat(in.isReadable()).isFalse();
                at = to;
            }
        } catch (Http1ResponseReader.BadResponseException e) {
            return told.flush() + "refused: " + e.getMessage();
        }
        boolean inside = reader.isInsideResponse();
        boolean complete = reader.closed(told);
        return told.flush() + (complete ? "closed\n" : inside ? "cut\n" : "open\n");
    }

    /// What the reader tells, as text, with the parts of a body joined.
    private static final class Told implements Http1ResponseReader.Sink {
        private final StringBuilder told = new StringBuilder();
        private final StringBuilder body = new StringBuilder();

        String flush() {
            if (!body.isEmpty()) {
                told.append("body ").append(body).append('\n');
                body.setLength(0);
            }
            return told.toString();
        }

        @Override
        public void interim(int status) {
            flush();
            assertThat(status).isBetween(100, 199);
            told.append("interim ").append(status).append('\n');
        }

        @Override
        public void head(int status, HttpHeaders headers) {
            flush();
            assertThat(status).isBetween(200, 999);
            told.append("head ").append(status).append('\n');
            for (Map.Entry<String, String> header : headers) {
                assertThat(header.getKey()).matches("[!-9;-~]+");
                assertThat(header.getValue()).doesNotContain("\r", "\n", "\0");
                if (!header.getKey().equalsIgnoreCase("transfer-encoding")) {
                    told.append("header ").append(header.getKey().toLowerCase(Locale.ROOT));
                    told.append('=').append(header.getValue()).append('\n');
                }
            }
        }

        @Override
        public void body(ByteBuf bytes) {
            body.append(bytes.toString(ISO_8859_1));
        }

        @Override
        public void end(boolean reusable) {
            flush();
            told.append("end ").append(reusable).append('\n');
        }
    }
}
