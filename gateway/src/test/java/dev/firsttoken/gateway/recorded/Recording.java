package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

/// What a provider sent as the body of one streamed chat completion.
///
/// @param name where it comes from; also the model name under which it is played
/// @param body the bytes as received, or payloads with the framing that they had
public record Recording(String name, byte[] body) {

    private static final Pattern CHUNK =
            Pattern.compile("\"object\"\\s*:\\s*\"chat\\.completion\\.chunk\"");
    private static final Pattern OBJECT = Pattern.compile("\"object\"\\s*:");
    private static final Pattern DELTA =
            Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*\\{[^]]*\"delta\"");

    /// Whether text is what a provider of the OpenAI chat family sends: chunks that say so, or that
    /// do not say what they are and have deltas.
    static boolean isChat(String text) {
        return CHUNK.matcher(text).find()
                || DELTA.matcher(text).find() && !OBJECT.matcher(text).find();
    }

    String text() {
        return new String(body, UTF_8);
    }
}
