package dev.firsttoken.bench.compare;

import dev.firsttoken.wire.dialect.ProviderCodec;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/// A server to ask, and how.
///
/// @param address what the dialect's paths are put behind, such as `http://127.0.0.1:8080/v1`
/// @param key sent the way the dialect's own clients send it
public record Endpoint(URI address, Api api, @Nullable String key) {

    public Endpoint {
        if (address.getHost() == null
                || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
            throw new IllegalArgumentException(
                    "url: " + address + " (expected: an http or https address)");
        }
    }

    ProviderCodec codec() {
        return api.codec();
    }

    /// Begins a request to one of the dialect's paths.
    HttpRequest.Builder to(String path) {
        String base = address.toString().replaceAll("/+$", "");
        // Each dialect says whether its paths begin with the version; people write it or not.
        String version = "/v1";
        if (base.endsWith(version) && path.startsWith(version + "/")) {
            base = base.substring(0, base.length() - version.length());
        } else if (!base.endsWith(version) && !path.startsWith(version + "/")) {
            base += version;
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("content-type", "application/json");
        if (key != null) {
            switch (api) {
                case OPENAI -> request.header("authorization", "Bearer " + key);
                case ANTHROPIC -> request.header("x-api-key", key);
            }
        }
        return request;
    }
}
