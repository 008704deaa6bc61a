package dev.firsttoken.simulator.dialect;

import java.util.Base64;
import java.util.List;

/// The few things in a request that shape its answer, whatever its dialect.
///
/// @param usageWanted whether token counts are said; only the chat dialect leaves it to the client
/// @param lastMessage the text of the last message, empty if it has none
/// @param images the media types of the images in the last message, `url` for one that is elsewhere
/// @param results what the tools said that the last turn of the model called
/// @param tools the names of the tools that may be called
public record Question(
        String model,
        boolean stream,
        boolean usageWanted,
        String lastMessage,
        List<String> images,
        List<String> results,
        List<String> tools) {

    public Question {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model: missing (expected: a string)");
        }
        images = List.copyOf(images);
        results = List.copyOf(results);
        tools = List.copyOf(tools);
    }

    /// A question with nothing but text.
    public Question(String model, boolean stream, boolean usageWanted, String lastMessage) {
        this(model, stream, usageWanted, lastMessage, List.of(), List.of(), List.of());
    }

    /// The same with another text.
    public Question withLastMessage(String other) {
        return new Question(model, stream, usageWanted, other, images, results, tools);
    }

    /// Providers know what they signed.
    ///
    /// @throws IllegalArgumentException if it is something else
    static void checkSignature(String where, Node given, String expected) {
        if (!given.text().equals(expected)) {
            throw new IllegalArgumentException(
                    where + ": invalid signature '" + given.text() + "' (expected: as it was)");
        }
    }

    /// The media type in a `data:` URL, `url` for any other.
    static String mediaType(String url) {
        int end = url.indexOf(";base64,");
        if (!url.startsWith("data:") || end < 0) {
            return "url";
        }
        checkBase64(url.substring(end + ";base64,".length()));
        return url.substring("data:".length(), end);
    }

    /// Providers look at what they get.
    ///
    /// @throws IllegalArgumentException if it is not base64 of something in the usual alphabet
    static void checkBase64(String data) {
        if (Base64.getDecoder().decode(data).length == 0) {
            throw new IllegalArgumentException("image: no bytes");
        }
    }
}
