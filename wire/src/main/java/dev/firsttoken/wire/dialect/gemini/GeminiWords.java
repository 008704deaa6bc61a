package dev.firsttoken.wire.dialect.gemini;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import java.util.Map;

/// The dialect's words.
final class GeminiWords {

    /// The dialect's name, and the issuer of its signatures.
    static final String DIALECT = "gemini";

    /// A part that has no name in the models.
    static final String PART = "gemini.part";

    /// What a candidate or a response says beside its parts, by the dialect's name for it: each is
    /// kept as it was written under the name on the right.
    static final Map<String, String> METADATA =
            Map.of(
                    "promptFeedback", "gemini.prompt_feedback",
                    "safetyRatings", "gemini.safety_ratings",
                    "citationMetadata", "gemini.citation_metadata",
                    "groundingMetadata", "gemini.grounding_metadata",
                    "urlContextMetadata", "gemini.url_context_metadata",
                    "finishMessage", "gemini.finish_message");

    static final String PROMPT_FEEDBACK = "gemini.prompt_feedback";

    /// The word for a finish that others have only one word for, as a JSON string.
    static final String FINISH_REASON = "gemini.finish_reason";

    /// The media type of the spoken answer, as a JSON string.
    static final String AUDIO_TYPE = "gemini.audio_type";

    /// How a call is named that its client gave no id, so that its result finds it. Such an id is
    /// never written.
    static final String UNNAMED_CALL = "gemini_call_";

    private GeminiWords() {}

    /// @param calls whether the candidate has called a tool: the dialect has no word for that
    static Finish finish(int choice, String word, boolean calls) {
        return switch (word) {
            case "STOP" -> new Finish(choice, calls ? Reason.TOOL_CALLS : Reason.STOP);
            case "MAX_TOKENS" -> new Finish(choice, Reason.LENGTH);
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" ->
                    new Finish(choice, Reason.CONTENT_FILTER);
            default -> new Finish(choice, Reason.OTHER, word);
        };
    }

    static String finishReason(Finish finish) {
        return switch (finish.reason()) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS -> "STOP";
            case LENGTH, CONTEXT_FULL -> "MAX_TOKENS";
            case CONTENT_FILTER -> "SAFETY";
            case PAUSE, COMPACTION -> "OTHER";
            case OTHER -> {
                String word = finish.detail();
                yield word == null || !word.matches("[A-Z_]{1,64}") ? "OTHER" : word;
            }
        };
    }

    /// Whether a model is called with a level of thinking, and wants its signatures back. Models
    /// before the third generation are called with a budget.
    static boolean isThirdGeneration(String model) {
        int at = model.indexOf("gemini-");
        if (at < 0 || at + 7 >= model.length()) {
            return false;
        }
        char first = model.charAt(at + 7);
        char second = at + 8 < model.length() ? model.charAt(at + 8) : '-';
        return first >= '3' && first <= '9' || Character.isDigit(second) && first == '1';
    }
}
