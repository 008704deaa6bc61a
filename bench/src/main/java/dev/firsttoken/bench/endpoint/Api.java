package dev.firsttoken.bench.endpoint;

import dev.firsttoken.wire.json.Utf8Buffer;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// The dialects that a server can be asked in.
public enum Api {
    /// OpenAI chat: `POST /v1/chat/completions`.
    OPENAI("/chat/completions"),
    /// Anthropic messages: `POST /v1/messages`.
    ANTHROPIC("/messages"),
    /// `POST /chat/stream`, which only streams.
    SIMPLE("/chat/stream");

    /// Anthropic's API wants a limit with every request.
    private static final int USUAL_MAX_TOKENS = 4096;

    private final String path;

    Api(String path) {
        this.path = path;
    }

    /// Where it is, below the version for those that have one.
    String path() {
        return path;
    }

    /// The dialect whose endpoint this path is, if it is one.
    public static @Nullable Api ofPath(@Nullable String path) {
        for (Api api : values()) {
            if (path != null && path.endsWith(api.path)) {
                return api;
            }
        }
        return null;
    }

    /// What its own clients send beside the credentials.
    Map<String, String> headers() {
        return switch (this) {
            case OPENAI, SIMPLE -> Map.of();
            case ANTHROPIC -> Map.of("anthropic-version", "2023-06-01");
        };
    }

    /// The smallest body that asks this model for a stream.
    ///
    /// @param maxTokens the longest answer; where absent, the server's own limit
    public byte[] streamRequest(String model, String message, @Nullable Integer maxTokens) {
        var body = new Utf8Buffer(256);
        switch (this) {
            case SIMPLE ->
                    body.raw("{\"message\":")
                            .jsonString(message)
                            .raw(",\"model\":")
                            .jsonString(model)
                            .raw("}");
            case OPENAI -> chat(body, model, message, maxTokens);
            case ANTHROPIC ->
                    chat(body, model, message, maxTokens == null ? USUAL_MAX_TOKENS : maxTokens);
        }
        return body.toByteArray();
    }

    private static void chat(
            Utf8Buffer body, String model, String message, @Nullable Integer maxTokens) {
        body.raw("{\"model\":").jsonString(model);
        if (maxTokens != null) {
            body.raw(",\"max_tokens\":").number(maxTokens);
        }
        body.raw(",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":")
                .jsonString(message)
                .raw("}]}");
    }
}
