package dev.firsttoken.bench.soak;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What is asked for, in the simulator's words, and how it must come out.
final class Mix {

    /// What an answer of a model must look like.
    enum Fate {
        /// All of it comes, and it says what the upstream says.
        WHOLE,
        /// It breaks off, or is refused, and never looks complete.
        BROKEN,
        /// It is odd: whether it counts as an answer is the server's to say, and other tests hold
        /// it to that.
        ODD
    }

    /// @param model the name to ask the upstream for
    record Ask(String model, Fate fate) {}

    private static final String PACE = "+ttft-50ms+gap-";

    static final List<Ask> HEALTHY =
            asks(
                    Fate.WHOLE,
                    "tokens-1" + PACE + "20ms",
                    "tokens-20" + PACE + "20ms",
                    "tokens-80" + PACE + "30ms",
                    "tokens-120" + PACE + "50ms",
                    "tokens-400" + PACE + "20ms",
                    "reasoning-30+tokens-60" + PACE + "30ms",
                    "reasoning-10+tokens-20+tools-2" + PACE + "30ms",
                    "tokens-0+tools-3" + PACE + "20ms",
                    "tokens-200+split-random-7" + PACE + "10ms",
                    "tokens-60+split-bytes" + PACE + "20ms",
                    "tokens-60+crlf+comments" + PACE + "20ms",
                    "tokens-60+fields-multi-line" + PACE + "20ms",
                    "tokens-100+jitter-0.5+stalls-0.02:700ms" + PACE + "30ms",
                    "tokens-40+huge-token-16k" + PACE + "20ms",
                    "tokens-60+flood-comments:2000" + PACE + "20ms",
                    "tokens-60+roles+usage-every" + PACE + "20ms",
                    "tokens-60+double-done" + PACE + "20ms",
                    "tokens-40+ttft-2500ms+gap-20ms",
                    "tokens-60+close-delimited" + PACE + "20ms",
                    "tokens-60+close-idle-20ms" + PACE + "20ms",
                    "tokens-60+slow-headers-1s+ttft-50ms+gap-20ms");

    static final List<Ask> BROKEN =
            asks(
                    Fate.BROKEN,
                    "cut-after-10+gap-20ms",
                    "cut-after-0",
                    "reset-after-10+gap-20ms",
                    "reset-before-headers",
                    "reset-after-headers",
                    "cut-in-event-8+gap-20ms",
                    "end-in-event-8+gap-20ms",
                    "cut-in-char-8+gap-20ms",
                    "cut-before-blank-8+gap-20ms",
                    "end-after-9+gap-20ms",
                    "tokens-0+tools-1+cut-after-2+gap-20ms",
                    "tokens-0+tools-1+error-after-2+gap-20ms",
                    "stall-after-10+gap-20ms",
                    "stall-after-0",
                    "silent",
                    "headers-only",
                    "slow-headers-1m",
                    "comments-after-5:200ms+gap-20ms",
                    "pings-after-5:200ms+gap-20ms",
                    "error-first",
                    "error-first-anthropic",
                    "error-after-0",
                    "error-after-7+gap-20ms",
                    "error-after-7:openrouter+gap-20ms",
                    "error-after-7:string+gap-20ms",
                    "status-429+retry-after-2s",
                    "status-429+body-quota",
                    "status-500",
                    "status-502+body-html",
                    "status-503+body-text",
                    "status-504+no-body",
                    "status-400",
                    "status-401+body-echo",
                    "redirect-307",
                    "endless+gap-5ms",
                    "gap-1ms+endless",
                    "long-line-4m",
                    "long-event-4m",
                    "long-comment-4m",
                    "huge-token-2m",
                    "endless-line",
                    "endless-event",
                    "flood-comments",
                    "flood-first-pings",
                    "flood-first-chunks",
                    "gzip-bomb-20m",
                    "html",
                    "body-html",
                    "no-content-204",
                    "bad-chunk-after-3",
                    "bad-chunk-after-3:negative",
                    "bad-chunk-after-3:huge",
                    "two-lengths",
                    "bad-length",
                    "many-headers-1000",
                    "long-header-1m",
                    "endless-headers",
                    "hints",
                    "not-http-ssh",
                    "not-http-bad-status",
                    "drip-1s");

    static final List<Ask> ODD =
            asks(
                    Fate.ODD,
                    "gzip+tokens-60+gap-20ms",
                    "bom+tokens-60+gap-20ms",
                    "br",
                    "garbage-after-3+gap-20ms",
                    "garbage-after-3:array+gap-20ms",
                    "garbage-after-3:deep+gap-20ms",
                    "garbage-after-3:types+gap-20ms",
                    "bad-utf8-after-3+gap-20ms",
                    "escapes-after-3+gap-20ms",
                    "wide-after-1+split-bytes",
                    "no-done+gap-20ms",
                    "no-finish+gap-20ms",
                    "no-finish+no-done",
                    "cut-at-end+gap-20ms",
                    "reset-at-end+gap-20ms",
                    "after-done",
                    "after-finish",
                    "double-finish",
                    "other-model",
                    "two-choices",
                    "changing-ids",
                    "usage-bad",
                    "empty-contents-500",
                    "content-type-text/plain",
                    "content-type-text/event-stream;charset=utf-16",
                    "no-content-type",
                    "leaky-headers",
                    "length-short-10",
                    "length-long-10",
                    "length-and-chunked",
                    "hints-9",
                    "reset-reused",
                    "odd-header-folded",
                    "odd-header-nul");

    /// Asked of a provider that is asked nothing else: an answer that comes unasked while the
    /// connection already waits for the next one cannot be told from that one (RFC 9112, 9.2).
    static final List<Ask> UNASKED = asks(Fate.ODD, "after-end", "after-end-50ms");

    /// Asked of the provider that is spoken to over HTTP/2.
    static final List<Ask> HTTP2 =
            Stream.of(
                            asks(
                                    Fate.WHOLE,
                                    "tokens-80" + PACE + "20ms",
                                    "reasoning-20+tokens-40" + PACE + "20ms"),
                            asks(Fate.ODD, "goaway-after-5+tokens-40" + PACE + "20ms"),
                            asks(
                                    Fate.BROKEN,
                                    "rst-stream-after-6:internal-error+gap-20ms",
                                    "rst-stream-after-6:cancel+gap-20ms",
                                    "refused-stream",
                                    "goaway-uncovered-3+gap-20ms",
                                    "stall-after-4+gap-20ms",
                                    "silent",
                                    "status-500",
                                    "error-after-4+gap-20ms",
                                    "gap-1ms+endless"))
                    .flatMap(List::stream)
                    .toList();

    private Mix() {}

    private static List<Ask> asks(Fate fate, String... words) {
        return Stream.of(words).map(word -> new Ask("sim/" + word, fate)).toList();
    }

    /// Mostly healthy, because faults are the shorter answers.
    static Ask any(Random random) {
        int dice = random.nextInt(100);
        return dice < 62
                ? any(HEALTHY, random)
                : dice < 90 ? any(BROKEN, random) : any(ODD, random);
    }

    static Ask unasked(Random random) {
        return any(UNASKED, random);
    }

    static Ask http2(Random random) {
        return any(HTTP2, random);
    }

    private static Ask any(List<Ask> asks, Random random) {
        return asks.get(random.nextInt(asks.size()));
    }
}
