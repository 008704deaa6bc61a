package dev.firsttoken.wire.dialect.openai;

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

    /// How many choices a stream may have, the most that OpenAI's `n` allows.
    static final int MAX_CHOICES = 128;

    private static final byte[] ID = ChatFrames.ascii("id");
    private static final byte[] OBJECT = ChatFrames.ascii("object");
    private static final byte[] MODEL = ChatFrames.ascii("model");
    private static final byte[] CHOICES = ChatFrames.ascii("choices");
    private static final byte[] USAGE = ChatFrames.ascii("usage");
    private static final byte[] X_GROQ = ChatFrames.ascii("x_groq");
    private static final byte[] ERROR = ChatFrames.ascii("error");
    private static final byte[] MESSAGE = ChatFrames.ascii("message");
    private static final byte[] CODE = ChatFrames.ascii("code");
    private static final byte[] TYPE = ChatFrames.ascii("type");
    private static final byte[] INDEX = ChatFrames.ascii("index");
    private static final byte[] DELTA = ChatFrames.ascii("delta");
    private static final byte[] FINISH_REASON = ChatFrames.ascii("finish_reason");
    private static final byte[] CREATED = ChatFrames.ascii("created");
    private static final byte[] SERVICE_TIER = ChatFrames.ascii("service_tier");
    private static final byte[] SYSTEM_FINGERPRINT = ChatFrames.ascii("system_fingerprint");
    private static final byte[] LOGPROBS = ChatFrames.ascii("logprobs");

    private final JsonCursor json = new JsonCursor();
    private final ChatDeltaParser delta = new ChatDeltaParser(json);
    private final ChatUsageFields usage = new ChatUsageFields(json);

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

    void parse(byte[] bytes, int from, int to, ChatChunkVisitor visitor) throws JsonException {
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

    private void choices(ChatChunkVisitor visitor) throws JsonException {
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

    private void choice(int ordinal, ChatChunkVisitor visitor) throws JsonException {
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
                delta.read(known, visitor);
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
    private int deltaOrPosition(int index, ChatChunkVisitor visitor) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return -1;
        }
        if (index >= 0) {
            delta.read(index, visitor);
            return -1;
        }
        int position = json.position();
        json.skip();
        return position;
    }

    private void groq(ChatChunkVisitor visitor) throws JsonException {
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

    private void usage(ChatChunkVisitor visitor) throws JsonException {
        if (!json.isObject()) {
            json.skip();
            return;
        }
        usage.read();
        visitor.usage(usage);
    }

    private void error(ChatChunkVisitor visitor) throws JsonException {
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
}
