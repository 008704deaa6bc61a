package dev.firsttoken.bench.endpoint;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A server to ask, and how.
///
/// @param address with or without the version, such as `http://127.0.0.1:8080/v1`, or the whole
///   address of the dialect's endpoint
/// @param key sent the way the dialect's own clients send it
/// @param more further headers; they take the place of those of the same name, in lower case
public record Endpoint(URI address, Api api, @Nullable String key, Map<String, String> more) {

    private static final String VERSION = "/v1";

    public Endpoint {
        more = Map.copyOf(more);
        if (address.getHost() == null
                || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
            throw new IllegalArgumentException(
                    "url: " + address + " (expected: an http or https address)");
        }
    }

    /// A server whose address tells the dialect when nobody said which: one that ends with a
    /// dialect's path is in that dialect, any other in OpenAI's.
    public static Endpoint of(URI address, @Nullable Api api, @Nullable String key) {
        Api said = api != null ? api : Api.ofPath(address.getPath());
        return new Endpoint(address, said == null ? Api.OPENAI : said, key, Map.of());
    }

    /// The same with further headers, each written as `name: value`.
    public Endpoint with(List<String> headers) {
        var all = new TreeMap<>(more);
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1 || header.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException(
                        "header: " + header + " (expected: name: value)");
            }
            all.put(
                    header.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        return new Endpoint(address, api, key, all);
    }

    /// Where a request goes.
    public URI url() {
        String base = address.toString().replaceAll("/+$", "");
        if (base.endsWith(api.path())) {
            return URI.create(base);
        }
        // Each dialect says whether its path is below the version; people write it or not.
        boolean versioned = api != Api.SIMPLE;
        if (versioned && !base.endsWith(VERSION)) {
            base += VERSION;
        } else if (!versioned && base.endsWith(VERSION)) {
            base = base.substring(0, base.length() - VERSION.length());
        }
        return URI.create(base + api.path());
    }

    /// What a request carries beside its content: its type, the credentials and what the dialect
    /// demands.
    public Map<String, String> headers() {
        var headers = new TreeMap<String, String>(api.headers());
        headers.put("content-type", "application/json");
        if (key != null) {
            switch (api) {
                case OPENAI, SIMPLE -> headers.put("authorization", "Bearer " + key);
                case ANTHROPIC -> headers.put("x-api-key", key);
            }
        }
        headers.putAll(more);
        return headers;
    }

    // The key must not end up in a log by way of an assertion or a debug line.
    @Override
    public String toString() {
        return "Endpoint[%s, %s, key %s]".formatted(address, api, key == null ? "none" : "set");
    }
}
