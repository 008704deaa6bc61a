package dev.firsttoken.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.Ambiguous.Request;
import dev.firsttoken.gateway.Ambiguous.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// No client can make a provider see a request that we did not see ourselves.
class SmugglingTest {

    /// What the next client on the same connection, or an attacker, would send behind it.
    private static final String BEHIND = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";

    /// How the bytes arrive.
    enum Cut {
        WHOLE,
        BYTE_BY_BYTE
    }

    private static Stage stage;

    @BeforeAll
    static void start() throws Exception {
        stage = Stage.start();
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void thereAreEnoughOfThem() {
        List<Request> all = Ambiguous.all();
        assertThat(all).hasSizeGreaterThan(400).doesNotHaveDuplicates();
        assertThat(all.stream().filter(r -> r.verdict() == Verdict.REFUSED).count())
                .isGreaterThan(200);
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void providersSeeWhatWasAcceptedAndNothingElse(Cut cut) throws Exception {
        int seen = stage.simulator.exchanges().size();
        for (Request request : Ambiguous.all()) {
            String answer;
            try (RawClient client = stage.connect()) {
                send(client, request, cut);
                answer = client.readToEnd();
            }
            String what = request + " answered with " + answer;
            String[] answers = answer.split("HTTP/1\\.1 (?=[0-9])", -1);
            if (request.verdict() == Verdict.UNANSWERED) {
                assertThat(answer).as(what).isEmpty();
            } else {
                assertThat(answers).as(what).hasSize(2);
                assertThat(answers[1]).as(what).startsWith(request.status() + " ");
                assertThat(answer).as(what).contains("connection: close\r\n");
            }
            if (request.verdict() == Verdict.SERVED) {
                seen++;
            }
            assertThat(stage.simulator.exchanges()).as(what).hasSize(seen);
        }
    }

    private static void send(RawClient client, Request request, Cut cut) throws Exception {
        boolean more = request.verdict() == Verdict.REFUSED;
        byte[] bytes = (request.bytes() + (more ? BEHIND : "")).getBytes(ISO_8859_1);
        if (cut == Cut.WHOLE || bytes.length > 2000) {
            client.send(bytes);
        } else {
            for (byte b : bytes) {
                client.send(new byte[] {b});
            }
        }
        if (request.verdict() == Verdict.UNANSWERED) {
            client.shutdownOutput();
        }
    }
}
