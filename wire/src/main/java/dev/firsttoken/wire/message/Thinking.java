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
}
