package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// The fixed texts of an OpenAI chat completion stream.
final class ChatFrames {

    /// The data of the frame that ends a stream.
    static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    /// The name that some providers give to a frame that reports an error.
    static final byte[] ERROR_NAME = "error".getBytes(US_ASCII);

    private ChatFrames() {}
}
