package dev.firsttoken.wire.message;

import dev.firsttoken.wire.json.RawJson;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How an answer shall be made. What is null was not said.
///
/// A bag of settings without behaviour: a codec fills a new one, and nobody changes it after that.
public final class Parameters {

    /// The most tokens of one answer, reasoning included.
    public @Nullable Integer maxOutputTokens;

    /// 0 to 2.
    public @Nullable Double temperature;

    public @Nullable Double topP;
    public @Nullable Integer topK;

    /// Texts that end the answer, themselves left out of it.
    public List<String> stop = List.of();

    public @Nullable Long seed;
    public @Nullable Double frequencyPenalty;
    public @Nullable Double presencePenalty;

    /// Token ids and how much to favour them, an object.
    public @Nullable RawJson logitBias;

    /// How many answers to give.
    public @Nullable Integer choices;

    /// Whether to give the probabilities of tokens.
    public @Nullable Boolean logProbs;

    /// How many of the likeliest tokens to give for each.
    public @Nullable Integer topLogProbs;

    public @Nullable OutputFormat format;
    public @Nullable Thinking thinking;

    /// Labels for the provider's records, an object of texts.
    public @Nullable RawJson metadata;

    /// Who the end user is, as an opaque name.
    public @Nullable String user;

    /// Whether the provider shall keep the answer.
    public @Nullable Boolean store;

    public @Nullable String serviceTier;

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Parameters p && values().equals(p.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "Parameters" + values();
    }

    private List<Object> values() {
        return java.util.stream.Stream.of(
                        maxOutputTokens,
                        temperature,
                        topP,
                        topK,
                        stop,
                        seed,
                        frequencyPenalty,
                        presencePenalty,
                        logitBias,
                        choices,
                        logProbs,
                        topLogProbs,
                        format,
                        thinking,
                        metadata,
                        user,
                        store,
                        serviceTier)
                .map(value -> Objects.requireNonNullElse(value, ""))
                .toList();
    }
}
