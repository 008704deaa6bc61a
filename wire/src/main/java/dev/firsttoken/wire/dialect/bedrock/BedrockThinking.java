package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.json.JsonWriter;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Losses;
import dev.firsttoken.wire.message.Parameters;
import dev.firsttoken.wire.message.Thinking;
import org.jspecify.annotations.Nullable;

/// How a model is told to think: `effort` is a word of the dialect, a number of tokens is a setting
/// of Claude, which thinks as part of its output.
final class BedrockThinking {

    /// What is left for the answer when nobody said how long it may be.
    private static final int ANSWER_TOKENS = 4096;

    private @Nullable Integer maxTokens;
    private @Nullable String effort;
    private @Nullable RawJson setting;
    private boolean thinks;

    /// @param ours whether the client speaks this dialect
    BedrockThinking(Parameters parameters, boolean ours, boolean claude, Losses losses) {
        maxTokens = parameters.maxOutputTokens;
        Thinking thinking = parameters.thinking;
        if (thinking == null) {
            return;
        }
        if (!claude && !ours) {
            losses.dropped("thinking.budget_tokens", thinking.budgetTokens());
            losses.dropped("thinking.display", thinking.display());
            effort = thinking.nearestEffort();
            return;
        }
        if (thinking.isOff()) {
            setting = setting("disabled", null, null);
        } else if (thinking.adaptive()) {
            thinks = true;
            effort = thinking.effort();
            setting = setting("adaptive", null, display(thinking));
        } else if (ours && thinking.budgetTokens() == null) {
            effort = thinking.effort();
        } else {
            effort = ours ? thinking.effort() : null;
            budget(thinking, ours, losses);
        }
    }

    private void budget(Thinking thinking, boolean ours, Losses losses) {
        Integer given = thinking.budgetTokens();
        int budget = given == null ? Thinking.budgetOf(thinking.effort()) : given;
        if (maxTokens == null && !ours) {
            maxTokens = budget + ANSWER_TOKENS;
            losses.add("max_tokens", "was not given; " + maxTokens + " is asked for");
        }
        if (maxTokens != null && !ours) {
            budget = Math.min(budget, maxTokens - 1);
        }
        if (budget >= Thinking.LEAST_BUDGET || ours) {
            thinks = true;
            setting = setting("enabled", budget, display(thinking));
        } else {
            losses.add(
                    "reasoning_effort",
                    "is left out: thinking needs more than "
                            + Thinking.LEAST_BUDGET
                            + " tokens of output");
        }
    }

    private static @Nullable String display(Thinking thinking) {
        String display = thinking.display();
        return "summarized".equals(display) || "omitted".equals(display) ? display : null;
    }

    private static RawJson setting(
            String type, @Nullable Integer budget, @Nullable String display) {
        var out = new Utf8Buffer(64);
        new JsonWriter(out)
                .object()
                .member("type", type)
                .member("budget_tokens", budget)
                .member("display", display)
                .endObject();
        return new RawJson(out.toString());
    }

    /// The most tokens of the answer, thinking included.
    @Nullable Integer maxTokens() {
        return maxTokens;
    }

    @Nullable String effort() {
        return effort;
    }

    /// The field `thinking` of Claude.
    @Nullable RawJson setting() {
        return setting;
    }

    boolean thinks() {
        return thinks;
    }
}
