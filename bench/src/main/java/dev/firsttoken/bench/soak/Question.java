package dev.firsttoken.bench.soak;

/// Request bodies of both dialects.
final class Question {

    private Question() {}

    /// @param simple in the dialect of `/chat/stream`, otherwise in OpenAI chat
    static String body(boolean simple, boolean stream, String model) {
        return simple
                ? "{\"message\":\"Hi\",\"model\":\"" + model + "\"}"
                : "{\"stream\":"
                        + stream
                        + ",\"model\":\""
                        + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }
}
