package dev.firsttoken.simulator.fault;

import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.word.Word;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// A header that says when to come back.
public record RetryHint(How how, Duration after) implements Fault {

    /// In which of the ways there are.
    public enum How {
        /// `retry-after` in whole seconds.
        SECONDS,
        /// `retry-after` as an HTTP date.
        DATE,
        /// `retry-after-ms`, which OpenAI and Azure send.
        MILLIS,
        /// `x-ratelimit-reset-requests` and `-tokens` as OpenAI writes times, such as `1m30.5s`.
        OPENAI_RESET,
        /// `anthropic-ratelimit-requests-reset` as an instant, RFC 3339.
        ANTHROPIC_RESET
    }

    static final List<Word<Fault>> WORDS =
            List.of(
                    word("retry-after", "send Retry-After, in whole seconds", How.SECONDS),
                    word("retry-after-date", "send Retry-After as an HTTP date", How.DATE),
                    word("retry-after-ms", "send retry-after-ms", How.MILLIS),
                    word(
                            "ratelimit-reset",
                            "send x-ratelimit-reset-requests and -tokens, as OpenAI does",
                            How.OPENAI_RESET),
                    word(
                            "anthropic-reset",
                            "send anthropic-ratelimit-requests-reset",
                            How.ANTHROPIC_RESET));

    private static Word<Fault> word(String name, String help, How how) {
        return Word.duration(name, help, after -> new RetryHint(how, after));
    }

    @Override
    public Answer apply(Answer answer) {
        return switch (how) {
            case SECONDS -> ExtraHeader.retryAfter(after).apply(answer);
            case DATE ->
                    with(
                            "retry-after",
                            RFC_1123_DATE_TIME.format(
                                    Instant.now().plus(after).atOffset(ZoneOffset.UTC)),
                            answer);
            case MILLIS -> with("retry-after-ms", Long.toString(after.toMillis()), answer);
            case OPENAI_RESET -> {
                // Go's notation happens to be the ISO one without its first letters.
                String time = after.toString().substring(2).toLowerCase(Locale.ROOT);
                Answer half = with("x-ratelimit-reset-requests", time, answer);
                yield with("x-ratelimit-reset-tokens", time, half);
            }
            case ANTHROPIC_RESET ->
                    with(
                            "anthropic-ratelimit-requests-reset",
                            Instant.now().plus(after).toString(),
                            answer);
        };
    }

    private static Answer with(String name, String value, Answer answer) {
        return new ExtraHeader(name, value).apply(answer);
    }
}
