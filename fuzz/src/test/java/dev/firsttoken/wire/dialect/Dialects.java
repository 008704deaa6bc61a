package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.dialect.agui.AgUiCodec;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.cohere.CohereCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.openai.CompletionsCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.dialect.ui.UiCodec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// All dialects, by number: the first byte of an input says which one the others are for.
///
/// Their order stays: a new one comes last, or inputs that once broke something mean another.
final class Dialects {

    static final List<ProviderCodec> PROVIDERS =
            List.of(
                    ChatCodec.INSTANCE,
                    ResponsesCodec.INSTANCE,
                    MessagesCodec.INSTANCE,
                    GeminiCodec.INSTANCE,
                    BedrockCodec.INSTANCE,
                    OllamaCodec.INSTANCE,
                    CohereCodec.INSTANCE);

    static final List<ClientCodec> CLIENTS =
            List.of(
                    ChatCodec.INSTANCE,
                    ResponsesCodec.INSTANCE,
                    MessagesCodec.INSTANCE,
                    GeminiCodec.INSTANCE,
                    BedrockCodec.INSTANCE,
                    OllamaCodec.INSTANCE,
                    CompletionsCodec.INSTANCE,
                    UiCodec.INSTANCE,
                    AgUiCodec.INSTANCE);

    private Dialects() {}

    /// The dialect that the first byte means.
    static <C> C chosen(List<C> codecs, byte[] input) {
        return codecs.get(Math.floorMod(input[0], codecs.size()));
    }

    /// What is for the dialect.
    static byte[] rest(byte[] input) {
        return Arrays.copyOfRange(input, 1, input.length);
    }

    /// An input for a dialect.
    static byte[] input(int number, byte[] rest) {
        byte[] input = new byte[rest.length + 1];
        input[0] = (byte) number;
        System.arraycopy(rest, 0, input, 1, rest.length);
        return input;
    }

    /// Inputs for every dialect of a list, of the same texts.
    static Stream<byte[]> inputs(int dialects, List<byte[]> texts) {
        return Stream.iterate(0, number -> number < dialects, number -> number + 1)
                .flatMap(number -> texts.stream().map(text -> input(number, text)));
    }
}
