package dev.firsttoken.wire.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import java.util.List;
import org.junit.jupiter.api.Test;

/// In no dialect does a client get a tool call that breaks the rules as if it were one, or thinking
/// as if it were text.
class BrokenCallsTest {

    private static final List<ClientCodec> CODECS =
            List.of(
                    ChatCodec.INSTANCE,
                    ResponsesCodec.INSTANCE,
                    MessagesCodec.INSTANCE,
                    GeminiCodec.INSTANCE,
                    BedrockCodec.INSTANCE,
                    OllamaCodec.INSTANCE);

    private static final Finish FINISH = new Finish(0, Reason.TOOL_CALLS);

    private static void fails(String why, StreamEvent... events) {
        for (ClientCodec codec : CODECS) {
            String written = new String(Streams.write(codec, List.of(events)), ISO_8859_1);
            assertThat(written).as(codec.dialect()).contains(why);
            String after = written.substring(written.indexOf(why));
            assertThat(after)
                    .as(codec.dialect())
                    .doesNotContain("[DONE]")
                    .doesNotContain("message_stop")
                    .doesNotContain("messageStop")
                    .doesNotContain("response.completed")
                    .doesNotContain("\"done\":true")
                    .doesNotContain("finishReason");
        }
    }

    @Test
    void argumentsAreAnObjectInTheEnd() {
        fails(
                "tool call 0: its arguments are not a JSON object",
                new ToolCallDelta(0, 0, "a", "f", "{\"x\":"),
                FINISH);
        fails(
                "tool call 0: its arguments are not a JSON object",
                new ToolCallDelta(0, 0, "a", "f", "[1]"),
                FINISH);
    }

    @Test
    void aCallKeepsItsIdAndSharesItWithNoOther() {
        fails(
                "tool call 0: changes its id",
                new ToolCallDelta(0, 0, "a", "f", "{"),
                new ToolCallDelta(0, 0, "b", "f", "}"),
                FINISH);
        fails(
                "tool call 1: has the id of another call",
                new ToolCallDelta(0, 0, "a", "f", "{}"),
                new ToolCallDelta(0, 1, "a", "g", "{}"),
                FINISH);
    }

    @Test
    void aCallBeginsWithItsName() {
        fails(
                "tool call 0: begins without a name",
                new ToolCallDelta(0, 0, "a", null, "{}"),
                FINISH);
    }

    /// Dialects of blocks have told the end of a call when something else was said.
    @Test
    void aCallDoesNotGoOnBehindItsEnd() {
        for (ClientCodec codec : List.of(MessagesCodec.INSTANCE, BedrockCodec.INSTANCE)) {
            var begun = new ToolCallDelta(0, 0, "a", "f", "{}");
            var text = new TextDelta(0, "b");
            var blank = new ToolCallDelta(0, 0, null, null, "\n");
            byte[] good = Streams.write(codec, List.of(begun, text, blank, FINISH));
            assertThat(new String(good, ISO_8859_1)).doesNotContain("behind its end");
            var rest = new ToolCallDelta(0, 0, null, null, "}");
            byte[] bad = Streams.write(codec, List.of(begun, text, rest, FINISH));
            assertThat(new String(bad, ISO_8859_1)).contains("tool call 0: goes on behind its end");
        }
    }

    @Test
    void aCallThatWasCutWithTheAnswerIsNoError() {
        for (ClientCodec codec : CODECS) {
            byte[] written =
                    Streams.write(
                            codec,
                            List.of(
                                    new ToolCallDelta(0, 0, "a", "f", "{\"x\":"),
                                    new Finish(0, Reason.LENGTH)));
            assertThat(new String(written, ISO_8859_1))
                    .as(codec.dialect())
                    .doesNotContain("its arguments");
        }
    }

    @Test
    void reasoningIsNeverText() {
        var events =
                List.of(
                        new ReasoningDelta(0, "secret"),
                        new TextDelta(0, "open"),
                        new Finish(0, Reason.STOP));
        for (ClientCodec codec : CODECS) {
            byte[] written = Streams.write(codec, List.copyOf(events));
            var text = new StringBuilder();
            for (StreamEvent event : Streams.read((ProviderCodec) codec, written)) {
                text.append(event instanceof TextDelta(_, String piece) ? piece : "");
            }
            assertThat(text).as(codec.dialect()).hasToString("open");
        }
    }
}
