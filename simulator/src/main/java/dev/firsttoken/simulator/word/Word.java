package dev.firsttoken.simulator.word;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// One word of the grammar.
///
/// @param <T> what the word means to its owner
/// @param name such as `stall-after`
/// @param form how a value looks, such as `N`; empty for a word that takes none
/// @param help one line for people
/// @param parse from the value's text to its meaning
public record Word<T>(String name, String form, String help, Function<String, ? extends T> parse) {

    public static <T> Word<T> flag(String name, String help, Supplier<? extends T> meaning) {
        return new Word<>(
                name,
                "",
                help,
                value -> {
                    if (!value.isEmpty()) {
                        throw bad(name, value, "no value");
                    }
                    return meaning.get();
                });
    }

    public static <T> Word<T> count(
            String name, int min, int max, String help, IntFunction<? extends T> meaning) {
        return new Word<>(
                name, "N", help, value -> meaning.apply(wholeNumber(name, value, min, max)));
    }

    public static <T> Word<T> duration(
            String name, String help, Function<Duration, ? extends T> meaning) {
        return new Word<>(name, "TIME", help, value -> meaning.apply(duration(name, value)));
    }

    /// How the word is written in a model name: `stall-after-N`.
    public String usage() {
        return form.isEmpty() ? name : name + "-" + form;
    }

    public <U> Word<U> map(Function<? super T, ? extends U> change) {
        return new Word<>(name, form, help, value -> change.apply(parse.apply(value)));
    }

    /// A whole number between two bounds, both included.
    ///
    /// @throws IllegalArgumentException if it is none, naming the word, the value and the bounds
    public static int wholeNumber(String word, String value, int min, int max) {
        String expected = "a whole number from " + min + " to " + max;
        try {
            int number = Integer.parseInt(value);
            if (number < min || number > max) {
                throw bad(word, value, expected);
            }
            return number;
        } catch (NumberFormatException e) {
            throw bad(word, value, expected);
        }
    }

    /// A number between two bounds, both included.
    ///
    /// @throws IllegalArgumentException if it is none, naming the word, the value and the bounds
    public static double number(String word, String value, double min, double max) {
        String expected = "a number from " + min + " to " + max;
        try {
            double number = Double.parseDouble(value);
            if (!(number >= min && number <= max)) {
                throw bad(word, value, expected);
            }
            return number;
        } catch (NumberFormatException e) {
            throw bad(word, value, expected);
        }
    }

    /// A duration of up to a day: digits and `us`, `ms`, `s` or `m`.
    ///
    /// @throws IllegalArgumentException if it is none, naming the word and the value
    public static Duration duration(String word, String value) {
        String text = value.toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long unitMicros =
                switch (text.substring(digits)) {
                    case "us" -> 1;
                    case "ms" -> 1_000;
                    case "s" -> 1_000_000;
                    case "m" -> 60_000_000;
                    default -> 0;
                };
        // Ten digits of minutes still fit a long; more digits are nobody's duration.
        if (digits == 0 || digits > 10 || unitMicros == 0) {
            throw bad(word, value, "a time such as 20ms, 2s or 1m");
        }
        Duration duration =
                Duration.ofNanos(Long.parseLong(text.substring(0, digits)))
                        .multipliedBy(unitMicros * 1_000);
        if (duration.compareTo(Duration.ofDays(1)) > 0) {
            throw bad(word, value, "at most a day");
        }
        return duration;
    }

    public static IllegalArgumentException bad(String word, String value, String expected) {
        return new IllegalArgumentException(
                word + ": '" + value + "' (expected: " + expected + ")");
    }
}
