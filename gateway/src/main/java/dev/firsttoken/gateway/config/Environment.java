package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.KnownProviders.KnownProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A start without a file: what environment variables say, as the [Tree] a file with the same
/// content would be. A variable that is empty counts as not set.
final class Environment {

    /// The variables of our own, which stand for keys of the file.
    static final List<Variable> VARIABLES =
            List.of(
                    new Variable(
                            "FIRSTTOKEN_LISTEN",
                            "server.host, server.port",
                            "Where to listen, such as `0.0.0.0:8080` or `[::1]:8080`."),
                    new Variable(
                            "FIRSTTOKEN_OPEN",
                            "server.open",
                            "`true` serves a public address to anybody."),
                    new Variable(
                            "FIRSTTOKEN_DEFAULT_MODEL",
                            "default-model",
                            "The model for requests that name none."),
                    new Variable(
                            "FIRSTTOKEN_API_KEYS",
                            "keys",
                            "Callers' keys in plain text, separated by commas; hashed at once, named"
                                    + " `key-1`, `key-2`, …"),
                    new Variable(
                            "FIRSTTOKEN_DATA",
                            "streams.data",
                            "Folder that keeps answers on disk, so that they can be read after a"
                                    + " restart."),
                    new Variable("FIRSTTOKEN_LOG_FORMAT", "log.format", "`text` or `json`."),
                    new Variable(
                            "FIRSTTOKEN_LOG_LEVEL",
                            "log.level",
                            "`error`, `warn`, `info`, `debug` or `trace`."));

    /// Long enough that it was made and not thought up.
    private static final Pattern CALLER_KEY = Pattern.compile("[!-~&&[^,]]{16,200}");

    private static final Pattern LISTEN =
            Pattern.compile("(?:\\[(?<bracketed>[^\\]]+)\\]|(?<host>[^:\\[\\]]+)):(?<port>[0-9]+)");

    private final Map<String, String> environment;
    private final List<Problem> problems;

    private Environment(Map<String, String> environment, List<Problem> problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /// @param path the keys that it stands for
    record Variable(String name, String path, String description) {}

    static Tree.Mapping read(Map<String, String> environment, List<Problem> problems) {
        return new Environment(environment, problems).read();
    }

    /// With a file, the file is the truth; says so about variables that would have meant something.
    static void warnOfIgnored(Map<String, String> environment, List<Problem> problems) {
        for (Variable variable : VARIABLES) {
            if (!environment.getOrDefault(variable.name, "").isEmpty()) {
                problems.add(
                        Problem.warning(
                                new Origin.Variable(variable.name),
                                "",
                                "ignored, because there is a file (expected: "
                                        + variable.path
                                        + " in the file)"));
            }
        }
    }

    private Tree.Mapping read() {
        List<Tree.Entry> root = new ArrayList<>();
        add(root, "server", mapping(server()));
        List<Tree> providers = new ArrayList<>();
        for (KnownProvider known : KnownProviders.ALL) {
            provider(known).ifPresent(providers::add);
        }
        add(root, "providers", new Tree.Sequence(providers, new Origin.Default()));
        text("FIRSTTOKEN_DEFAULT_MODEL")
                .ifPresentOrElse(
                        text -> add(root, "default-model", text), this::warnOfUnservedDefault);
        add(root, "keys", keys());
        List<Tree.Entry> streams = new ArrayList<>();
        text("FIRSTTOKEN_DATA").ifPresent(text -> add(streams, "data", text));
        add(root, "streams", mapping(streams));
        List<Tree.Entry> log = new ArrayList<>();
        text("FIRSTTOKEN_LOG_FORMAT").ifPresent(text -> add(log, "format", text));
        text("FIRSTTOKEN_LOG_LEVEL").ifPresent(text -> add(log, "level", text));
        add(root, "log", mapping(log));
        return mapping(root);
    }

    /// Somebody with the key of one provider alone would meet its "no such model" in the first
    /// minute.
    private void warnOfUnservedDefault() {
        List<KnownProvider> used =
                KnownProviders.ALL.stream().filter(known -> provider(known).isPresent()).toList();
        boolean unserved =
                used.stream()
                        .noneMatch(known ->
                                text(known.urlVariable()).isPresent()
                                        || KnownProviders.servesDefault(
                                                known.name(),
                                                String.valueOf(Keys.DEFAULT_MODEL.defaultValue)));
        if (!used.isEmpty() && unserved) {
            String names = used.stream().map(KnownProvider::name).collect(Collectors.joining(", "));
            problems.add(
                    Problem.warning(
                            new Origin.Default(),
                            Keys.DEFAULT_MODEL.name,
                            Keys.DEFAULT_MODEL.defaultValue
                                    + " (expected: FIRSTTOKEN_DEFAULT_MODEL to name a model of "
                                    + names
                                    + ", for requests that name none)"));
        }
    }

    private List<Tree.Entry> server() {
        List<Tree.Entry> server = new ArrayList<>();
        text("FIRSTTOKEN_LISTEN").ifPresent(text -> listen(text, server));
        text("FIRSTTOKEN_OPEN").ifPresent(text -> add(server, "open", text));
        return server;
    }

    private void listen(Tree.Text text, List<Tree.Entry> server) {
        Matcher matcher = LISTEN.matcher(text.value());
        if (!matcher.matches()) {
            problems.add(
                    Problem.error(
                            text.origin(),
                            "",
                            text.value()
                                    + " (expected: host:port, such as 0.0.0.0:8080 or [::1]:8080)"));
            return;
        }
        String bracketed = matcher.group("bracketed");
        String host = bracketed == null ? matcher.group("host") : bracketed;
        add(server, "host", Tree.Text.untyped(host, text.origin()));
        add(server, "port", Tree.Text.untyped(matcher.group("port"), text.origin()));
    }

    private Optional<Tree> provider(KnownProvider known) {
        Optional<Tree.Text> key = text(known.keyVariable());
        Optional<Tree.Text> url = text(known.urlVariable());
        if (key.isEmpty() && url.isEmpty()) {
            return Optional.empty();
        }
        Origin origin = key.or(() -> url).orElseThrow().origin();
        List<Tree.Entry> entries = new ArrayList<>();
        add(entries, "name", Tree.Text.untyped(known.name(), origin));
        add(
                entries,
                "base-url",
                url.orElseGet(() -> Tree.Text.untyped(known.baseUrl(), new Origin.Default())));
        key.ifPresent(text -> add(entries, "api-key", text));
        return Optional.of(new Tree.Mapping(entries, origin));
    }

    private Tree keys() {
        Origin origin = new Origin.Variable("FIRSTTOKEN_API_KEYS");
        List<Tree> items = new ArrayList<>();
        Optional<Tree.Text> text = text("FIRSTTOKEN_API_KEYS");
        if (text.isEmpty()) {
            return new Tree.Sequence(items, new Origin.Default());
        }
        int number = 0;
        for (String part : text.get().value().split(",")) {
            String key = part.strip();
            if (key.isEmpty()) {
                continue;
            }
            number++;
            if (!CALLER_KEY.matcher(key).matches()) {
                problems.add(
                        Problem.error(
                                origin,
                                "",
                                "key "
                                        + number
                                        + ": *** (expected: 16 to 200 visible ASCII characters, as"
                                        + " `firsttoken config key` makes them)"));
                continue;
            }
            List<Tree.Entry> entries = new ArrayList<>();
            add(entries, "name", Tree.Text.untyped("key-" + number, origin));
            add(entries, "sha256", Tree.Text.untyped(CallerKeys.sha256(key), origin));
            items.add(new Tree.Mapping(entries, origin));
        }
        if (number == 0) {
            problems.add(
                    Problem.error(
                            origin, "", "no key at all (expected: keys, separated by commas)"));
        }
        return new Tree.Sequence(items, origin);
    }

    private Optional<Tree.Text> text(String variable) {
        String value = environment.getOrDefault(variable, "");
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(Tree.Text.untyped(value, new Origin.Variable(variable)));
    }

    private static Tree.Mapping mapping(List<Tree.Entry> entries) {
        return new Tree.Mapping(entries, new Origin.Default());
    }

    private static void add(List<Tree.Entry> entries, String key, Tree value) {
        entries.add(new Tree.Entry(key, value.origin(), value));
    }
}
