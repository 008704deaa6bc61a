package dev.firsttoken.wire.dialect.openai;

import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonCursor;
import dev.firsttoken.wire.json.JsonException;

/// Token counts of one usage object; valid during the call.
final class ChatUsageFields {

    private static final byte[] PROMPT_TOKENS = ChatFrames.ascii("prompt_tokens");
    private static final byte[] COMPLETION_TOKENS = ChatFrames.ascii("completion_tokens");
    private static final byte[] TOTAL_TOKENS = ChatFrames.ascii("total_tokens");
    private static final byte[] PROMPT_TOKENS_DETAILS = ChatFrames.ascii("prompt_tokens_details");
    private static final byte[] CACHED_TOKENS = ChatFrames.ascii("cached_tokens");
    private static final byte[] CACHE_WRITE_TOKENS = ChatFrames.ascii("cache_write_tokens");
    private static final byte[] PROMPT_CACHE_HIT_TOKENS =
            ChatFrames.ascii("prompt_cache_hit_tokens");
    private static final byte[] COMPLETION_TOKENS_DETAILS =
            ChatFrames.ascii("completion_tokens_details");
    private static final byte[] REASONING_TOKENS = ChatFrames.ascii("reasoning_tokens");

    private final JsonCursor json;
    long input;
    long cachedInput;
    long cacheWrite;
    long output;
    long reasoning;
    private long total;

    ChatUsageFields(JsonCursor json) {
        this.json = json;
    }

    private void clear() {
        input = 0;
        cachedInput = 0;
        cacheWrite = 0;
        output = 0;
        reasoning = 0;
        total = 0;
    }

    /// Where the total says more than its parts, the rest is reasoning that was not counted as
    /// output (xAI). Where the total is all there is, as of embeddings, nobody knows of which part.
    private void reconcile() {
        if (input > 0 && total > input + output) {
            output = total - input;
        }
    }

    /// What was read last.
    Usage told() {
        return new Usage(input, cachedInput, cacheWrite, output, reasoning, false);
    }

    /// Reads the usage object ahead.
    void read() throws JsonException {
        clear();
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(PROMPT_TOKENS)) {
                input = json.count();
            } else if (json.fieldIs(COMPLETION_TOKENS)) {
                output = json.count();
            } else if (json.fieldIs(TOTAL_TOKENS)) {
                total = json.count();
            } else if (json.fieldIs(PROMPT_CACHE_HIT_TOKENS)) {
                cachedInput = Math.max(cachedInput, json.count());
            } else if (json.fieldIs(PROMPT_TOKENS_DETAILS) && json.isObject()) {
                inputDetails();
            } else if (json.fieldIs(COMPLETION_TOKENS_DETAILS) && json.isObject()) {
                reasoning = numberIn(REASONING_TOKENS);
            } else {
                json.skip();
            }
        }
        reconcile();
    }

    private void inputDetails() throws JsonException {
        json.enterObject();
        while (json.nextField()) {
            if (json.fieldIs(CACHED_TOKENS)) {
                cachedInput = Math.max(cachedInput, json.count());
            } else if (json.fieldIs(CACHE_WRITE_TOKENS)) {
                cacheWrite = json.count();
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
}
