package dev.firsttoken.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in lower case first, for providers that say nothing
/// about a proxy. This machine itself is never reached through one.
final class ProxyVariables {

    private final Map<String, String> environment;

    private ProxyVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    /// The same tree, with `proxy` filled in where a variable has something to say.
    static Tree.Mapping fill(Tree.Mapping root, Map<String, String> environment) {
        ProxyVariables variables = new ProxyVariables(environment);
        List<Tree.Entry> entries = new ArrayList<>();
        for (Tree.Entry entry : root.entries()) {
            if (entry.key().equals(Keys.PROVIDERS.name)
                    && entry.value() instanceof Tree.Sequence providers) {
                List<Tree> filled = providers.items().stream().map(variables::fill).toList();
                entries.add(
                        new Tree.Entry(
                                entry.key(),
                                entry.origin(),
                                new Tree.Sequence(filled, providers.origin())));
            } else {
                entries.add(entry);
            }
        }
        return new Tree.Mapping(entries, root.origin());
    }

    private Tree fill(Tree provider) {
        if (!(provider instanceof Tree.Mapping mapping)
                || mapping.find(Keys.PROXY.name) != null
                || !(mapping.find(Keys.BASE_URL.name) instanceof Tree.Text baseUrl)) {
            return provider;
        }
        return proxyFor(baseUrl.value())
                .<Tree>map(proxy -> {
                    List<Tree.Entry> entries = new ArrayList<>(mapping.entries());
                    entries.add(new Tree.Entry(Keys.PROXY.name, proxy.origin(), proxy));
                    return new Tree.Mapping(entries, mapping.origin());
                })
                .orElse(provider);
    }

    private Optional<Tree.Text> proxyFor(String baseUrl) {
        URI uri;
        try {
            uri = new URI(baseUrl);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        String host = uri.getHost();
        if (host == null || uri.getScheme() == null || Hosts.isLoopback(host) || excluded(uri)) {
            return Optional.empty();
        }
        return variable(uri.getScheme().toLowerCase(Locale.ROOT) + "_proxy")
                .map(found ->
                        found.value().contains("://")
                                ? found
                                : Tree.Text.untyped("http://" + found.value(), found.origin()));
    }

    private boolean excluded(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int port =
                uri.getPort() != -1
                        ? uri.getPort()
                        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        String list = variable("no_proxy").map(Tree.Text::value).orElse("");
        for (String part : list.split(",")) {
            String rule = part.strip().toLowerCase(Locale.ROOT);
            int colon = rule.lastIndexOf(':');
            if (colon > 0 && rule.indexOf(':') == colon) {
                if (!rule.substring(colon + 1).equals(Integer.toString(port))) {
                    continue;
                }
                rule = rule.substring(0, colon);
            }
            String domain = rule.startsWith("*.") ? rule.substring(2) : rule;
            domain = domain.startsWith(".") ? domain.substring(1) : domain;
            if (rule.equals("*")
                    || (!domain.isEmpty()
                            && (host.equals(domain) || host.endsWith("." + domain)))) {
                return true;
            }
        }
        return false;
    }

    private Optional<Tree.Text> variable(String lowerCase) {
        for (String name : List.of(lowerCase, lowerCase.toUpperCase(Locale.ROOT))) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return Optional.of(Tree.Text.untyped(value, new Origin.Variable(name)));
            }
        }
        return Optional.empty();
    }
}
