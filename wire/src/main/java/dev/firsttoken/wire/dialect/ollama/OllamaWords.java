package dev.firsttoken.wire.dialect.ollama;

import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;

/// The dialect's words.
final class OllamaWords {

    /// The dialect's name.
    static final String DIALECT = "ollama";

    /// How long the answer took, an object of the dialect's durations in nanoseconds.
    static final String DURATIONS = "ollama.durations";

    /// How a call is named that its provider gave no id. Such an id is never written.
    static final String UNNAMED_CALL = "ollama_call_";

    private OllamaWords() {}

    /// @param calls whether tools were called: the dialect has no word for that
    static Finish finish(String word, boolean calls) {
        return switch (word) {
            case "stop" -> new Finish(0, calls ? Reason.TOOL_CALLS : Reason.STOP);
            case "length" -> new Finish(0, Reason.LENGTH);
            default -> new Finish(0, Reason.OTHER, word);
        };
    }

    static String doneReason(Finish finish) {
        return switch (finish.reason()) {
            case STOP, STOP_SEQUENCE, TOOL_CALLS -> "stop";
            case LENGTH, CONTEXT_FULL -> "length";
            // A reason without a word here is not passed off as a good end.
            case CONTENT_FILTER -> "content_filter";
            case PAUSE -> "pause";
            case COMPACTION -> "compaction";
            case OTHER -> finish.detail() == null ? "other" : finish.detail();
        };
    }
}
