package dev.firsttoken.wire.dialect.simple;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;

/// Writes events as `/chat/stream` frames: the server half of the dialect.
///
/// Shapes: `data: {"content": "…"}` for each piece of text, `data: {"error": "…"}` once if the
/// answer breaks, `data: [DONE]` last in every case. Only the first choice's text is content here;
/// reasoning, tool calls and token counts have no form in this dialect and are left out.
public final class SimpleStreamWriter {

    private static final byte[] CONTENT = "data: {\"content\": ".getBytes(US_ASCII);
    private static final byte[] ERROR = "data: {\"error\": ".getBytes(US_ASCII);
    private static final byte[] END = "}\n\n".getBytes(US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);

    private SimpleStreamWriter() {}

    /// Appends the event's frame, if it has one.
    ///
    /// @return whether it has one
    public static boolean write(StreamEvent event, Utf8Buffer out) {
        return switch (event) {
            case StreamEvent.TextDelta(int choice, String text) ->
                    choice == 0 && content(text, out);
            case StreamEvent.RefusalDelta(int choice, String text) ->
                    choice == 0 && content(text, out);
            case StreamEvent.Failed(Failure failure) -> {
                out.put(ERROR).jsonString(failure.detail()).put(END);
                yield true;
            }
            case StreamEvent.Started _,
                    StreamEvent.ReasoningDelta _,
                    StreamEvent.ToolCallDelta _,
                    StreamEvent.BlockStop _,
                    StreamEvent.Signature _,
                    StreamEvent.Cited _,
                    StreamEvent.LogProbs _,
                    StreamEvent.AudioDelta _,
                    StreamEvent.Image _,
                    StreamEvent.Usage _,
                    StreamEvent.Finish _,
                    StreamEvent.Metadata _,
                    StreamEvent.Unrecognized _ ->
                    false;
        };
    }

    /// Appends the frame that ends every stream.
    public static void done(Utf8Buffer out) {
        out.put(DONE);
    }

    private static boolean content(String text, Utf8Buffer out) {
        out.put(CONTENT).jsonString(text).put(END);
        return true;
    }
}
