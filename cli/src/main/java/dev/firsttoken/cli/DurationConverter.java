package dev.firsttoken.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads durations as people write them: `250ms`, `1.5s`, `2m`.
final class DurationConverter implements ITypeConverter<Duration> {

    private static final Pattern FORM =
            Pattern.compile("(?<number>[0-9]{1,9}(?:\\.[0-9]{1,6})?)\\s*(?<unit>us|ms|s|m)");

    @Override
    public Duration convert(String value) {
        try {
            return parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /// @throws IllegalArgumentException with a message for people
    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text.strip() + "' (expected: a time such as 250ms, 1.5s or 2m)");
        }
        double nanosPerUnit =
                switch (matcher.group("unit")) {
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    default -> 60e9;
                };
        double number = Double.parseDouble(matcher.group("number"));
        return Duration.ofNanos(Math.round(number * nanosPerUnit));
    }
}
