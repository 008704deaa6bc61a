package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponsesReaderTest {

    private static final ResponsesCodec CODEC = ResponsesCodec.INSTANCE;
    private static final String COMPLETED =
            "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}";

    private static List<StreamEvent> read(String... events) {
        var stream = new StringBuilder();
        for (String event : events) {
            stream.append("data: ").append(event).append("\n\n");
        }
        return Streams.read(CODEC, stream.toString().getBytes(UTF_8));
    }

    private static Failure failure(String... events) {
        assertThat(read(events)).last().isInstanceOf(Failed.class);
        return ((Failed) read(events).getLast()).failure();
    }

    private static Request request(String body) throws InvalidRequestException {
        return CODEC.readRequest("/v1/responses", Headers.NONE, body.getBytes(UTF_8));
    }

    @Test
    void whatOnlyTheEndOfAnItemSaysIsTold() {
        assertThat(
                        read(
                                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}}",
                                "{\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}}",
                                COMPLETED))
                .containsExactly(
                        new TextDelta(0, "a"),
                        new BlockStop(0),
                        new ToolCallDelta(0, 0, "c", "f", "{}"),
                        new BlockStop(0),
                        new Started("", ""),
                        new Finish(0, Reason.TOOL_CALLS));
    }

    @Test
    void anAnswerThatComesWithTheEndOnlyIsTold() {
        assertThat(
                        read(
                                "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"model\":\"m\",\"created_at\":5,\"service_tier\":\"flex\",\"output\":[{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\",\"text\":\"hm\"}]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}],\"usage\":{\"input_tokens\":3,\"input_tokens_details\":{\"cached_tokens\":1,\"cache_write_tokens\":2},\"output_tokens\":4,\"output_tokens_details\":{\"reasoning_tokens\":2}}}}"))
                .containsExactly(
                        new Started("r", "m", 5),
                        new Metadata(ResponsesWords.REASONING, ResponsesWords.AS_TEXT),
                        new ReasoningDelta(0, "hm"),
                        new BlockStop(0),
                        new TextDelta(0, "a"),
                        new BlockStop(0),
                        new Usage(3, 1, 2, 4, 2, false),
                        new Metadata(Metadata.SERVICE_TIER, "flex"),
                        new Finish(0, Reason.STOP));
    }

    @Test
    void partsOfASummaryAreParagraphs() {
        assertThat(
                        read(
                                "{\"type\":\"response.reasoning_summary_part.added\",\"output_index\":0,\"summary_index\":0}",
                                "{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,\"delta\":\"a\"}",
                                "{\"type\":\"response.reasoning_summary_part.added\",\"output_index\":0,\"summary_index\":1}",
                                "{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,\"delta\":\"b\"}",
                                COMPLETED))
                .startsWith(
                        new ReasoningDelta(0, "a"),
                        new ReasoningDelta(0, "\n\n"),
                        new ReasoningDelta(0, "b"));
    }

    @Test
    void unknownEventsAreKept() {
        String event = "{\"type\":\"response.hologram.delta\",\"sequence_number\":3,\"x\":1}";
        assertThat(read(event, COMPLETED))
                .contains(new Unrecognized("openai-responses.event", event));
        assertThat(read("{\"type\":\"keepalive\",\"sequence_number\":3}", COMPLETED, "[DONE]"))
                .containsExactly(new Started("", ""), new Finish(0, Reason.STOP));
    }

    @Test
    void errorsAreUnderstoodInEitherForm() {
        Failure flat =
                failure(
                        "{\"type\":\"error\",\"sequence_number\":2,\"code\":\"rate_limit_exceeded\",\"message\":\"slow\",\"param\":null}");
        assertThat(flat.detail()).isEqualTo("slow (rate_limit_exceeded)");
        assertThat(flat.status()).isEqualTo(429);
        Failure nested =
                failure(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"code\":null,\"message\":\"bad\"}}");
        assertThat(nested.detail()).isEqualTo("bad (invalid_request_error)");
        assertThat(nested.status()).isEqualTo(400);
        Failure failed =
                failure(
                        "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"oops\"}}}");
        assertThat(failed.kind()).isEqualTo(Failure.Kind.REPORTED);
        assertThat(failed.detail()).isEqualTo("oops (server_error)");
        assertThat(failure("{\"error\":{\"message\":\"bare\"}}").detail()).isEqualTo("bare");
        assertThat(failure("{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}").kind())
                .isEqualTo(Failure.Kind.TRUNCATED);
    }

    @Test
    void wholeAnswersThatAreNoneFail() {
        for (String body :
                List.of(
                        "{}",
                        "[]",
                        "{\"status\":\"queued\",\"output\":[]}",
                        "{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}]}")) {
            var events = new ArrayList<StreamEvent>();
            CODEC.readAnswer(body.getBytes(UTF_8), events::add);
            assertThat(events).as(body).hasSize(1).first().isInstanceOf(Failed.class);
        }
    }

    @Test
    void refusalsKeepTheirStatusAndTheTimeToWait() {
        Failure failure =
                CODEC.readError(
                        429,
                        Headers.of(Map.of("retry-after", "2")),
                        "{\"error\":{\"message\":\"slow\",\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}"
                                .getBytes(UTF_8));
        assertThat(failure.status()).isEqualTo(429);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(failure.detail()).isEqualTo("slow (rate_limit_exceeded)");
    }

    @Test
    void anItemReferenceIsRefusedClearly() {
        for (String item :
                List.of("{\"type\":\"item_reference\",\"id\":\"msg_1\"}", "{\"id\":\"msg_1\"}")) {
            assertThatThrownBy(() -> request("{\"input\":[" + item + "]}"))
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            e -> assertThat(e.field()).isEqualTo("input[0].type"))
                    .hasMessage(
                            "is 'item_reference' (expected: the item itself, since no items are kept here)");
        }
    }

    @Test
    void anInputIsNeededUnlessTheServerHasIt() throws Exception {
        assertThatThrownBy(() -> request("{\"model\":\"m\"}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("input"))
                .hasMessage("missing (expected: a text or an array of items)");
        Request goesOn = request("{\"previous_response_id\":\"resp_1\",\"background\":true}");
        assertThat(goesOn.messages()).isEmpty();
        assertThat(goesOn.extras().fields().get(ResponsesCodec.PREVIOUS_RESPONSE_ID).text())
                .isEqualTo("\"resp_1\"");
        assertThat(goesOn.extras().fields().get(ResponsesCodec.BACKGROUND).text())
                .isEqualTo("true");
    }

    @Test
    void itemsOfATurnAreOneMessage() throws Exception {
        Request request =
                request(
                        """
                        {"input":[{"role":"user","content":"q"},
                          {"role":"assistant","content":"I look"},
                          {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},
                          {"type":"function_call","call_id":"b","name":"f","arguments":"{}"},
                          {"type":"function_call_output","call_id":"a","output":"1"},
                          {"type":"function_call_output","call_id":"b","output":"2"},
                          {"role":"assistant","content":"one"},
                          {"role":"assistant","content":"two"}]}
                        """);
        assertThat(request.messages())
                .extracting(message -> message.role(), message -> message.parts().size())
                .containsExactly(
                        tuple(Role.USER, 1),
                        tuple(Role.ASSISTANT, 3),
                        tuple(Role.USER, 2),
                        tuple(Role.ASSISTANT, 1),
                        tuple(Role.ASSISTANT, 1));
    }
}
