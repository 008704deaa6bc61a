package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.config.Tree.Kind;
import dev.firsttoken.gateway.config.Type.Redaction;
import dev.firsttoken.gateway.config.Type.Scalar;
import dev.firsttoken.gateway.pricing.Price;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The kinds of single values there are. Patterns keep to what Java and JSON Schema read alike.
final class Scalars {

    private static final Pattern DURATION = Pattern.compile("^(0|[1-9][0-9]{0,8})(ms|s|m|h)$");
    private static final Pattern SIZE = Pattern.compile("^([1-9][0-9]{0,15})(B|KiB|MiB|GiB)?$");
    private static final Pattern PRICE = Pattern.compile("^(1000000|[0-9]{1,6})([.][0-9]{1,6})?$");
    private static final Pattern PERCENT = Pattern.compile("^([1-9][0-9]?|100)%$");
    private static final Duration LONGEST = Duration.ofHours(24);

    private Scalars() {}

    static Scalar<String> text(String pattern, String expected) {
        return matching(pattern, expected, text -> text, text -> text, Redaction.NONE);
    }

    /// A name of ours: short, and free of the slash that separates provider from model.
    static Scalar<String> name() {
        return text(
                "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
                "letters, digits, '.', '_' and '-', at most 64 of them, a letter or digit first");
    }

    /// The name of a model, as free as providers make them.
    static Scalar<String> model() {
        return text("^[!-~]{1,200}$", "1 to 200 visible ASCII characters without spaces");
    }

    static Scalar<String> host() {
        return text(
                "^([A-Za-z0-9]([A-Za-z0-9.-]{0,253})|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$",
                "a host name or an IP address without brackets; 0.0.0.0 listens everywhere");
    }

    static Scalar<Secret> secret() {
        return matching(
                "^[!-~]{1,8192}$",
                "visible ASCII characters without spaces or line breaks, at least one",
                Secret::new,
                Secret::toString,
                Redaction.ALWAYS);
    }

    /// A secret, or `none` for none.
    static Scalar<Optional<Secret>> secretOrNone() {
        return matching(
                "^[!-~]{1,8192}$",
                "visible ASCII characters without spaces or line breaks, or none",
                text -> text.equals("none") ? Optional.empty() : Optional.of(new Secret(text)),
                secret -> secret.map(Secret::toString).orElse("none"),
                Redaction.ALWAYS);
    }

    static Scalar<String> apiVersion() {
        return text("^[A-Za-z0-9.-]{1,40}$", "a version such as 2024-10-21");
    }

    static Scalar<String> region() {
        return matching(
                "^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$",
                "a region such as eu-central-1",
                text -> text,
                text -> text,
                Redaction.NONE);
    }

    static Scalar<String> sha256() {
        return matching(
                "^[0-9A-Fa-f]{64}$",
                "64 hexadecimal digits, as `firsttoken config key` prints them",
                text -> text.toLowerCase(Locale.ROOT),
                text -> text,
                Redaction.WHEN_REFUSED);
    }

    static Scalar<Integer> integer(int minimum, int maximum) {
        return new Scalar<>(
                "a whole number from " + minimum + " to " + maximum,
                Set.of(Kind.NUMBER),
                Map.of("type", "integer", "minimum", minimum, "maximum", maximum),
                text -> {
                    Long number = wholeNumber(text);
                    return number == null || number < minimum || number > maximum
                            ? null
                            : Integer.valueOf(number.intValue());
                },
                number -> Integer.toString(number),
                Redaction.NONE);
    }

    /// US dollars per million tokens, as [Price] has them.
    static Scalar<Long> price() {
        return new Scalar<>(
                "US dollars from 0 to 1000000 with at most six decimals, such as 0.25",
                Set.of(Kind.NUMBER),
                Map.of("type", "number", "minimum", 0, "maximum", 1_000_000),
                text -> PRICE.matcher(text).matches() ? Price.perMillion(text) : null,
                Price::usdPerMillion,
                Redaction.NONE);
    }

    static Scalar<Boolean> bool() {
        return new Scalar<>(
                "true or false",
                Set.of(Kind.BOOLEAN),
                Map.of("type", "boolean"),
                text ->
                        switch (text) {
                            case "true" -> Boolean.TRUE;
                            case "false" -> Boolean.FALSE;
                            default -> null;
                        },
                flag -> Boolean.toString(flag),
                Redaction.NONE);
    }

    static <T> Scalar<T> oneOf(Map<String, T> choices) {
        List<String> names = List.copyOf(choices.keySet());
        return new Scalar<>(
                "one of " + String.join(", ", names),
                Set.of(Kind.TEXT),
                Map.of("type", "string", "enum", names),
                choices::get,
                choice ->
                        choices.entrySet().stream()
                                .filter(entry -> entry.getValue().equals(choice))
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElseThrow(),
                Redaction.NONE);
    }

    static Scalar<Duration> duration() {
        return duration(Duration.ofMillis(1));
    }

    static Scalar<Duration> duration(Duration shortest) {
        return matching(
                DURATION.pattern(),
                "a duration from " + print(shortest) + " to 24h, such as 500ms, 30s, 10m or 1h",
                text -> {
                    Duration duration = parseDuration(text);
                    return duration == null
                                    || duration.compareTo(shortest) < 0
                                    || duration.compareTo(LONGEST) > 0
                            ? null
                            : duration;
                },
                Scalars::print,
                Redaction.NONE);
    }

    static Scalar<Integer> size(int minimum, int maximum) {
        Scalar<Long> wide = longSize(minimum, maximum);
        return new Scalar<>(
                wide.expected(),
                wide.kinds(),
                wide.schema(),
                text -> {
                    Long size = wide.parser().apply(text);
                    return size == null ? null : Integer.valueOf(size.intValue());
                },
                size -> print(size.longValue()),
                Redaction.NONE);
    }

    static Scalar<Long> longSize(long minimum, long maximum) {
        return new Scalar<>(
                "a size from "
                        + print(minimum)
                        + " to "
                        + print(maximum)
                        + ", such as 64KiB, 20MiB or a number of bytes",
                Set.of(Kind.NUMBER, Kind.TEXT),
                Map.of(
                        "anyOf",
                        List.of(
                                Map.of("type", "integer", "minimum", minimum, "maximum", maximum),
                                Map.of("type", "string", "pattern", SIZE.pattern()))),
                text -> {
                    Long size = parseSize(text);
                    return size == null || size < minimum || size > maximum ? null : size;
                },
                Scalars::print,
                Redaction.NONE);
    }

    /// A size, or a share of the largest heap that this process may have.
    static Scalar<Long> heapShare(long minimum) {
        return new Scalar<>(
                "a share of the heap from 1% to 100%, or a size of at least " + print(minimum),
                Set.of(Kind.NUMBER, Kind.TEXT),
                Map.of(
                        "anyOf",
                        List.of(
                                Map.of("type", "integer", "minimum", minimum),
                                Map.of("type", "string", "pattern", SIZE.pattern()),
                                Map.of("type", "string", "pattern", PERCENT.pattern()))),
                text -> {
                    Matcher percent = PERCENT.matcher(text);
                    if (percent.matches()) {
                        return Runtime.getRuntime().maxMemory()
                                / 100
                                * Long.parseLong(percent.group(1));
                    }
                    Long size = parseSize(text);
                    return size == null || size < minimum ? null : size;
                },
                Scalars::print,
                Redaction.NONE);
    }

    /// Where a provider's paths start. A trailing slash is dropped.
    static Scalar<URI> baseUrl() {
        return matching(
                "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@ ]+(/[^?#@ ]*)?$",
                "an http or https URL without user, query or fragment, such as"
                        + " https://api.openai.com/v1",
                text -> httpUrl(withoutTrailingSlash(text)),
                URI::toString,
                Redaction.NONE);
    }

    /// A web origin as browsers send it: no path, no wildcard.
    static Scalar<String> origin() {
        return matching(
                "^https?://[a-z0-9.:\\[\\]-]+$",
                "an origin as browsers send it, such as https://chat.example.com, without a path",
                text -> httpUrl(text) == null ? null : text,
                origin -> origin,
                Redaction.NONE);
    }

    /// An HTTP proxy, or `none` for none even where the environment names one.
    static Scalar<Optional<URI>> proxy() {
        return matching(
                "^(none|[Hh][Tt][Tt][Pp]://[^/?#@ ]+/?)$",
                "an http URL without user, path or query, such as http://proxy:3128, or none",
                text -> {
                    if (text.equals("none")) {
                        return Optional.empty();
                    }
                    URI uri = httpUrl(withoutTrailingSlash(text));
                    return uri == null ? null : Optional.of(uri);
                },
                proxy -> proxy.map(URI::toString).orElse("none"),
                Redaction.NONE);
    }

    static Scalar<Path> path() {
        return matching(
                "^[^\\u0000-\\u001f\\u007f]{1,4096}$",
                "a path, absolute or relative to the configuration file",
                text -> {
                    try {
                        return Path.of(text);
                    } catch (InvalidPathException e) {
                        return null;
                    }
                },
                Path::toString,
                Redaction.NONE);
    }

    private static <T> Scalar<T> matching(
            String pattern,
            String expected,
            Function<String, @Nullable T> parser,
            Function<T, String> printer,
            Redaction redaction) {
        Pattern compiled = Pattern.compile(pattern);
        return new Scalar<>(
                expected,
                Set.of(Kind.TEXT),
                Map.of("type", "string", "pattern", pattern),
                text ->
                        compiled.matcher(text).find() && !text.endsWith("\n")
                                ? parser.apply(text)
                                : null,
                printer,
                redaction);
    }

    private static @Nullable URI httpUrl(String text) {
        try {
            URI uri = new URI(text);
            boolean usable =
                    uri.getHost() != null && uri.getUserInfo() == null && uri.getPort() <= 65_535;
            return usable ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String withoutTrailingSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static @Nullable Long wholeNumber(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static @Nullable Long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        int shift =
                switch (matcher.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case null, default -> 0;
                };
        return amount > Long.MAX_VALUE >> shift ? null : amount << shift;
    }

    static String print(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        } else if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        } else if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    static String print(long bytes) {
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GiB";
        } else if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes != 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
    }
}
