package dev.firsttoken.wire.message;

import org.jspecify.annotations.Nullable;

/// How much the model shall think before it answers.
///
/// @param effort OpenAI's words: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`
/// @param budgetTokens how many tokens it may think
/// @param adaptive whether the model decides for itself
/// @param display how it is shown: `summarized`, `omitted` (Anthropic), `auto`, `concise`,
///   `detailed` (OpenAI Responses)
public record Thinking(
        @Nullable String effort,
        @Nullable Integer budgetTokens,
        boolean adaptive,
        @Nullable String display) {

    /// The fewest tokens that a model can be told to think.
    public static final int LEAST_BUDGET = 1024;

    public static final Thinking OFF = new Thinking("none", null, false, null);

    public static Thinking ofEffort(String effort) {
        return new Thinking(effort, null, false, null);
    }

    public boolean isOff() {
        return "none".equals(effort);
    }

    /// The effort, or the one that comes nearest to the number of tokens; null when neither was
    /// said.
    public @Nullable String nearestEffort() {
        if (effort != null) {
            return effort;
        }
        if (budgetTokens == null) {
            return adaptive ? "high" : null;
        }
        return budgetTokens < 2048 ? "low" : budgetTokens < 4096 ? "medium" : "high";
    }

    /// How many tokens an effort is worth, as other gateways have it too.
    public static int budgetOf(@Nullable String effort) {
        return switch (effort) {
            case "medium" -> 2048;
            case "high" -> 4096;
            case "xhigh" -> 8192;
            case "max" -> 16_384;
            case null, default -> LEAST_BUDGET;
        };
    }
}
