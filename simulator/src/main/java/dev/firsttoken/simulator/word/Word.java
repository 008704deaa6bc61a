package dev.firsttoken.simulator.word;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One word of the grammar.
///
/// @param <T> what the word means to its owner
/// @param name such as `stall-after`
/// @param form how a value looks, such as `N`; empty for a word that takes none
/// @param example a value that fits, empty if none is needed
/// @param help one line for people
/// @param parse from the value's text to its meaning
public record Word<T>(
        String name,
        String form,
        String example,
        String help,
        Function<String, ? extends T> parse) {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kmg]?)");

    public static <T> Word<T> flag(String name, String help, Supplier<? extends T> meaning) {
        return new Word<>(
                name,
                "",
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
                name,
                "N",
                Integer.toString(Math.clamp(3, min, max)),
                help,
                value -> meaning.apply(wholeNumber(name, value, min, max)));
    }

    public static <T> Word<T> duration(
            String name, String help, Function<Duration, ? extends T> meaning) {
        return new Word<>(
                name, "TIME", "50ms", help, value -> meaning.apply(duration(name, value)));
    }

    /// A word with one of a few values.
    ///
    /// @param values what may be given, the first one being the example
    /// @param text how a value is written
    public static <T, V> Word<T> choice(
            String name,
            List<V> values,
            Function<? super V, String> text,
            String help,
            Function<? super V, ? extends T> meaning) {
        String all = values.stream().map(text).collect(Collectors.joining("|"));
        return new Word<>(
                name,
                all,
                text.apply(values.getFirst()),
                help,
                value -> meaning.apply(choice(name, value, values, text)));
    }

    /// A word with a number of bytes.
    public static <T> Word<T> size(String name, String help, LongFunction<? extends T> meaning) {
        return new Word<>(name, "SIZE", "2m", help, value -> meaning.apply(bytes(name, value)));
    }

    /// How the word is written in a model name: `stall-after-N`. A form in brackets holds its own
    /// hyphen.
    public String usage() {
        return form.isEmpty() || form.startsWith("[") ? name + form : name + "-" + form;
    }

    /// The word with a value that fits.
    public String sample() {
        return example.isEmpty() ? name : name + "-" + example;
    }

    public <U> Word<U> map(Function<? super T, ? extends U> change) {
        return new Word<>(name, form, example, help, value -> change.apply(parse.apply(value)));
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

    /// A number of bytes up to a tebibyte: digits and perhaps `k`, `m` or `g`, in powers of 1024.
    ///
    /// @throws IllegalArgumentException if it is none, naming the word and the value
    public static long bytes(String word, String value) {
        Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw bad(word, value, "a size such as 500, 64k or 2m");
        }
        int shift =
                switch (size.group(2)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        long bytes = Long.parseLong(size.group(1)) << shift;
        if (bytes < 1 || bytes > 1L << 40) {
            throw bad(word, value, "1 byte to 1024g");
        }
        return bytes;
    }

    /// The one of these that is written like this.
    ///
    /// @throws IllegalArgumentException if there is none, naming the word, the value and all others
    public static <V> V choice(
            String word, String value, List<V> values, Function<? super V, String> text) {
        for (V candidate : values) {
            if (text.apply(candidate).equals(value)) {
                return candidate;
            }
        }
        throw bad(word, value, values.stream().map(text).collect(Collectors.joining(", ")));
    }

    /// How a constant is written in a word: in lower case, with hyphens.
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static IllegalArgumentException bad(String word, String value, String expected) {
        return new IllegalArgumentException(
                word + ": '" + value + "' (expected: " + expected + ")");
    }
}
