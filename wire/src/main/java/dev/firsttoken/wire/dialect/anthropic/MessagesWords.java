package dev.firsttoken.wire.dialect.anthropic;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import org.jspecify.annotations.Nullable;

/// The dialect's words.
final class MessagesWords {

    /// The dialect's name, and the issuer of its signatures.
    static final String DIALECT = "anthropic";

    /// A content block that has no name in the event model.
    static final String BLOCK = "anthropic.content_block";

    /// A stream event that has none.
    static final String EVENT = "anthropic.event";

    static final String STOP_DETAILS = "anthropic.stop_details";
    static final String CONTAINER = "anthropic.container";
    static final String CONTEXT_MANAGEMENT = "anthropic.context_management";

    private MessagesWords() {}

    static Finish finish(String stopReason, @Nullable String stopSequence) {
        return switch (stopReason) {
            case "end_turn" -> new Finish(0, Reason.STOP);
            case "stop_sequence" -> new Finish(0, Reason.STOP_SEQUENCE, stopSequence);
            case "max_tokens" -> new Finish(0, Reason.LENGTH);
            case "model_context_window_exceeded" -> new Finish(0, Reason.CONTEXT_FULL);
            case "tool_use" -> new Finish(0, Reason.TOOL_CALLS);
            case "refusal" -> new Finish(0, Reason.CONTENT_FILTER);
            case "pause_turn" -> new Finish(0, Reason.PAUSE);
            case "compaction" -> new Finish(0, Reason.COMPACTION);
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
            case CONTENT_FILTER -> "refusal";
            case PAUSE -> "pause_turn";
            case COMPACTION -> "compaction";
            // A reason without a word here is not passed off as a good end.
            case OTHER -> finish.detail() == null ? "other" : finish.detail();
        };
    }
}
