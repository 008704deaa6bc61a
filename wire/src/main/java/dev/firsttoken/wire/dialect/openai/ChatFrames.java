package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.sse.SseFrame;
import java.util.Arrays;

/// The fixed texts of an OpenAI chat completion stream.
final class ChatFrames {

    /// The data of the frame that ends a stream.
    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    /// The name that some providers give to a frame that reports an error.
    static final byte[] ERROR_NAME = "error".getBytes(US_ASCII);

    private ChatFrames() {}

    /// Whether the frame ends the stream; blanks around the mark do not matter.
    static boolean isDone(SseFrame frame) {
        byte[] data = frame.dataArray();
        int from = frame.dataFrom();
        int to = frame.dataTo();
        while (from < to && data[from] == ' ') {
            from++;
        }
        while (from < to && data[to - 1] == ' ') {
            to--;
        }
        return Arrays.equals(data, from, to, DONE, 0, DONE.length);
    }

    /// A name as it is compared with the bytes of a frame.
    static byte[] ascii(String name) {
        return name.getBytes(US_ASCII);
    }
}
