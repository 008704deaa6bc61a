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
import java.util.Set;
import java.util.stream.Stream;

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
                    List.of("x-amzn-requestid", "x-amzn-errortype"),
                    "bedrock",
                    Accent.NONE);

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

    /// OpenAI's newer name for the most that may be written, and the older one that all others
    /// know.
    private static final Map<String, String> MAX_TOKENS =
            Map.of("max_completion_tokens", "max_tokens");

    private static final Accent OLDER = Accent.fields(MAX_TOKENS, Set.of(), Set.of());

    /// OpenAI's models as Microsoft serves them: the key has a header of its own, and where a
    /// version of the API is configured, the model stands in the path.
    private static final ProviderDialect AZURE =
            new ProviderDialect(
                    "azure",
                    ChatCodec.INSTANCE,
                    "/openai",
                    false,
                    new KeyHeader("api-key", ""),
                    new Listing("/openai/v1/models", "data", "id", "", Map.of()),
                    List.of("apim-request-id", "x-ms-region"),
                    "",
                    Accent.at(DeploymentPaths::path));

    /// Gemini's models as Google's cloud serves them: by project and region, for a token of OAuth.
    private static final ProviderDialect VERTEX =
            new ProviderDialect(
                    "vertex",
                    GeminiCodec.INSTANCE,
                    "/v1beta",
                    true,
                    KeyHeader.BEARER,
                    new Listing("/v1beta/models", "models", "name", "models/", Map.of()),
                    List.of());

    private static final ProviderDialect GROQ =
            OPENAI.with(
                    "groq",
                    Accent.fields(
                            Map.of(), Set.of("logprobs", "top_logprobs", "logit_bias"), Set.of()));

    /// Refuses whatever it has no word for, and tells counts without being asked.
    private static final ProviderDialect MISTRAL =
            OPENAI.with(
                    "mistral",
                    Accent.fields(
                                    Map.of(
                                            "max_completion_tokens",
                                            "max_tokens",
                                            "seed",
                                            "random_seed"),
                                    Set.of(
                                            "logprobs",
                                            "top_logprobs",
                                            "logit_bias",
                                            "service_tier",
                                            "store",
                                            "user"),
                                    Set.of("stream_options"))
                            .rewriting("messages", ShortCallIds::in));

    private static final ProviderDialect DEEPSEEK = OPENAI.with("deepseek", OLDER);
    private static final ProviderDialect TOGETHER = OPENAI.with("together", OLDER);
    private static final ProviderDialect FIREWORKS = OPENAI.with("fireworks", OLDER);

    /// Tells counts on every chunk.
    private static final ProviderDialect PERPLEXITY =
            OPENAI.with(
                    "perplexity", Accent.fields(MAX_TOKENS, Set.of(), Set.of("stream_options")));

    private static final ProviderDialect IZZI = OPENAI.with("izzi", Accent.NONE);
    private static final ProviderDialect OPENROUTER = OPENAI.with("openrouter", Accent.NONE);
    private static final ProviderDialect XAI = OPENAI.with("xai", Accent.NONE);
    private static final ProviderDialect VLLM = OPENAI.with("vllm", Accent.NONE);
    private static final ProviderDialect LLAMA_CPP = OPENAI.with("llama.cpp", OLDER);
    private static final ProviderDialect LM_STUDIO = OPENAI.with("lm-studio", OLDER);
    private static final ProviderDialect OLLAMA_V1 = OPENAI.with("ollama-v1", OLDER);

    /// Dialects as one provider speaks them. To add one: one line above, and its name here.
    public static final List<ProviderDialect> ACCENTS =
            List.of(
                    AZURE,
                    VERTEX,
                    IZZI,
                    GROQ,
                    DEEPSEEK,
                    MISTRAL,
                    OPENROUTER,
                    XAI,
                    TOGETHER,
                    FIREWORKS,
                    PERPLEXITY,
                    VLLM,
                    LLAMA_CPP,
                    LM_STUDIO,
                    OLLAMA_V1);

    /// In the order in which they are asked for a model that none of them is known to serve.
    public static final List<KnownProvider> ALL =
            List.of(
                    openAi("https://api.openai.com/v1", OPENAI, "gpt-", "chatgpt-", "o1", "o3"),
                    openAi("https://api.izziapi.com/v1", IZZI),
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
                    openAi("https://api.groq.com/openai/v1", GROQ),
                    openAi("https://api.deepseek.com/v1", DEEPSEEK, "deepseek-"),
                    openAi("https://api.mistral.ai/v1", MISTRAL, "mistral-", "codestral-"),
                    openAi("https://openrouter.ai/api/v1", OPENROUTER),
                    openAi("https://api.x.ai/v1", XAI, "grok-"),
                    openAi("https://api.together.xyz/v1", TOGETHER),
                    openAi("https://api.fireworks.ai/inference/v1", FIREWORKS),
                    openAi("https://api.perplexity.ai", PERPLEXITY, "sonar"),
                    new KnownProvider("ollama", "http://127.0.0.1:11434", OLLAMA, List.of()),
                    openAi("http://127.0.0.1:8000/v1", VLLM),
                    openAi("http://127.0.0.1:8080/v1", LLAMA_CPP),
                    openAi("http://127.0.0.1:1234/v1", LM_STUDIO));

    private KnownProviders() {}

    /// A provider that is called as its accent is.
    private static KnownProvider openAi(
            String baseUrl, ProviderDialect spoken, String... families) {
        return new KnownProvider(spoken.name(), baseUrl, spoken, Arrays.asList(families));
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
        return Stream.concat(DIALECTS.stream(), ACCENTS.stream())
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
            return variable() + "_API_KEY";
        }

        public String urlVariable() {
            return variable() + "_BASE_URL";
        }

        private String variable() {
            return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        }
    }
}
