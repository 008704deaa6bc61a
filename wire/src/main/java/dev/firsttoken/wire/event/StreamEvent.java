package dev.firsttoken.wire.event;

import org.jspecify.annotations.Nullable;

/// One thing that happened on a completion stream, in the order the model produced it.
///
/// Dialects translate to and from this type and nothing else. A stream is any number of events; a
/// [Failed] is always the last one, and a stream without a failure ends after its last [Finish],
/// which only [Usage] and [Metadata] may follow.
///
/// Content comes in *blocks*: a run of deltas of one kind (text, reasoning, refusal, one tool
/// call). A block starts with its first delta and ends where another kind or another call begins,
/// at a [BlockStop], or at the choice's [Finish]. Calls of one choice may interleave; each of them
/// is a block of its own.
public sealed interface StreamEvent {

    /// The stream's first sign of life: who answers. Nobody can read it, so it is not content.
    ///
    /// @param createdSeconds Unix time by the provider's clock, 0 when it does not say
    record Started(String id, String model, long createdSeconds) implements StreamEvent {
        public Started(String id, String model) {
            this(id, model, 0);
        }
    }

    /// Text for the reader, never empty.
    record TextDelta(int choice, String text) implements StreamEvent {}

    /// Text of the model's thinking, never empty. It must not be mixed into the answer.
    record ReasoningDelta(int choice, String text) implements StreamEvent {}

    /// Text of a refusal, never empty.
    record RefusalDelta(int choice, String text) implements StreamEvent {}

    /// A fragment of tool call number `call` of a choice, counted from 0. `id` and `name` come with
    /// the first fragment only; `arguments` is a piece of JSON text that need not be valid by
    /// itself. The pieces of a call together are a JSON object, or nothing, which means `{}`.
    record ToolCallDelta(
            int choice, int call, @Nullable String id, @Nullable String name, String arguments)
            implements StreamEvent {}

    /// Where the block that received the last delta ends. Dialects without blocks never send it;
    /// after it, more of the same kind is another block.
    record BlockStop(int choice) implements StreamEvent {}

    /// An opaque text that its issuer wants back, unchanged to the byte, with the next turn.
    ///
    /// For [SignatureOf#REASONING], [SignatureOf#TEXT] and [SignatureOf#TOOL_CALL] it belongs to
    /// the block of that kind that is open, or is a block of its own when none is.
    /// [SignatureOf#REDACTED] is always a whole block.
    ///
    /// @param issuer the dialect whose providers can read it, such as `anthropic`
    record Signature(int choice, SignatureOf of, String issuer, String data)
            implements StreamEvent {}

    /// A source of the text of the block that is open, which came before it or comes behind it.
    record Cited(int choice, Citation citation) implements StreamEvent {}

    /// Probabilities of the tokens of the deltas around it.
    ///
    /// @param refusal whether they are those of a refusal and not of text
    /// @param json an array in the form of OpenAI: `[{"token","logprob","bytes","top_logprobs"}]`
    record LogProbs(int choice, boolean refusal, String json) implements StreamEvent {}

    /// A piece of spoken answer.
    ///
    /// @param id what a later request calls the audio by, with the first piece, if it has a name
    /// @param data base64 of audio in the format that was asked for, may be empty
    /// @param transcript what is said in it, may be empty
    record AudioDelta(int choice, @Nullable String id, String data, String transcript)
            implements StreamEvent {}

    /// A whole picture as part of the answer.
    ///
    /// @param mediaType such as `image/png`
    /// @param data base64
    record Image(int choice, String mediaType, String data) implements StreamEvent {}

    /// Token counts, cumulative for the stream: the last ones win.
    ///
    /// @param inputTokens all of the input, what was read from and written to a cache included
    /// @param cachedInputTokens the part of the input that was read from a cache
    /// @param cacheWriteTokens the part of the input that was written to a cache
    /// @param outputTokens all of the output, reasoning included
    /// @param reasoningTokens the part of the output that is reasoning
    /// @param estimated whether somebody guessed, instead of the provider having counted
    record Usage(
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            boolean estimated)
            implements StreamEvent {

        public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

        public Usage(
                long inputTokens, long cachedInputTokens, long outputTokens, long reasoningTokens) {
            this(inputTokens, cachedInputTokens, 0, outputTokens, reasoningTokens, false);
        }
    }

    /// A choice is complete, and why.
    ///
    /// @param detail for [Reason#STOP_SEQUENCE] the sequence, if the provider says which; for
    ///   [Reason#OTHER] the provider's own word
    record Finish(int choice, Reason reason, @Nullable String detail) implements StreamEvent {
        public Finish(int choice, Reason reason) {
            this(choice, reason, null);
        }
    }

    /// Something else that the provider says of the whole answer; the last one of a name wins.
    ///
    /// @param name one of the constants below, or a dialect's own, such as `anthropic.stop_details`
    /// @param value a word for the constants below, JSON for a dialect's own
    record Metadata(String name, String value) implements StreamEvent {
        public static final String SERVICE_TIER = "service_tier";
        public static final String SYSTEM_FINGERPRINT = "system_fingerprint";
    }

    /// Something this version has no name for, kept so that a client speaking the same dialect
    /// still gets it.
    ///
    /// @param type what it is in which dialect, such as `anthropic.content_block`
    record Unrecognized(String type, String json) implements StreamEvent {}

    /// The stream broke. Nothing follows.
    record Failed(Failure failure) implements StreamEvent {}

    /// Whether a person or a program waiting for the answer can use this event: the first such
    /// event is the *first token*, and the moment a response is committed.
    default boolean isContent() {
        return switch (this) {
            case TextDelta _,
                    ReasoningDelta _,
                    RefusalDelta _,
                    ToolCallDelta _,
                    AudioDelta _,
                    Image _ ->
                    true;
            case Started _,
                    BlockStop _,
                    Signature _,
                    Cited _,
                    LogProbs _,
                    Usage _,
                    Finish _,
                    Metadata _,
                    Unrecognized _,
                    Failed _ ->
                    false;
        };
    }

    /// What a [Signature] belongs to.
    enum SignatureOf {
        /// The reasoning, be it shown or not.
        REASONING,
        /// Reasoning that nobody may see: the signature is all there is of it.
        REDACTED,
        TEXT,
        TOOL_CALL
    }

    /// Why a choice ended.
    enum Reason {
        /// The model had said what it wanted to say.
        STOP,
        /// The model said one of the texts that the request stops at.
        STOP_SEQUENCE,
        /// The answer is as long as was allowed.
        LENGTH,
        /// Input and output together fill the model's context.
        CONTEXT_FULL,
        /// The model waits for the results of its tool calls.
        TOOL_CALLS,
        /// The provider or the model held the rest of the answer back.
        CONTENT_FILTER,
        /// A long turn was interrupted; sent back as it is, it goes on.
        PAUSE,
        /// The conversation was made shorter, and goes on with the next request.
        COMPACTION,
        /// Something else, in the provider's word.
        OTHER
    }
}
