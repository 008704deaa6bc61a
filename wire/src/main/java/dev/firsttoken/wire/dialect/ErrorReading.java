package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What all dialects read alike in a response that is an error.
public final class ErrorReading {

    private ErrorReading() {}

    /// @param status what the provider answered with
    /// @param detail what its body says, if that could be understood
    public static Failure failure(int status, Headers headers, @Nullable String detail) {
        if (status < 400 || status > 599) {
            return Failure.of(
                    Failure.Kind.INVALID,
                    "the provider answered with status " + status + " (expected: 200)");
        }
        String said =
                detail == null || detail.isBlank()
                        ? "the provider answered with status " + status
                        : detail;
        return new Failure(Failure.Kind.REFUSED, status, said, retryAfter(headers));
    }

    /// How long to stay away: `retry-after-ms`, or `retry-after` in seconds. A date needs a clock
    /// and is not read.
    public static @Nullable Duration retryAfter(Headers headers) {
        Double millis = number(headers.get("retry-after-ms"));
        if (millis != null) {
            return Duration.ofMillis(Math.round(millis));
        }
        Double seconds = number(headers.get("retry-after"));
        return seconds == null ? null : Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private static @Nullable Double number(@Nullable String text) {
        if (text == null || !text.strip().matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            return null;
        }
        return Double.valueOf(text.strip());
    }
}
