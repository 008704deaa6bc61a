package dev.firsttoken.bench.load;

import dev.firsttoken.wire.json.Utf8Buffer;

/// The wire languages the generator can ask in. Both carry their text in a JSON field `content`.
enum Dialect {
    /// `POST /chat/stream`, answered with `{"content": …}` events.
    SIMPLE,
    /// `POST /v1/chat/completions`, answered with `chat.completion.chunk` events.
    OPENAI_CHAT;

    static Dialect ofPath(String path) {
        return path.endsWith("/chat/completions") ? OPENAI_CHAT : SIMPLE;
    }

    /// The request body that asks this model for a stream.
    byte[] request(String model, String message) {
        var body = new Utf8Buffer(256);
        switch (this) {
            case SIMPLE ->
                    body.raw("{\"message\":")
                            .jsonString(message)
                            .raw(",\"model\":")
                            .jsonString(model)
                            .raw("}");
            case OPENAI_CHAT ->
                    body.raw("{\"model\":")
                            .jsonString(model)
                            .raw(",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":")
                            .jsonString(message)
                            .raw("}]}");
        }
        return body.toByteArray();
    }
}
