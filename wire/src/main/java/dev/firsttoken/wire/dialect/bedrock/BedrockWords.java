package dev.firsttoken.wire.dialect.bedrock;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The dialect's words.
final class BedrockWords {

    /// The dialect's name, and the issuer of what it redacts.
    static final String DIALECT = "bedrock";

    /// The issuer of signatures: the models that sign are those of this company, and what they have
    /// signed is good wherever they run.
    static final String SIGNER = "anthropic";

    /// A content block that has no name in the event model.
    static final String BLOCK = "bedrock.content_block";

    /// A stream event that has none.
    static final String EVENT = "bedrock.event";

    static final String MODEL_FIELDS = "bedrock.additionalModelResponseFields";
    static final String METRICS = "bedrock.metrics";
    static final String TRACE = "bedrock.trace";
    static final String PERFORMANCE = "bedrock.performanceConfig";

    private BedrockWords() {}

    /// What a model says of itself, by the members of an answer or of its last event.
    static @Nullable String metadata(String member) {
        return switch (member) {
            case "metrics" -> METRICS;
            case "trace" -> TRACE;
            case "performanceConfig" -> PERFORMANCE;
            case "additionalModelResponseFields" -> MODEL_FIELDS;
            default -> null;
        };
    }

    /// The other way round, for what stands beside the token counts.
    static final Map<String, String> MEMBERS =
            Map.of("trace", TRACE, "performanceConfig", PERFORMANCE);

    /// Whether a model takes the settings of Claude. The name of a profile that somebody made does
    /// not say so.
    static boolean isClaude(String model) {
        return model.contains("anthropic.") || model.contains("claude");
    }

    static Finish finish(String stopReason, @Nullable String stopSequence) {
        return switch (stopReason) {
            case "end_turn" -> new Finish(0, Reason.STOP);
            case "stop_sequence" -> new Finish(0, Reason.STOP_SEQUENCE, stopSequence);
            case "max_tokens" -> new Finish(0, Reason.LENGTH);
            case "model_context_window_exceeded" -> new Finish(0, Reason.CONTEXT_FULL);
            case "tool_use" -> new Finish(0, Reason.TOOL_CALLS);
            case "guardrail_intervened", "content_filtered" -> new Finish(0, Reason.CONTENT_FILTER);
            default -> new Finish(0, Reason.OTHER, stopReason);
        };
    }

    static String stopReason(Finish finish) {
        return switch (finish.reason()) {
            case STOP -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case CONTEXT_FULL -> "model_context_window_exceeded";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "content_filtered";
            // A reason without a word here is not passed off as a good end.
            case PAUSE -> "pause_turn";
            case COMPACTION -> "compaction";
            case OTHER -> finish.detail() == null ? "other" : finish.detail();
        };
    }
}
