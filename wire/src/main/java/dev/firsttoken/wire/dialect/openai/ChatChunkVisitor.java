package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import org.jspecify.annotations.Nullable;

/// What [ChatChunkParser] finds in a chunk, told in the order of the text. Strings are given by the
/// cursor's value, raw or decoded as the visitor likes.
interface ChatChunkVisitor {
    default void id(JsonCursor value) throws JsonException {}

    default void model(JsonCursor value) throws JsonException {}

    void text(int choice, JsonCursor value) throws JsonException;

    void reasoning(int choice, JsonCursor value) throws JsonException;

    void refusal(int choice, JsonCursor value) throws JsonException;

    /// @param call the tool call's index, or -1 when the provider leaves it out
    void toolCall(int choice, int call, ChatToolCallFields fields) throws JsonException;

    /// A piece of speech, an object. Here and where no value is said to be read already, the
    /// visitor may read the value ahead, as a whole or not at all.
    void audio(int choice, JsonCursor value) throws JsonException;

    default void created(JsonCursor value) throws JsonException {}

    /// How the answer was made: `service_tier` or `system_fingerprint`.
    default void metadata(String name, JsonCursor value) throws JsonException {}

    default void logProbs(int choice, JsonCursor value) throws JsonException {}

    default void annotations(int choice, JsonCursor value) throws JsonException {}

    void finish(int choice, JsonCursor value) throws JsonException;

    void usage(ChatUsageFields usage);

    /// @param openAi whether it has the form of OpenAI: an object under `error`
    void error(boolean openAi, @Nullable String message, @Nullable String code);

    /// A visitor who only wants to know of errors.
    interface ErrorsOnly extends ChatChunkVisitor {
        @Override
        default void text(int choice, JsonCursor value) {}

        @Override
        default void reasoning(int choice, JsonCursor value) {}

        @Override
        default void refusal(int choice, JsonCursor value) {}

        @Override
        default void toolCall(int choice, int call, ChatToolCallFields fields) {}

        @Override
        default void audio(int choice, JsonCursor value) {}

        @Override
        default void finish(int choice, JsonCursor value) {}

        @Override
        default void usage(ChatUsageFields usage) {}
    }
}
