package dev.firsttoken.wire.event;

import org.jspecify.annotations.Nullable;

/// One thing that happened on a completion stream, in the order the model produced it.
///
/// Dialects translate to and from this type and nothing else. A stream is any number of events; a
/// [Failed] is always the last one, and a stream without a failure ends after its last [Finish].
public sealed interface StreamEvent {

    /// The stream's first sign of life: who answers. Nobody can read it, so it is not content.
    record Started(String id, String model) implements StreamEvent {}

    /// Text for the reader, never empty.
    record TextDelta(int choice, String text) implements StreamEvent {}

    /// Text of the model's thinking, never empty. It must not be mixed into the answer.
    record ReasoningDelta(int choice, String text) implements StreamEvent {}

    /// Text of a refusal, never empty.
    record RefusalDelta(int choice, String text) implements StreamEvent {}

    /// A fragment of tool call number `call` of a choice. `id` and `name` come with the first
    /// fragment only; `arguments` is a piece of JSON text that need not be valid by itself.
    record ToolCallDelta(
            int choice, int call, @Nullable String id, @Nullable String name, String arguments)
            implements StreamEvent {}

    /// Token counts as the upstream reports them, cumulative for the stream: the last one wins.
    record Usage(long inputTokens, long cachedInputTokens, long outputTokens, long reasoningTokens)
            implements StreamEvent {}

    /// A choice is complete, and why.
    record Finish(int choice, Reason reason) implements StreamEvent {}

    /// An event this version has no name for, kept so that a client speaking the same dialect still
    /// gets it.
    record Unrecognized(String type, String json) implements StreamEvent {}

    /// The stream broke. Nothing follows.
    record Failed(Failure failure) implements StreamEvent {}

    /// Whether a person or a program waiting for the answer can use this event: the first such
    /// event is the *first token*, and the moment a response is committed.
    default boolean isContent() {
        return switch (this) {
            case TextDelta _, ReasoningDelta _, RefusalDelta _, ToolCallDelta _ -> true;
            case Started _, Usage _, Finish _, Unrecognized _, Failed _ -> false;
        };
    }

    /// Why a choice ended.
    enum Reason {
        STOP,
        LENGTH,
        TOOL_CALLS,
        CONTENT_FILTER,
        OTHER
    }
}
