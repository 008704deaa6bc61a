package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;

/// Walks what the model said in one choice of a chunk: the object under `delta`, or under `message`
/// in a whole answer. Allocates nothing by itself.
final class ChatDeltaParser {

    private static final byte[] CONTENT = ChatFrames.ascii("content");
    private static final byte[] REASONING_CONTENT = ChatFrames.ascii("reasoning_content");
    private static final byte[] REASONING = ChatFrames.ascii("reasoning");
    private static final byte[] REFUSAL = ChatFrames.ascii("refusal");
    private static final byte[] TOOL_CALLS = ChatFrames.ascii("tool_calls");
    private static final byte[] FUNCTION_CALL = ChatFrames.ascii("function_call");
    private static final byte[] AUDIO = ChatFrames.ascii("audio");
    private static final byte[] ANNOTATIONS = ChatFrames.ascii("annotations");
    private static final byte[] TEXT = ChatFrames.ascii("text");
    private static final byte[] THINKING = ChatFrames.ascii("thinking");

    private final JsonCursor json;
    private final ChatToolCallFields toolCall;

    ChatDeltaParser(JsonCursor json) {
        this.json = json;
        this.toolCall = new ChatToolCallFields(json);
    }

    /// Reads the object ahead.
    void read(int choice, ChatChunkVisitor visitor) throws JsonException {
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
                    toolCall.readFunction();
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

    private void content(int choice, ChatChunkVisitor visitor) throws JsonException {
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
    private void contentPart(int choice, ChatChunkVisitor visitor) throws JsonException {
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

    private void thinking(int choice, ChatChunkVisitor visitor) throws JsonException {
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

    private void toolCalls(int choice, ChatChunkVisitor visitor) throws JsonException {
        if (!json.isArray()) {
            json.skip();
            return;
        }
        json.enterArray();
        while (json.nextElement()) {
            int call = toolCall.read();
            tell(choice, call, visitor);
        }
    }

    private void tell(int choice, int call, ChatChunkVisitor visitor) throws JsonException {
        int end = json.behind();
        visitor.toolCall(choice, call, toolCall);
        json.seek(end);
    }
}
