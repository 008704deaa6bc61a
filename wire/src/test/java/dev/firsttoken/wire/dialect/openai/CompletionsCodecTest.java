package dev.firsttoken.wire.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.AnswerAssembler;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Completions without a conversation.
class CompletionsCodecTest {

    private static final CompletionsCodec CODEC = CompletionsCodec.INSTANCE;
    private static final String HEAD =
            "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":7,\"model\":\"m\",\"choices\":[";

    private static Request read(String body) throws InvalidRequestException {
        return CODEC.readRequest("/v1/completions", Headers.NONE, body.getBytes(UTF_8));
    }

    @Test
    void aPromptIsWhatTheUserSays() throws Exception {
        for (String prompt : List.of("\"say\"", "[\"say\"]")) {
            Request request =
                    read(
                            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":9,\"stop\":\"END\",\"prompt\":"
                                    + prompt
                                    + "}");
            assertThat(request.messages()).containsExactly(Message.of(Role.USER, "say"));
            assertThat(request.parameters().maxOutputTokens).isEqualTo(9);
            assertThat(request.parameters().stop).containsExactly("END");
            assertThat(request.usageWanted()).isTrue();
        }
        for (String body :
                List.of(
                        "{}",
                        "{\"prompt\":[]}",
                        "{\"prompt\":[1,2]}",
                        "{\"prompt\":[\"a\",\"b\"]}")) {
            assertThatThrownBy(() -> read(body))
                    .as(body)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void aStreamIsWritten() {
        List<StreamEvent> events =
                List.of(
                        new ReasoningDelta(0, "secret"),
                        new TextDelta(0, "a"),
                        new Usage(3, 0, 4, 0),
                        new Finish(0, Reason.LENGTH));
        String written = new String(Streams.write(CODEC, events), UTF_8);
        assertThat(written)
                .isEqualTo(
                        "data: "
                                + HEAD
                                + "{\"text\":\"a\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
                                + "data: "
                                + HEAD
                                + "{\"text\":\"\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":null}\n\n"
                                + "data: "
                                + HEAD
                                + "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7,\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\n"
                                + "data: [DONE]\n\n");
    }

    @Test
    void aBrokenStreamDoesNotLookFinished() {
        Failure failure = Failure.of(Failure.Kind.STALLED, "silent");
        String written =
                new String(
                        Streams.write(CODEC, List.of(new TextDelta(0, "a"), new Failed(failure))),
                        UTF_8);
        assertThat(written).contains("{\"error\":{\"message\":\"silent\"").doesNotContain("[DONE]");
    }

    @Test
    void aWholeAnswerIsWritten() {
        var assembler = new AnswerAssembler();
        List.of(new TextDelta(0, "a"), new Finish(0, Reason.STOP)).forEach(assembler);
        var out = new Utf8Buffer(64);
        CODEC.writeAnswer(Streams.HEAD, assembler.answer(), Streams.request(), out);
        assertThat(out.toString())
                .isEqualTo(
                        HEAD
                                + "{\"text\":\"a\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop\"}]}");
    }
}
