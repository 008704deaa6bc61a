package dev.firsttoken.bench.load;

import java.util.List;

/// What is asked: each stream draws a model, a prompt and a length.
///
/// @param maxTokens the longest answers to ask for; empty when the server may decide
public record Questions(List<String> models, List<String> prompts, List<Integer> maxTokens) {

    /// All of them are written down before the first stream starts.
    private static final int MOST = 100_000;

    public Questions {
        models = List.copyOf(models);
        prompts = List.copyOf(prompts);
        maxTokens = List.copyOf(maxTokens);
        if (models.isEmpty() || prompts.isEmpty()) {
            throw new IllegalArgumentException(
                    "questions: %d models, %d prompts (expected: at least one of each)"
                            .formatted(models.size(), prompts.size()));
        }
        long all = (long) models.size() * prompts.size() * Math.max(1, maxTokens.size());
        if (all > MOST) {
            throw new IllegalArgumentException(
                    "questions: %d models x prompts x lengths (expected: at most %d)"
                            .formatted(all, MOST));
        }
    }

    /// One question for every stream.
    public static Questions only(String model) {
        return new Questions(List.of(model), List.of("Tell me about the first token."), List.of());
    }
}
