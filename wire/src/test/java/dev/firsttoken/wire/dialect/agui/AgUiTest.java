package dev.firsttoken.wire.dialect.agui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs: what is asked, and the events that answer it.
class AgUiTest {

    private static final AgUiCodec CODEC = AgUiCodec.INSTANCE;
    private static final String EMPTY =
            "{\"threadId\":\"t\",\"runId\":\"r\",\"messages\":[],\"tools\":[],\"context\":[],\"state\":{}}";

    private static Request read(String body) throws InvalidRequestException {
        return CODEC.readRequest("/ag-ui", Headers.NONE, body.getBytes(UTF_8));
    }

    private static List<String> written(StreamEvent... events) throws Exception {
        var out = new Utf8Buffer(256);
        var writer = CODEC.streamWriter(Streams.HEAD, read(EMPTY));
        List.of(events).forEach(event -> writer.write(event, out));
        writer.end(out);
        assertThat(out.toString()).endsWith("\n\n");
        return List.of(out.toString().split("\n\n")).stream()
                .map(frame -> frame.substring("data: ".length()))
                .toList();
    }

    @Test
    void aRunIsWritten() throws Exception {
        assertThat(
                        written(
                                new ReasoningDelta(0, "hm"),
                                new Signature(0, SignatureOf.REASONING, "anthropic", "S"),
                                new TextDelta(0, "a"),
                                new ToolCallDelta(0, 0, "c", "f", "{}"),
                                new Usage(10, 3, 2, 7, 4, false),
                                new Finish(0, Reason.TOOL_CALLS)))
                .containsExactly(
                        "{\"type\":\"RUN_STARTED\",\"threadId\":\"t\",\"runId\":\"r\"}",
                        "{\"type\":\"REASONING_START\",\"messageId\":\"msg_1_0\"}",
                        "{\"type\":\"REASONING_MESSAGE_START\",\"messageId\":\"msg_1_0\",\"role\":\"reasoning\"}",
                        "{\"type\":\"REASONING_MESSAGE_CONTENT\",\"messageId\":\"msg_1_0\",\"delta\":\"hm\"}",
                        "{\"type\":\"REASONING_MESSAGE_END\",\"messageId\":\"msg_1_0\"}",
                        "{\"type\":\"REASONING_ENCRYPTED_VALUE\",\"subtype\":\"message\",\"entityId\":\"msg_1_0\",\"encryptedValue\":\"anthropic:S\"}",
                        "{\"type\":\"REASONING_END\",\"messageId\":\"msg_1_0\"}",
                        "{\"type\":\"TEXT_MESSAGE_START\",\"messageId\":\"msg_1_1\",\"role\":\"assistant\"}",
                        "{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"msg_1_1\",\"delta\":\"a\"}",
                        "{\"type\":\"TEXT_MESSAGE_END\",\"messageId\":\"msg_1_1\"}",
                        "{\"type\":\"TOOL_CALL_START\",\"toolCallId\":\"c\",\"toolCallName\":\"f\"}",
                        "{\"type\":\"TOOL_CALL_ARGS\",\"toolCallId\":\"c\",\"delta\":\"{}\"}",
                        "{\"type\":\"TOOL_CALL_END\",\"toolCallId\":\"c\"}",
                        "{\"type\":\"RUN_FINISHED\",\"threadId\":\"t\",\"runId\":\"r\",\"result\":{\"finishReason\":\"tool_calls\"},\"outcome\":{\"type\":\"success\",\"pendingToolCallIds\":[\"c\"]},\"usage\":[{\"model\":\"m\",\"inputTokens\":10,\"outputTokens\":7,\"totalTokens\":17,\"reasoningTokens\":4,\"cachedInputTokens\":3,\"cacheWriteInputTokens\":2}]}");
    }

    @Test
    void aBrokenRunEndsWithAnError() throws Exception {
        assertThat(written(new TextDelta(0, "a")))
                .endsWith(
                        "{\"type\":\"RUN_ERROR\",\"message\":\"the answer ended before it was"
                                + " complete\",\"code\":\"upstream_truncated\"}");
        Failure failure = Failure.of(Failure.Kind.STALLED, "silent");
        assertThat(written(new Failed(failure)))
                .containsExactly(
                        "{\"type\":\"RUN_ERROR\",\"message\":\"silent\",\"code\":\"upstream_stalled\"}");
        assertThat(
                        written(
                                new ToolCallDelta(0, 0, "c", "f", "["),
                                new Finish(0, Reason.TOOL_CALLS)))
                .last()
                .asString()
                .contains("tool call 0: its arguments are not a JSON object");
    }

    @Test
    void aConversationIsUnderstood() throws Exception {
        Request request =
                read(
                        """
                        {"threadId":"t","runId":"r","protocolVersion":"1.0","state":{"a":1},
                         "context":[],"forwardedProps":{"model":"m"},
                         "tools":[{"name":"look","description":"looks","parameters":{"type":"object"}}],
                         "messages":[
                          {"id":"1","role":"developer","content":"be brief"},
                          {"id":"2","role":"user","content":[{"type":"text","text":"look"},
                            {"type":"image","source":{"type":"data","value":"AAAA","mimeType":"image/png"}}]},
                          {"id":"3","role":"reasoning","content":"hm","encryptedValue":"anthropic:S:1"},
                          {"id":"4","role":"reasoning","content":"","encryptedValue":"anthropic!R"},
                          {"id":"5","role":"assistant","toolCalls":[{"id":"c","type":"function",
                            "function":{"name":"look","arguments":"{\\"at\\":1}"}}]},
                          {"id":"6","role":"tool","toolCallId":"c","content":"no","error":"x"},
                          {"id":"7","role":"activity","content":{}}]}
                        """);
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.messages())
                .containsExactly(
                        Message.of(Role.DEVELOPER, "be brief"),
                        Message.of(
                                Role.USER,
                                new Part.Text("look"),
                                new Part.Image(
                                        new Source.Inline("image/png", "AAAA"), null, Extras.NONE)),
                        Message.of(
                                Role.ASSISTANT,
                                new Part.Reasoning(
                                        "hm", new Part.Signed("anthropic", "S:1"), Extras.NONE),
                                new Part.RedactedReasoning(
                                        new Part.Signed("anthropic", "R"), Extras.NONE),
                                new Part.ToolCall(
                                        "c", "look", new RawJson("{\"at\":1}"), null, Extras.NONE)),
                        Message.of(
                                Role.USER,
                                new Part.ToolResult(
                                        "c",
                                        null,
                                        List.of(new Part.Text("no")),
                                        true,
                                        Extras.NONE)));
    }

    /// The client has a message for each of the calls, and wants the results of all of them behind
    /// the last.
    @Test
    void callsAtOnceAreOneTurn() throws Exception {
        String call =
                "{\"id\":\"%s\",\"role\":\"assistant\",\"toolCalls\":[{\"id\":\"c%s\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]}";
        Request request =
                read(
                        EMPTY.replace(
                                "\"messages\":[]",
                                "\"messages\":[{\"id\":\"0\",\"role\":\"assistant\",\"content\":\"Well.\"},"
                                        + call.formatted(1, 1)
                                        + ","
                                        + call.formatted(2, 2)
                                        + "]"));
        assertThat(request.messages()).hasSize(1);
        assertThat(request.messages().getFirst().parts())
                .satisfiesExactly(
                        part -> assertThat(part).isEqualTo(new Part.Text("Well.")),
                        part -> assertThat(((Part.ToolCall) part).id()).isEqualTo("c1"),
                        part -> assertThat(((Part.ToolCall) part).id()).isEqualTo("c2"));
    }

    /// Ids are for the answer: no provider misses them. A state is something else.
    @Test
    void onlyWhatAProviderCouldUseIsALoss() throws Exception {
        assertThat(ChatCodec.INSTANCE.writeRequest(read(EMPTY), "m").losses()).isEmpty();
        Request stateful = read(EMPTY.replace("\"state\":{}", "\"state\":{\"a\":1}"));
        assertThat(ChatCodec.INSTANCE.writeRequest(stateful, "m").losses()).hasSize(1);
    }

    @Test
    void whatIsNotARunIsRefused() {
        for (String body :
                List.of(
                        "{}",
                        "{\"threadId\":\"t\",\"runId\":\"r\"}",
                        EMPTY.replace("[]", "[{\"role\":\"robot\"}]"),
                        EMPTY.replace("\"threadId\":\"t\",", ""))) {
            assertThatThrownBy(() -> read(body))
                    .as(body)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }
}
