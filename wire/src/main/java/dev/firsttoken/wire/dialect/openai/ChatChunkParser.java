package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;
import org.jspecify.annotations.Nullable;

/// Walks one chunk of a chat completion stream and tells a visitor what is in it.
///
/// Knows every accent of the shape that providers are known to have: content as text, `null`, `""`
/// or an array of parts; reasoning under `reasoning_content` or `reasoning`; tool calls without an
/// index; usage in a chunk of its own, in the last one, in each one, inside a choice or inside
/// `x_groq`; errors as an object, as text, beside the choices, or as `{"object":"error"}`.
/// Allocates nothing by itself.
///
/// Source: OpenAI API reference, "The chat completion chunk object"; one field per provider as
/// recorded in their streams.
final class ChatChunkParser {

    /// Told in the order of the text. Strings are given by the cursor's value, raw or decoded as
    /// the visitor likes.
    interface Visitor {
        default void id(JsonCursor value) throws JsonException {}

        default void model(JsonCursor value) throws JsonException {}

        void text(int choice, JsonCursor value) throws JsonException;

        void reasoning(int choice, JsonCursor value) throws JsonException;

        void refusal(int choice, JsonCursor value) throws JsonException;

        /// @param call the tool call's index, or -1 when the provider leaves it out
        void toolCall(int choice, int call, ToolCallFields fields) throws JsonException;

        /// A piece of speech, an object. Here and where no value is said to be read already, the
        /// visitor may read the value ahead, as a whole or not at all.
        void audio(int choice, JsonCursor value) throws JsonException;

        default void created(JsonCursor value) throws JsonException {}

        /// How the answer was made: `service_tier` or `system_fingerprint`.
        default void metadata(String name, JsonCursor value) throws JsonException {}

        default void logProbs(int choice, JsonCursor value) throws JsonException {}

        default void annotations(int choice, JsonCursor value) throws JsonException {}

        void finish(int choice, JsonCursor value) throws JsonException;

        void usage(UsageFields usage);

        /// @param openAi whether it has the form of OpenAI: an object under `error`
        void error(boolean openAi, @Nullable String message, @Nullable String code);
    }

    /// A visitor who only wants to know of errors.
    interface ErrorVisitor extends Visitor {
        @Override
        default void text(int choice, JsonCursor value) {}

        @Override
        default void reasoning(int choice, JsonCursor value) {}

        @Override
        default void refusal(int choice, JsonCursor value) {}

        @Override
        default void toolCall(int choice, int call, ToolCallFields fields) {}

        @Override
        default void audio(int choice, JsonCursor value) {}

        @Override
        default void finish(int choice, JsonCursor value) {}

        @Override
        default void usage(UsageFields usage) {}
    }

    /// What a tool-call fragment holds; valid during the call. It becomes text when it is asked
    /// for, so that who only looks pays nothing.
    final class ToolCallFields {
        private int idAt;
        private int nameAt;
        private int argumentsAt;

        private void clear() {
            idAt = -1;
            nameAt = -1;
            argumentsAt = -1;
        }

        @Nullable String id() throws JsonException {
            return textAt(idAt);
        }

        @Nullable String name() throws JsonException {
            return textAt(nameAt);
        }

        /// Arguments are a text that holds JSON; some providers send the JSON itself.
        String arguments() throws JsonException {
            if (argumentsAt < 0) {
                return "";
            }
            json.seek(argumentsAt);
            if (json.isString()) {
                return json.string();
            }
            json.skip();
            return new String(json.array(), argumentsAt, json.behind() - argumentsAt, UTF_8);
        }

        private @Nullable String textAt(int position) throws JsonException {
            if (position < 0) {
                return null;
            }
            json.seek(position);
            return json.string();
        }
    }

    /// Token counts of one usage object; valid during the call.
    static final class UsageFields {
        long input;
        long cachedInput;
        long cacheWrite;
        long output;
        long reasoning;
        private long total;

        private void clear() {
            input = 0;
            cachedInput = 0;
            cacheWrite = 0;
            output = 0;
            reasoning = 0;
            total = 0;
        }

        /// Where the total says more than its parts, the rest is reasoning that was not counted as
        /// output (xAI).
        private void reconcile() {
            if (total > input + output) {
                output = total - input;
            }
        }
    }

    /// How many choices a stream may have, the most that OpenAI's `n` allows.
    static final int MAX_CHOICES = 128;

    private static final byte[] ID = ascii("id");
    private static final byte[] OBJECT = ascii("object");
    private static final byte[] MODEL = ascii("model");
    private static final byte[] CHOICES = ascii("choices");
    private static final byte[] USAGE = ascii("usage");
    private static final byte[] X_GROQ = ascii("x_groq");
    private static final byte[] ERROR = ascii("error");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] CODE = ascii("code");
    private static final byte[] TYPE = ascii("type");
    private static final byte[] INDEX = ascii("index");
    private static final byte[] DELTA = ascii("delta");
    private static final byte[] FINISH_REASON = ascii("finish_reason");
    private static final byte[] CONTENT = ascii("content");
    private static final byte[] REASONING_CONTENT = ascii("reasoning_content");
    private static final byte[] REASONING = ascii("reasoning");
    private static final byte[] REFUSAL = ascii("refusal");
    private static final byte[] TOOL_CALLS = ascii("tool_calls");
    private static final byte[] FUNCTION_CALL = ascii("function_call");
    private static final byte[] AUDIO = ascii("audio");
    private static final byte[] FUNCTION = ascii("function");
    private static final byte[] NAME = ascii("name");
    private static final byte[] ARGUMENTS = ascii("arguments");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] THINKING = ascii("thinking");
    private static final byte[] PROMPT_TOKENS = ascii("prompt_tokens");
    private static final byte[] COMPLETION_TOKENS = ascii("completion_tokens");
    private static final byte[] TOTAL_TOKENS = ascii("total_tokens");
    private static final byte[] PROMPT_TOKENS_DETAILS = ascii("prompt_tokens_details");
    private static final byte[] CACHED_TOKENS = ascii("cached_tokens");
    private static final byte[] CACHE_WRITE_TOKENS = ascii("cache_write_tokens");
    private static final byte[] CREATED = ascii("created");
    private static final byte[] SERVICE_TIER = ascii("service_tier");
    private static final byte[] SYSTEM_FINGERPRINT = ascii("system_fingerprint");
    private static final byte[] LOGPROBS = ascii("logprobs");
    private static final byte[] ANNOTATIONS = ascii("annotations");
    private static final byte[] PROMPT_CACHE_HIT_TOKENS = ascii("prompt_cache_hit_tokens");
    private static final byte[] COMPLETION_TOKENS_DETAILS = ascii("completion_tokens_details");
    private static final byte[] REASONING_TOKENS = ascii("reasoning_tokens");

    private final JsonCursor json = new JsonCursor();
    private final ToolCallFields toolCall = new ToolCallFields();
    private final UsageFields usage = new UsageFields();

    /// Where a choice holds what the model said.
    private final byte[] content;

    /// Whether the chunk had a `choices` array with nothing in it.
    private boolean choicesEmpty;

    /// The text under `message`, where failures say what happened if they have no `error` object.
    private @Nullable String message;

    boolean choicesWereEmpty() {
        return choicesEmpty;
    }

    @Nullable String topLevelMessage() {
        return message;
    }

    /// A parser of the chunks of a stream.
    ChatChunkParser() {
        this(DELTA);
    }

    private ChatChunkParser(byte[] content) {
        this.content = content;
    }

    /// A parser of a whole `chat.completion`: it is a chunk that says `message` for `delta`.
    static ChatChunkParser ofWholeAnswer() {
        return new ChatChunkParser(MESSAGE);
    }

    void parse(byte[] bytes, int from, int to, Visitor visitor) throws JsonException {
        choicesEmpty = false;
        boolean errorObject = false;
        message = null;
        json.reset(bytes, from, to);
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CHOICES)) {
                choices(visitor);
            } else if (json.fieldIs(ID)) {
                if (json.readNonEmptyString()) {
                    visitor.id(json);
                }
            } else if (json.fieldIs(MODEL)) {
                if (json.readNonEmptyString()) {
                    visitor.model(json);
                }
            } else if (json.fieldIs(USAGE)) {
                usage(visitor);
            } else if (json.fieldIs(X_GROQ)) {
                groq(visitor);
            } else if (json.fieldIs(ERROR)) {
                error(visitor);
            } else if (json.fieldIs(CREATED)) {
                int at = json.position();
                visitor.created(json);
                json.seek(at);
                json.skip();
            } else if (json.fieldIs(SERVICE_TIER)) {
                if (json.readNonEmptyString()) {
                    visitor.metadata(StreamEvent.Metadata.SERVICE_TIER, json);
                }
            } else if (json.fieldIs(SYSTEM_FINGERPRINT)) {
                if (json.readNonEmptyString()) {
                    visitor.metadata(StreamEvent.Metadata.SYSTEM_FINGERPRINT, json);
                }
            } else if (json.fieldIs(OBJECT)) {
                errorObject = json.readNonEmptyString() && json.valueIs(ERROR);
            } else if (json.fieldIs(MESSAGE)) {
                message = json.readNonEmptyString() ? json.value() : null;
            } else {
                json.skip();
            }
        }
        json.end();
        if (errorObject) {
            visitor.error(false, message, null);
        }
    }

    private void choices(Visitor visitor) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        int count = 0;
        while (json.nextElement()) {
            choice(count++, visitor);
        }
        choicesEmpty = count == 0;
    }

    private void choice(int ordinal, Visitor visitor) throws JsonException {
        int index = -1;
        int laterDelta = -1;
        int finish = -1;
        int logProbs = -1;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(INDEX)) {
                index = json.numberBelow(MAX_CHOICES);
            } else if (json.fieldIs(LOGPROBS) && json.isObject()) {
                logProbs = json.position();
                json.skip();
            } else if (json.fieldIs(content)) {
                laterDelta = deltaOrPosition(index, visitor);
            } else if (json.fieldIs(FINISH_REASON)) {
                // Told last, wherever it stands: nothing follows a finish.
                finish = positionOfString(finish);
            } else if (json.fieldIs(USAGE)) {
                usage(visitor);
            } else {
                json.skip();
            }
        }
        if (laterDelta >= 0 || finish >= 0 || logProbs >= 0) {
            int end = json.behind();
            int known = index < 0 ? Math.min(ordinal, MAX_CHOICES - 1) : index;
            if (laterDelta >= 0) {
                json.seek(laterDelta);
                delta(known, visitor);
            }
            if (logProbs >= 0) {
                json.seek(logProbs);
                visitor.logProbs(known, json);
            }
            if (finish >= 0) {
                json.seek(finish);
                json.readString();
                visitor.finish(known, json);
            }
            json.seek(end);
        }
    }

    /// Passes the value ahead.
    ///
    /// @return where it is if it is a string that is not empty, `otherwise` if not
    private int positionOfString(int otherwise) throws JsonException {
        int position = json.position();
        return json.readNonEmptyString() ? position : otherwise;
    }

    /// Reads a delta whose choice is known; otherwise only remembers where it is.
    private int deltaOrPosition(int index, Visitor visitor) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return -1;
        }
        if (index >= 0) {
            delta(index, visitor);
            return -1;
        }
        int position = json.position();
        json.skip();
        return position;
    }

    private void delta(int choice, Visitor visitor) throws JsonException {
        boolean reasoned = false;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CONTENT)) {
                content(choice, visitor);
            } else if (json.fieldIs(REASONING_CONTENT) || json.fieldIs(REASONING)) {
                // Both at once are the same text twice (vLLM, while one replaced the other).
                if (json.readNonEmptyString() && !reasoned) {
                    reasoned = true;
                    visitor.reasoning(choice, json);
                }
            } else if (json.fieldIs(REFUSAL)) {
                if (json.readNonEmptyString()) {
                    visitor.refusal(choice, json);
                }
            } else if (json.fieldIs(TOOL_CALLS)) {
                toolCalls(choice, visitor);
            } else if (json.fieldIs(FUNCTION_CALL)) {
                if (json.isObject()) {
                    toolCall.clear();
                    function();
                    tell(choice, 0, visitor);
                } else {
                    json.skip();
                }
            } else if (json.fieldIs(AUDIO)) {
                int at = json.position();
                if (json.isObject()) {
                    visitor.audio(choice, json);
                    json.seek(at);
                }
                json.skip();
            } else if (json.fieldIs(ANNOTATIONS)) {
                int at = json.position();
                if (json.isArray()) {
                    visitor.annotations(choice, json);
                    json.seek(at);
                }
                json.skip();
            } else {
                json.skip();
            }
        }
    }

    private void content(int choice, Visitor visitor) throws JsonException {
        if (!json.isArray()) {
            if (json.readNonEmptyString()) {
                visitor.text(choice, json);
            }
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            if (json.isObject()) {
                contentPart(choice, visitor);
            } else {
                json.skip();
            }
        }
    }

    /// A part is `{"type":"text","text"}` or
    /// `{"type":"thinking","thinking":[{"type":"text","text"}]}`.
    private void contentPart(int choice, Visitor visitor) throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(TEXT)) {
                if (json.readNonEmptyString()) {
                    visitor.text(choice, json);
                }
            } else if (json.fieldIs(THINKING)) {
                thinking(choice, visitor);
            } else {
                json.skip();
            }
        }
    }

    private void thinking(int choice, Visitor visitor) throws JsonException {
        if (!json.isArray()) {
            if (json.readNonEmptyString()) {
                visitor.reasoning(choice, json);
            }
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            if (!json.isObject()) {
                json.skip();
                continue;
            }
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(TEXT) && json.isString()) {
                    if (json.readNonEmptyString()) {
                        visitor.reasoning(choice, json);
                    }
                } else {
                    json.skip();
                }
            }
        }
    }

    private void toolCalls(int choice, Visitor visitor) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            int call = -1;
            toolCall.clear();
            json.enterObject();
            while (json.nextField()) {
                if (json.fieldIs(INDEX)) {
                    call = json.numberBelow(Integer.MAX_VALUE);
                } else if (json.fieldIs(ID)) {
                    toolCall.idAt = positionOfString(-1);
                } else if (json.fieldIs(FUNCTION) && json.isObject()) {
                    function();
                } else {
                    json.skip();
                }
            }
            tell(choice, call, visitor);
        }
    }

    private void tell(int choice, int call, Visitor visitor) throws JsonException {
        int end = json.behind();
        visitor.toolCall(choice, call, toolCall);
        json.seek(end);
    }

    private void function() throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(NAME)) {
                toolCall.nameAt = positionOfString(-1);
            } else if (json.fieldIs(ARGUMENTS)) {
                if (json.isObject()) {
                    toolCall.argumentsAt = json.position();
                    json.skip();
                } else {
                    toolCall.argumentsAt = positionOfString(-1);
                }
            } else {
                json.skip();
            }
        }
    }

    private void groq(Visitor visitor) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(USAGE)) {
                usage(visitor);
            } else {
                json.skip();
            }
        }
    }

    private void usage(Visitor visitor) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        usage.clear();
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(PROMPT_TOKENS)) {
                usage.input = json.count();
            } else if (json.fieldIs(COMPLETION_TOKENS)) {
                usage.output = json.count();
            } else if (json.fieldIs(TOTAL_TOKENS)) {
                usage.total = json.count();
            } else if (json.fieldIs(PROMPT_CACHE_HIT_TOKENS)) {
                usage.cachedInput = Math.max(usage.cachedInput, json.count());
            } else if (json.fieldIs(PROMPT_TOKENS_DETAILS) && json.isObject()) {
                inputDetails();
            } else if (json.fieldIs(COMPLETION_TOKENS_DETAILS) && json.isObject()) {
                usage.reasoning = numberIn(REASONING_TOKENS);
            } else {
                json.skip();
            }
        }
        usage.reconcile();
        visitor.usage(usage);
    }

    private void inputDetails() throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CACHED_TOKENS)) {
                usage.cachedInput = Math.max(usage.cachedInput, json.number());
            } else if (json.fieldIs(CACHE_WRITE_TOKENS)) {
                usage.cacheWrite = json.number();
            } else {
                json.skip();
            }
        }
    }

    private long numberIn(byte[] name) throws JsonException {
        long value = 0;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(name)) {
                value = json.count();
            } else {
                json.skip();
            }
        }
        return value;
    }

    private void error(Visitor visitor) throws JsonException {
        if (json.isNull()) {
            json.skip();
            return;
        }
        if (!json.isObject()) {
            visitor.error(false, json.readNonEmptyString() ? json.value() : null, null);
            return;
        }
        String message = null;
        String code = null;
        String type = null;
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(MESSAGE)) {
                message = json.readNonEmptyString() ? json.value() : null;
            } else if (json.fieldIs(CODE)) {
                code = json.isString() ? json.string() : numberText();
            } else if (json.fieldIs(TYPE)) {
                type = json.readNonEmptyString() ? json.value() : null;
            } else {
                json.skip();
            }
        }
        visitor.error(true, message, code == null ? type : code);
    }

    private @Nullable String numberText() throws JsonException {
        long number = json.number();
        return number == 0 ? null : Long.toString(number);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
