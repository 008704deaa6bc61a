package dev.firsttoken.gateway.config;

import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.provider.ProviderDialect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What must hold between values that are each fine by themselves.
final class Rules {

    private final Values root;
    private final Path directory;
    private final List<Problem> problems;
    private final List<Path> files = new ArrayList<>();

    private Rules(Values root, Path directory, List<Problem> problems) {
        this.root = root;
        this.directory = directory;
        this.problems = problems;
    }

    /// @return the files that the configuration points to
    static List<Path> check(Values root, Path directory, List<Problem> problems) {
        Rules rules = new Rules(root, directory, problems);
        rules.namesAreUnique();
        rules.deploymentsExist();
        rules.defaultModelIsServed();
        rules.filesExist();
        rules.secretsTravelEncrypted();
        rules.requestsCanBeSigned();
        rules.versionsMeanSomething();
        rules.publicAddressIsGuarded();
        rules.durabilityHasAFolder();
        return rules.files;
    }

    private void namesAreUnique() {
        unique(items(root, Keys.PROVIDERS), Keys.PROVIDER_NAME);
        unique(items(root, Keys.MODELS), Keys.MODEL_NAME);
        unique(items(root, Keys.CALLER_KEYS), Keys.CALLER_NAME);
        unique(items(root, Keys.CALLER_KEYS), Keys.SHA256);
    }

    private void unique(List<Values> items, Key<String> key) {
        Map<String, Bound<String>> first = new HashMap<>();
        for (Values item : items) {
            Bound<String> name = item.find(key);
            Bound<String> earlier = name == null ? null : first.putIfAbsent(name.value(), name);
            if (name != null && earlier != null) {
                error(name, name.shown() + " (expected: not the same as " + earlier.path() + ")");
            }
        }
    }

    private void deploymentsExist() {
        Map<String, Values> providers = new HashMap<>();
        for (Values provider : items(root, Keys.PROVIDERS)) {
            Bound<String> name = provider.find(Keys.PROVIDER_NAME);
            if (name != null) {
                providers.putIfAbsent(name.value(), provider);
            }
        }
        for (Values model : items(root, Keys.MODELS)) {
            for (Values deployment : items(model, Keys.DEPLOYMENTS)) {
                Bound<String> name = deployment.find(Keys.DEPLOYMENT_PROVIDER);
                if (name == null) {
                    continue;
                }
                Values provider = providers.get(name.value());
                if (provider == null) {
                    error(
                            name,
                            name.shown() + " (" + knownProviders(name.value(), providers) + ")");
                } else {
                    modelIsServed(deployment.find(Keys.DEPLOYMENT_MODEL), name.shown(), provider);
                }
            }
        }
    }

    private static String knownProviders(String name, Map<String, Values> providers) {
        if (providers.isEmpty()) {
            return "expected: the name of a provider, and there are none";
        }
        return Spelling.nearest(name, providers.keySet())
                .map(near -> "expected: the name of a provider; did you mean " + near + "?")
                .orElseGet(() ->
                        "expected: the name of a provider, one of "
                                + String.join(", ", providers.keySet().stream().sorted().toList()));
    }

    private void modelIsServed(@Nullable Bound<String> model, String name, Values provider) {
        List<String> served = strings(provider, Keys.PROVIDER_MODELS);
        if (model != null && !served.isEmpty() && !served.contains(model.value())) {
            error(
                    model,
                    model.shown()
                            + " (expected: one of the models of "
                            + name
                            + ": "
                            + shown(provider, Keys.PROVIDER_MODELS)
                            + ")");
        }
    }

    /// Only a warning: requests that name their model are served all the same.
    private void defaultModelIsServed() {
        Bound<String> model = root.find(Keys.DEFAULT_MODEL);
        List<Values> providers = items(root, Keys.PROVIDERS);
        if (model == null || providers.isEmpty()) {
            return;
        }
        boolean served =
                items(root, Keys.MODELS).stream()
                        .anyMatch(alias -> model.value().equals(alias.orNull(Keys.MODEL_NAME)));
        for (Values provider : providers) {
            List<String> models = strings(provider, Keys.PROVIDER_MODELS);
            String prefix = provider.orNull(Keys.PROVIDER_NAME) + "/";
            served |=
                    models.isEmpty()
                            || models.contains(model.value())
                            || (model.value().startsWith(prefix)
                                    && models.contains(model.value().substring(prefix.length())));
        }
        if (!served) {
            problems.add(
                    Problem.warning(
                            model.origin(),
                            model.path(),
                            model.shown()
                                    + " (expected: a model that is served; requests that name no"
                                    + " model will be refused)"));
        }
    }

    private void filesExist() {
        Values server = root.orNull(Keys.SERVER);
        Values tls = server == null ? null : server.orNull(Keys.TLS);
        if (tls != null) {
            file(tls.find(Keys.CERTIFICATE));
            file(tls.find(Keys.KEY));
        }
        for (Values provider : items(root, Keys.PROVIDERS)) {
            file(provider.find(Keys.TRUST));
        }
        Values prices = root.orNull(Keys.PRICES);
        if (prices != null) {
            file(prices.find(Keys.PRICE_FILE));
        }
    }

    private void file(@Nullable Bound<Path> path) {
        if (path == null) {
            return;
        }
        Path file = directory.resolve(path.value());
        files.add(file);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            error(path, path.shown() + " (expected: a readable file)");
        }
    }

    private void secretsTravelEncrypted() {
        for (Values provider : items(root, Keys.PROVIDERS)) {
            Bound<URI> url = provider.find(Keys.BASE_URL);
            if (url != null
                    && provider.find(Keys.API_KEY) != null
                    && "http".equalsIgnoreCase(url.value().getScheme())
                    && !Hosts.isLoopback(url.value().getHost())) {
                problems.add(
                        Problem.warning(
                                url.origin(),
                                url.path(),
                                url.shown()
                                        + " (expected: https, because the api-key travels to it"
                                        + " unencrypted)"));
            }
        }
    }

    private void requestsCanBeSigned() {
        for (Values provider : items(root, Keys.PROVIDERS)) {
            Bound<Values> aws = provider.find(Keys.AWS);
            Bound<URI> url = provider.find(Keys.BASE_URL);
            ProviderDialect dialect = dialect(provider);
            if (aws == null || url == null || dialect == null) {
                continue;
            }
            if (dialect.signedFor().isEmpty()) {
                error(
                        aws,
                        "requests in the dialect "
                                + dialect.name()
                                + " are not signed (expected: api-key, or another dialect)");
            }
            Bound<Secret> key = provider.find(Keys.API_KEY);
            if (key != null) {
                error(key, "beside aws (expected: one of the two)");
            }
            if (aws.value().orNull(Keys.AWS_REGION) == null
                    && Hosts.awsRegion(url.value().getHost()) == null) {
                error(
                        aws,
                        "no region (expected: region, because the host in "
                                + url.shown()
                                + " does not name one)");
            }
        }
    }

    private void versionsMeanSomething() {
        for (Values provider : items(root, Keys.PROVIDERS)) {
            Bound<String> version = provider.find(Keys.API_VERSION);
            ProviderDialect dialect = dialect(provider);
            if (version != null && dialect != null && !dialect.accent().hasVersions()) {
                error(
                        version,
                        version.shown()
                                + " (expected: none, because requests in the dialect "
                                + dialect.name()
                                + " name no version)");
            }
        }
    }

    /// What a provider speaks, null if that cannot be known.
    private static @Nullable ProviderDialect dialect(Values provider) {
        ProviderDialect said = provider.orNull(Keys.DIALECT);
        String name = provider.orNull(Keys.PROVIDER_NAME);
        return said != null || name == null ? said : KnownProviders.dialectOf(name);
    }

    private void publicAddressIsGuarded() {
        Values server = root.orNull(Keys.SERVER);
        Bound<List<Bound<Values>>> keys = root.find(Keys.CALLER_KEYS);
        if (server == null || keys == null || !keys.value().isEmpty()) {
            return;
        }
        Bound<String> host = server.find(Keys.HOST);
        Bound<Boolean> open = server.find(Keys.OPEN);
        if (host != null && open != null && !open.value() && !Hosts.isLoopback(host.value())) {
            error(
                    host,
                    host.shown()
                            + " is reachable by others, and anybody could spend your providers'"
                            + " money (expected: one of host: 127.0.0.1; a key under keys, made by"
                            + " `firsttoken config key`; open: true)");
        }
    }

    private void durabilityHasAFolder() {
        Values streams = root.orNull(Keys.STREAMS_SECTION);
        if (streams == null) {
            return;
        }
        Bound<Config.Durability> durability = streams.find(Keys.DURABILITY);
        Bound<Path> data = streams.find(Keys.DATA);
        if (durability != null && durability.value() != Config.Durability.MEMORY && data == null) {
            error(durability, durability.shown() + " (expected: memory, or a folder under data)");
        }
        if (data != null) {
            Path folder = directory.resolve(data.value());
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                error(data, data.shown() + " (expected: a folder, and this is a file)");
            }
        }
    }

    private void error(Bound<?> bound, String message) {
        problems.add(Problem.error(bound.origin(), bound.path(), message));
    }

    private static List<Values> items(Values values, Key<List<Bound<Values>>> key) {
        List<Bound<Values>> items = values.orNull(key);
        return items == null ? List.of() : items.stream().map(Bound::value).toList();
    }

    private static String shown(Values values, Key<List<Bound<String>>> key) {
        List<Bound<String>> items = values.orNull(key);
        return items == null
                ? ""
                : items.stream().map(Bound::shown).collect(Collectors.joining(", "));
    }

    private static List<String> strings(Values values, Key<List<Bound<String>>> key) {
        List<Bound<String>> items = values.orNull(key);
        return items == null ? List.of() : items.stream().map(Bound::value).toList();
    }
}
