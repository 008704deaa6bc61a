package dev.firsttoken.gateway.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Providers that need nothing but a key in the environment. To add one: one line, its place is its
/// rank.
public final class KnownProviders {

    /// In the order in which they are asked for a model that none of them is known to serve.
    public static final List<KnownProvider> ALL =
            List.of(
                    new KnownProvider("openai", "https://api.openai.com/v1"),
                    new KnownProvider("izzi", "https://api.izziapi.com/v1"),
                    new KnownProvider("groq", "https://api.groq.com/openai/v1"),
                    new KnownProvider("deepseek", "https://api.deepseek.com/v1"),
                    new KnownProvider("mistral", "https://api.mistral.ai/v1"),
                    new KnownProvider("openrouter", "https://openrouter.ai/api/v1"),
                    new KnownProvider("xai", "https://api.x.ai/v1"),
                    new KnownProvider("together", "https://api.together.xyz/v1"),
                    new KnownProvider("fireworks", "https://api.fireworks.ai/inference/v1"));

    /// Those that know the model that is asked for when nobody names one.
    static final Set<String> SERVE_DEFAULT_MODEL = Set.of("izzi");

    private KnownProviders() {}

    /// A provider whose key is looked for in `NAME_API_KEY`, and another address in
    /// `NAME_BASE_URL`.
    public record KnownProvider(String name, String baseUrl) {

        public String keyVariable() {
            return name.toUpperCase(Locale.ROOT) + "_API_KEY";
        }

        public String urlVariable() {
            return name.toUpperCase(Locale.ROOT) + "_BASE_URL";
        }
    }
}
