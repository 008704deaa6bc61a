package dev.firsttoken.gateway.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a configuration is read from, as often as somebody asks: a YAML file, or the environment
/// alone.
///
/// Immutable. The environment is the map it was given, so that tests can say what is in it.
public final class ConfigSource {

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final List<Option> options;

    private ConfigSource(
            @Nullable Path file, Map<String, String> environment, List<Option> options) {
        this.file = file;
        this.environment = environment;
        this.options = options;
    }

    private record Option(String section, String key, Tree.Text value) {}

    /// One YAML file. The environment fills its `${…}`, and proxies that it does not mention.
    public static ConfigSource file(Path file, Map<String, String> environment) {
        return new ConfigSource(file, Map.copyOf(environment), List.of());
    }

    /// No file: the keys of known providers, and variables of our own.
    public static ConfigSource environment(Map<String, String> environment) {
        return new ConfigSource(null, Map.copyOf(environment), List.of());
    }

    /// The same source with one key from the command line, which wins over everything.
    ///
    /// @param path a single value, such as `server.port` or `default-model`
    /// @param flag the option it was given with, such as `--port`, for messages
    public ConfigSource with(String path, String value, String flag) {
        int dot = path.indexOf('.');
        List<Option> more = new ArrayList<>(options);
        more.add(
                new Option(
                        dot < 0 ? "" : path.substring(0, dot),
                        path.substring(dot + 1),
                        Tree.Text.untyped(value, new Origin.Flag(flag))));
        return new ConfigSource(file, environment, List.copyOf(more));
    }

    /// The file, if this is one.
    public @Nullable Path file() {
        return file;
    }

    /// Reads, checks and resolves everything. Never throws for what an operator wrote.
    public ConfigReading read() {
        List<Problem> problems = new ArrayList<>();
        Set<Path> files = new LinkedHashSet<>();
        Path directory = directory();
        Interpolation interpolation = new Interpolation(environment, directory);
        Tree.Mapping tree;
        if (file == null) {
            tree = Environment.read(environment, problems);
        } else {
            files.add(file.toAbsolutePath());
            tree = YamlFile.read(file, interpolation, problems);
            Environment.warnOfIgnored(environment, problems);
            files.addAll(interpolation.files());
        }
        if (tree == null) {
            return new ConfigReading.Refused(Problem.sorted(problems), List.copyOf(files));
        }
        tree = ProxyVariables.fill(overridden(tree), environment);
        Values values = Binder.bind(tree, problems);
        files.addAll(Rules.check(values, directory, problems));
        List<Problem> sorted = Problem.sorted(problems);
        if (sorted.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR)) {
            return new ConfigReading.Refused(sorted, List.copyOf(files));
        }
        return new ConfigReading.Accepted(
                Assembly.config(values, directory),
                Explanation.settings(values),
                sorted,
                List.copyOf(files));
    }

    private Path directory() {
        Path base = file == null ? null : file.toAbsolutePath().getParent();
        return base == null ? Path.of("").toAbsolutePath() : base;
    }

    private Tree.Mapping overridden(Tree.Mapping root) {
        Tree.Mapping result = root;
        for (Option option : options) {
            Tree value = option.value;
            if (!option.section.isEmpty()) {
                Tree section = result.find(option.section);
                value =
                        replaced(
                                section instanceof Tree.Mapping mapping
                                        ? mapping
                                        : new Tree.Mapping(List.of(), new Origin.Default()),
                                option.key,
                                value);
            }
            String key = option.section.isEmpty() ? option.key : option.section;
            result = replaced(result, key, value);
        }
        return result;
    }

    private static Tree.Mapping replaced(Tree.Mapping mapping, String key, Tree value) {
        List<Tree.Entry> entries = new ArrayList<>(mapping.entries());
        entries.removeIf(entry -> entry.key().equals(key));
        entries.add(new Tree.Entry(key, value.origin(), value));
        return new Tree.Mapping(entries, mapping.origin());
    }
}
