package dev.firsttoken.gateway.provider;

import dev.firsttoken.gateway.provider.ProviderDialect.KeyHeader;
import dev.firsttoken.gateway.provider.ProviderDialect.Listing;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.cohere.CohereCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.message.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What providers speak, and the providers that need nothing but a key in the environment. To add
/// one: one line, its place is its rank.
public final class KnownProviders {

    private static final Listing OPENAI_MODELS =
            new Listing("/v1/models", "data", "id", "", Map.of());

    private static final ProviderDialect OPENAI =
            new ProviderDialect(
                    "openai",
                    ChatCodec.INSTANCE,
                    "/v1",
                    true,
                    KeyHeader.BEARER,
                    OPENAI_MODELS,
                    List.of("openai-processing-ms", "openai-version"));
    private static final ProviderDialect ANTHROPIC =
            new ProviderDialect(
                    "anthropic",
                    MessagesCodec.INSTANCE,
                    "/v1",
                    false,
                    new KeyHeader("x-api-key", ""),
                    new Listing(
                            "/v1/models",
                            "data",
                            "id",
                            "",
                            MessagesCodec.INSTANCE.headers(Request.NOTHING)),
                    List.of("anthropic-ratelimit-"));
    private static final ProviderDialect RESPONSES =
            new ProviderDialect(
                    "responses",
                    ResponsesCodec.INSTANCE,
                    "/v1",
                    true,
                    KeyHeader.BEARER,
                    OPENAI_MODELS,
                    List.of("openai-processing-ms", "openai-version"));
    private static final ProviderDialect GEMINI =
            new ProviderDialect(
                    "gemini",
                    GeminiCodec.INSTANCE,
                    "/v1beta",
                    false,
                    new KeyHeader("x-goog-api-key", ""),
                    new Listing("/v1beta/models", "models", "name", "models/", Map.of()),
                    List.of());
    private static final ProviderDialect OLLAMA =
            new ProviderDialect(
                    "ollama",
                    OllamaCodec.INSTANCE,
                    "/api",
                    false,
                    KeyHeader.BEARER,
                    new Listing("/api/tags", "models", "name", "", Map.of()),
                    List.of());

    /// With one of its API keys, or with signed requests.
    private static final ProviderDialect BEDROCK =
            new ProviderDialect(
                    "bedrock",
                    BedrockCodec.INSTANCE,
                    "/model",
                    false,
                    KeyHeader.BEARER,
                    new Listing("/foundation-models", "modelSummaries", "modelId", "", Map.of()),
                    List.of("x-amzn-requestid"),
                    "bedrock");

    private static final ProviderDialect COHERE =
            new ProviderDialect(
                    "cohere",
                    CohereCodec.INSTANCE,
                    "/v2",
                    false,
                    KeyHeader.BEARER,
                    new Listing("/v1/models", "models", "name", "", Map.of()),
                    List.of());

    /// Every dialect that a provider may be configured with; the first one is the usual one.
    public static final List<ProviderDialect> DIALECTS =
            List.of(OPENAI, ANTHROPIC, RESPONSES, GEMINI, OLLAMA, BEDROCK, COHERE);

    /// In the order in which they are asked for a model that none of them is known to serve.
    public static final List<KnownProvider> ALL =
            List.of(
                    openAi("openai", "https://api.openai.com/v1", "gpt-", "chatgpt-", "o1", "o3"),
                    openAi("izzi", "https://api.izziapi.com/v1"),
                    new KnownProvider(
                            "anthropic",
                            "https://api.anthropic.com",
                            ANTHROPIC,
                            List.of("claude-")),
                    new KnownProvider(
                            "gemini",
                            "https://generativelanguage.googleapis.com",
                            GEMINI,
                            List.of("gemini-", "gemma-")),
                    new KnownProvider(
                            "google",
                            "https://generativelanguage.googleapis.com",
                            GEMINI,
                            List.of("gemini-", "gemma-")),
                    new KnownProvider(
                            "cohere", "https://api.cohere.com", COHERE, List.of("command-")),
                    openAi("groq", "https://api.groq.com/openai/v1"),
                    openAi("deepseek", "https://api.deepseek.com/v1", "deepseek-"),
                    openAi("mistral", "https://api.mistral.ai/v1", "mistral-", "codestral-"),
                    openAi("openrouter", "https://openrouter.ai/api/v1"),
                    openAi("xai", "https://api.x.ai/v1", "grok-"),
                    openAi("together", "https://api.together.xyz/v1"),
                    openAi("fireworks", "https://api.fireworks.ai/inference/v1"),
                    new KnownProvider("ollama", "http://127.0.0.1:11434", OLLAMA, List.of()));

    private KnownProviders() {}

    private static KnownProvider openAi(String name, String baseUrl, String... families) {
        return new KnownProvider(name, baseUrl, OPENAI, Arrays.asList(families));
    }

    /// The dialect that a provider of this name speaks when nobody says anything else.
    public static ProviderDialect dialectOf(String provider) {
        return ALL.stream()
                .filter(known -> known.name.equals(provider))
                .map(KnownProvider::dialect)
                .findFirst()
                .orElseGet(() -> dialectCalled(provider));
    }

    private static ProviderDialect dialectCalled(String name) {
        return DIALECTS.stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElse(DIALECTS.getFirst());
    }

    /// Whether a provider of this name is known to be the maker of a model.
    public static boolean makes(String provider, String model) {
        return ALL.stream()
                .filter(known -> known.name.equals(provider))
                .anyMatch(known -> known.families.stream().anyMatch(model::startsWith));
    }

    /// Whether a provider of this name knows the model.
    ///
    /// @param model the one that is asked for when nobody names one
    public static boolean servesDefault(String provider, String model) {
        return provider.equals("izzi") || makes(provider, model);
    }

    /// A provider whose key is looked for in `NAME_API_KEY`, and another address in
    /// `NAME_BASE_URL`.
    ///
    /// @param families what the names of the models begin with that it makes
    public record KnownProvider(
            String name, String baseUrl, ProviderDialect dialect, List<String> families) {

        public String keyVariable() {
            return name.toUpperCase(Locale.ROOT) + "_API_KEY";
        }

        public String urlVariable() {
            return name.toUpperCase(Locale.ROOT) + "_BASE_URL";
        }
    }
}
