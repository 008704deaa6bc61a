package dev.firsttoken.wire.dialect.responses;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Part;
import org.jspecify.annotations.Nullable;

/// The dialect's words.
final class ResponsesWords {

    /// The dialect's name, and the issuer of its signatures.
    static final String DIALECT = "openai-responses";

    /// An item that has no name in the event model, such as the call of a tool that runs at OpenAI.
    static final String ITEM = "openai-responses.item";

    /// A content part of a message that has none.
    static final String PART = "openai-responses.part";

    /// A stream event that has none.
    static final String EVENT = "openai-responses.event";

    /// How reasoning is told: `"text"` when it is the model's own, not a summary of it.
    static final String REASONING = "openai-responses.reasoning";

    static final String AS_TEXT = "\"text\"";

    /// Who has the files that a request names; the chat dialect of the same provider has them too.
    static final String FILES = "openai";

    private ResponsesWords() {}

    /// @param reason why it is incomplete, null when it is complete
    static Finish finish(boolean incomplete, @Nullable String reason, boolean calls) {
        if (!incomplete) {
            return new Finish(0, calls ? Reason.TOOL_CALLS : Reason.STOP);
        }
        return switch (reason) {
            case "max_output_tokens" -> new Finish(0, Reason.LENGTH);
            case "content_filter" -> new Finish(0, Reason.CONTENT_FILTER);
            case "context_window_exceeded" -> new Finish(0, Reason.CONTEXT_FULL);
            case "pause" -> new Finish(0, Reason.PAUSE);
            case "compaction" -> new Finish(0, Reason.COMPACTION);
            case null -> new Finish(0, Reason.OTHER, "incomplete");
            default -> new Finish(0, Reason.OTHER, reason);
        };
    }

    /// Why an answer is incomplete; null when it is complete. The first two words are OpenAI's. A
    /// reason that it has no word for is not passed off as a good end.
    static @Nullable String incomplete(Finish finish) {
        return switch (finish.reason()) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS -> null;
            case LENGTH -> "max_output_tokens";
            case CONTENT_FILTER -> "content_filter";
            case CONTEXT_FULL -> "context_window_exceeded";
            case PAUSE -> "pause";
            case COMPACTION -> "compaction";
            case OTHER -> finish.detail() == null ? "other" : finish.detail();
        };
    }

    /// Reasoning that is encrypted can be read under the id of its item only, so that the two are
    /// one signature: the id, a blank, the encrypted text.
    static Part.Signed signed(String id, String encrypted) {
        return new Part.Signed(DIALECT, id + " " + encrypted);
    }

    static String idOf(String signature) {
        return signature.substring(0, Math.max(0, signature.indexOf(' ')));
    }

    static String encryptedOf(String signature) {
        return signature.substring(signature.indexOf(' ') + 1);
    }

    static boolean isOurs(Part.@Nullable Signed signed) {
        return signed != null && signed.issuer().equals(DIALECT);
    }

    static RawJson emptySchema() {
        return new RawJson("{\"type\":\"object\",\"properties\":{}}");
    }
}
