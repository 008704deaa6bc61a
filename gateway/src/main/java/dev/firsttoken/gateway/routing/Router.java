package dev.firsttoken.gateway.routing;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.provider.KnownProviders;
import dev.firsttoken.gateway.upstream.Endpoint;
import dev.firsttoken.wire.event.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Knows which deployments serve which name, for one configuration.
///
/// A name means, in this order: a configured model; `provider/model` for a configured provider; a
/// model that a provider lists; any model of a provider that lists none: of its maker, or else of
/// the first such provider.
public final class Router {

    private static final String OTHER = "other";

    private final Config config;
    private final Map<String, Endpoint> endpoints;

    private Router(Config config, Map<String, Endpoint> endpoints) {
        this.config = config;
        this.endpoints = endpoints;
    }

    /// Makes a router, and endpoints for its providers.
    ///
    /// @param before the router that it replaces: a provider that has not changed keeps its
    ///   endpoint, and with it its connections
    /// @throws IOException when a provider's trusted certificates cannot be read
    public static Router of(Config config, @Nullable Router before) throws IOException {
        var endpoints = new LinkedHashMap<String, Endpoint>();
        for (Config.Provider provider : config.providers()) {
            Endpoint kept = before == null ? null : before.unchanged(provider);
            endpoints.put(provider.name(), kept != null ? kept : Endpoint.of(provider));
        }
        return new Router(config, endpoints);
    }

    private @Nullable Endpoint unchanged(Config.Provider provider) {
        return config.providers().contains(provider) ? endpoints.get(provider.name()) : null;
    }

    /// Plans a request.
    ///
    /// @param wanted the name that was asked for, or null for the default model
    /// @throws RejectedException when nobody serves it
    public Plan plan(@Nullable String wanted) throws RejectedException {
        String name = wanted == null || wanted.isBlank() ? config.defaultModel() : wanted;
        for (Config.Model model : config.models()) {
            if (model.name().equals(name)) {
                return new Plan(name, deployments(model));
            }
        }
        int slash = name.indexOf('/');
        if (slash > 0 && endpoints.containsKey(name.substring(0, slash))) {
            String provider = name.substring(0, slash);
            return plan(provider, name.substring(slash + 1));
        }
        for (Config.Provider provider : config.providers()) {
            if (provider.models().contains(name)) {
                return plan(provider.name(), name);
            }
        }
        Config.Provider open = null;
        for (Config.Provider provider : config.providers()) {
            if (provider.models().isEmpty()) {
                if (KnownProviders.makes(provider.name(), name)) {
                    return plan(provider.name(), name);
                }
                open = open == null ? provider : open;
            }
        }
        if (open != null) {
            return plan(open.name(), name);
        }
        throw new RejectedException(
                Failure.ofParam(
                        Failure.Kind.MODEL_NOT_FOUND,
                        "no provider serves the model that was asked for (expected: one that /v1/models lists)",
                        "model"));
    }

    private Plan plan(String provider, String model) {
        String label =
                model.equals(config.defaultModel()) || isListed(provider, model) ? model : OTHER;
        return new Plan(label, List.of(deployment(provider, model)));
    }

    private boolean isListed(String providerName, String model) {
        for (Config.Provider provider : config.providers()) {
            if (provider.name().equals(providerName)) {
                return provider.models().contains(model);
            }
        }
        return false;
    }

    private List<Deployment> deployments(Config.Model model) {
        var deployments = new ArrayList<Deployment>();
        for (Config.Deployment deployment : model.deployments()) {
            deployments.add(deployment(deployment.provider(), deployment.model()));
        }
        return List.copyOf(deployments);
    }

    private Deployment deployment(String provider, String model) {
        Endpoint endpoint = endpoints.get(provider);
        if (endpoint == null) {
            throw new IllegalStateException(
                    "provider: " + provider + " (expected: a configured one)");
        }
        return new Deployment(provider, endpoint, model);
    }

    /// A model that can be asked for by name.
    ///
    /// @param ownedBy the provider that serves it, the first one of several
    /// @param model what that provider calls it
    public record Listed(String name, String ownedBy, String model) {}

    /// The names that the configuration itself gives: models, then what providers list, then the
    /// default.
    public List<Listed> listed() {
        var listed = new LinkedHashMap<String, Listed>();
        for (Config.Model model : config.models()) {
            Config.Deployment first = model.deployments().getFirst();
            listed.putIfAbsent(
                    model.name(), new Listed(model.name(), first.provider(), first.model()));
        }
        for (Config.Provider provider : config.providers()) {
            for (String name : provider.models()) {
                listed.putIfAbsent(name, new Listed(name, provider.name(), name));
            }
        }
        for (Config.Provider provider : config.providers()) {
            if (provider.models().isEmpty()) {
                String name = config.defaultModel();
                listed.putIfAbsent(name, new Listed(name, provider.name(), name));
            }
        }
        return List.copyOf(listed.values());
    }

    /// Providers that take any name, so that only they can say which ones they know.
    public Map<String, Endpoint> openProviders() {
        var open = new LinkedHashMap<String, Endpoint>();
        for (Config.Provider provider : config.providers()) {
            Endpoint endpoint = endpoints.get(provider.name());
            if (provider.models().isEmpty() && endpoint != null) {
                open.put(provider.name(), endpoint);
            }
        }
        return open;
    }
}
