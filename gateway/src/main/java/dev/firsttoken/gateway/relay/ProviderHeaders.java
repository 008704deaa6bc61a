package dev.firsttoken.gateway.relay;

import dev.firsttoken.gateway.provider.ProviderDialect;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Which of a provider's response headers reach the client. Everything else stays here.
final class ProviderHeaders {

    private static final Set<String> PASSED =
            Set.of(
                    "x-request-id",
                    "request-id",
                    "retry-after",
                    "retry-after-ms",
                    "x-should-retry",
                    "x-generation-id");

    private static final String RATE_LIMITS = "x-ratelimit-";

    private ProviderHeaders() {}

    /// The headers that may pass, names in lower case. Values with control characters may not.
    static Map<String, String> passed(HttpHeaders headers, ProviderDialect dialect) {
        var passed = new LinkedHashMap<String, String>();
        headers.forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean known =
                    PASSED.contains(name)
                            || name.startsWith(RATE_LIMITS)
                            || dialect.passedHeaders().stream().anyMatch(name::startsWith);
            if (known && header.getValue().chars().allMatch(c -> c >= 0x20 && c != 0x7F)) {
                passed.put(name, header.getValue());
            }
        });
        return passed;
    }
}
