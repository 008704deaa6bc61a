package dev.firsttoken.cli;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.page.Page;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a server says of itself when it starts, for a person.
final class Announcement {

    /// Names to show before "and n more".
    private static final int FEW = 8;

    private Announcement() {}

    static String text(InetSocketAddress address, Config config) {
        String url = url(address, config);
        boolean keys = !config.keys().isEmpty();
        var text = new StringBuilder(512);
        text.append("FirstToken ").append(Version.number()).append(" listens on ").append(url);
        text.append('\n');
        line(text, "providers", providers(config));
        line(text, "models", models(config));
        line(text, "callers", keys ? config.keys().size() + " keys" : nobody(config));
        line(text, "page", page(url, config));
        text.append("See a stream:\n  curl -N ").append(url).append("/chat/stream");
        if (keys) {
            text.append(" -H \"authorization: Bearer $FIRSTTOKEN_KEY\"");
        }
        text.append(" -H 'content-type: application/json' -d '{\"message\":\"Hello\"}'\n");
        return text.toString();
    }

    private static String page(String url, Config config) {
        if (!config.server().page()) {
            return "switched off";
        }
        return Page.isBuilt()
                ? url + "/"
                : "not part of this build, because there was no Node and npm when it was made";
    }

    /// Where a client on this machine finds the server.
    static String url(InetSocketAddress address, Config config) {
        InetAddress host = address.getAddress();
        String name;
        if (host == null || host.isAnyLocalAddress()) {
            name = host == null ? address.getHostString() : "localhost";
        } else {
            name = host.getHostAddress();
            name = host instanceof Inet6Address ? "[" + name + "]" : name;
        }
        String scheme = config.server().tls() == null ? "http" : "https";
        return scheme + "://" + name + ":" + address.getPort();
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append("  ").append(what).append(" ".repeat(11 - what.length()));
        text.append(value).append('\n');
    }

    private static String providers(Config config) {
        if (config.providers().isEmpty()) {
            return "the built-in simulator; OPENAI_API_KEY or --config FILE asks a real one";
        }
        return config.providers().stream()
                .map(provider -> provider.name() + " (" + provider.baseUrl().getHost() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String models(Config config) {
        Set<String> names = new LinkedHashSet<>();
        names.add(config.defaultModel() + " (default)");
        config.models().forEach(model -> names.add(model.name()));
        config.providers().forEach(provider -> names.addAll(provider.models()));
        names.remove(config.defaultModel());
        List<String> all = List.copyOf(names);
        String shown = String.join(", ", all.subList(0, Math.min(FEW, all.size())));
        if (all.size() > FEW) {
            shown += " and " + (all.size() - FEW) + " more";
        }
        boolean any =
                config.providers().isEmpty()
                        || config.providers().stream().anyMatch(p -> p.models().isEmpty());
        return any ? shown + ", and any other name is passed on" : shown;
    }

    private static String nobody(Config config) {
        return config.server().open()
                ? "anybody, without a key"
                : "anybody on this machine, without a key";
    }
}
