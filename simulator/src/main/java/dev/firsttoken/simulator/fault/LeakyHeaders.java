package dev.firsttoken.simulator.fault;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Header;
import dev.firsttoken.simulator.word.Word;
import java.util.ArrayList;
import java.util.List;

/// Headers that are nobody's business but the provider's, as providers do send them.
public record LeakyHeaders() implements Fault {

    static final List<Word<Fault>> WORDS =
            List.of(
                    Word.flag(
                            "leaky-headers",
                            "send cookies, CORS, Alt-Svc, Server and the like",
                            LeakyHeaders::new));

    private static final List<Header> LEAKS =
            List.of(
                    new Header("set-cookie", "__cf_bm=secret; path=/; HttpOnly; Secure"),
                    new Header("set-cookie", "session=other; path=/"),
                    new Header("access-control-allow-origin", "*"),
                    new Header("access-control-allow-credentials", "true"),
                    new Header("alt-svc", "h3=\":443\"; ma=86400"),
                    new Header("strict-transport-security", "max-age=15552000"),
                    new Header("server", "cloudflare"),
                    new Header("via", "1.1 gpu-7.internal"),
                    new Header("x-powered-by", "Express"),
                    new Header("openai-organization", "org-secret"),
                    new Header("cf-ray", "8a0-ZRH"),
                    new Header("x-internal-host", "gpu-7.internal"));

    @Override
    public Answer apply(Answer answer) {
        return answer.mapHead(head -> {
            List<Header> headers = new ArrayList<>(head.headers());
            headers.addAll(LEAKS);
            return head.withHeaders(headers);
        });
    }
}
