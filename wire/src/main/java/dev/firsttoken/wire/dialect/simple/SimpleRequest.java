package dev.firsttoken.wire.dialect.simple;

import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.JsonObjectText.Kind;
import dev.firsttoken.wire.json.JsonObjectText.Member;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// The body of `POST /chat/stream`: `{"message": "…", "model": "…"}`, or `messages` with a history
/// in the shape of OpenAI chat instead of `message`. The model is optional.
public final class SimpleRequest {

    private final JsonObjectText body;
    private final @Nullable String model;
    private final @Nullable Member message;
    private final @Nullable Member messages;

    private SimpleRequest(
            JsonObjectText body,
            @Nullable String model,
            @Nullable Member message,
            @Nullable Member messages) {
        this.body = body;
        this.model = model;
        this.message = message;
        this.messages = messages;
    }

    /// @throws InvalidRequestException when it is not JSON, or has not exactly one of `message` (a
    ///   text) and `messages` (an array), neither of them empty
    public static SimpleRequest read(byte[] bytes) throws InvalidRequestException {
        return read(bytes, RequestLimits.USUAL);
    }

    /// @throws InvalidRequestException as [#read(byte\[\])], and when the limits are exceeded
    public static SimpleRequest read(byte[] bytes, RequestLimits limits)
            throws InvalidRequestException {
        JsonObjectText body = JsonObjectText.read(bytes, limits.json());
        Member message = body.get("message");
        Member messages = body.get("messages");
        if (message == null && messages == null) {
            throw new InvalidRequestException(
                    "missing (expected: {\"message\": \"…\"}, or \"messages\" with a history)",
                    "message");
        }
        if (message != null && messages != null) {
            throw new InvalidRequestException(
                    "given beside messages (expected: one of them)", "message");
        }
        if (message != null && message.kind() != Kind.STRING) {
            throw new InvalidRequestException(
                    "is not a text (expected: what the user says)", "message");
        }
        if (message != null && message.to() - message.from() == 2) {
            throw new InvalidRequestException("is empty (expected: what the user says)", "message");
        }
        if (messages != null && (messages.kind() != Kind.ARRAY || messages.size() == 0)) {
            throw new InvalidRequestException(
                    "is not an array of messages (expected: [{\"role\": \"user\", \"content\":"
                            + " \"…\"}])",
                    "messages");
        }
        if (messages != null) {
            limits.checkMessages(messages);
        }
        Member model = body.get("model");
        if (model != null && model.string() == null) {
            throw new InvalidRequestException(
                    "is not a text (expected: the name of a model)", "model");
        }
        return new SimpleRequest(body, model == null ? null : model.string(), message, messages);
    }

    /// The model that was asked for, if one was.
    public @Nullable String model() {
        return model;
    }

    /// Whether the answer may be kept: unless the client says `"store": false`.
    public boolean store() {
        Member store = body.get("store");
        return store == null || store.kind() != Kind.FALSE;
    }

    /// The same request as the body of a streaming OpenAI chat completion.
    public byte[] toChat(String upstreamModel) {
        byte[] text = body.text();
        var out = new Utf8Buffer(text.length + 160);
        out.raw("{\"model\":").jsonString(upstreamModel);
        out.raw(",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":");
        if (message != null) {
            // The text is copied as the client wrote it, escapes and all.
            out.raw("[{\"role\":\"user\",\"content\":")
                    .put(text, message.from(), message.to())
                    .raw("}]");
        } else if (messages != null) {
            out.put(text, messages.from(), messages.to());
        }
        return out.put((byte) '}').toByteArray();
    }
}
