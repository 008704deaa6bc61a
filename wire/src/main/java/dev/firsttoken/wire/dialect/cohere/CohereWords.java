package dev.firsttoken.wire.dialect.cohere;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import org.jspecify.annotations.Nullable;

/// The dialect's words.
final class CohereWords {

    static final String DIALECT = "cohere";

    /// What was counted, with what is billed beside what was seen.
    static final String USAGE = "cohere.usage";

    /// A stream event that has no name in the event model.
    static final String EVENT = "cohere.event";

    private CohereWords() {}

    /// Why an answer ended, which for some reasons is a failure.
    ///
    /// @param error what the provider says of a failure
    static StreamEvent end(String word, @Nullable String error) {
        return switch (word) {
            case "COMPLETE" -> new Finish(0, Reason.STOP);
            case "STOP_SEQUENCE" -> new Finish(0, Reason.STOP_SEQUENCE);
            case "MAX_TOKENS" -> new Finish(0, Reason.LENGTH);
            case "ERROR_LIMIT" -> new Finish(0, Reason.CONTEXT_FULL);
            case "TOOL_CALL" -> new Finish(0, Reason.TOOL_CALLS);
            case "ERROR_TOXIC" -> new Finish(0, Reason.CONTENT_FILTER);
            case "ERROR", "TIMEOUT" -> {
                String said = error == null ? "the provider reported an error" : error;
                int status = word.equals("TIMEOUT") ? 504 : 502;
                yield new Failed(
                        new Failure(Failure.Kind.REPORTED, status, said + " (" + word + ")", null));
            }
            default -> new Finish(0, Reason.OTHER, word);
        };
    }
}
