package dev.firsttoken.wire.dialect.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.eventstream.EventStreamDecoder;
import dev.firsttoken.wire.eventstream.EventStreamException;
import dev.firsttoken.wire.eventstream.EventStreamWriter;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Streams written for the purpose.
class BedrockStreamTest {

    private static final BedrockCodec CODEC = BedrockCodec.INSTANCE;

    private static final String START = "{\"messageStart\":{\"role\":\"assistant\",\"p\":\"abc\"}}";
    private static final String STOP = "{\"messageStop\":{\"stopReason\":\"end_turn\"}}";

    static final byte[] WHOLE =
            BedrockStreams.of(
                    START,
                    delta(0, "{\"reasoningContent\":{\"text\":\"hm\"}}"),
                    delta(0, "{\"reasoningContent\":{\"signature\":\"S==\"}}"),
                    stop(0),
                    delta(1, "{\"reasoningContent\":{\"redactedContent\":\"UkVE\"}}"),
                    stop(1),
                    delta(2, "{\"text\":\"a\\u00e9\"}"),
                    delta(
                            2,
                            "{\"citation\":{\"title\":\"t\",\"location\":{\"web\":{\"url\":\"u\"}}}}"),
                    stop(2),
                    "{\"contentBlockStart\":{\"contentBlockIndex\":3,\"start\":{\"toolUse\":{\"toolUseId\":\"s1\",\"name\":\"search\",\"type\":\"server_tool_use\"}}}}",
                    delta(3, "{\"toolUse\":{\"input\":\"{\\\"q\\\"\"}}"),
                    delta(3, "{\"toolUse\":{\"input\":\":1}\"}}"),
                    stop(3),
                    "{\"contentBlockStart\":{\"contentBlockIndex\":4,\"start\":{\"toolResult\":{\"toolUseId\":\"s1\"}}}}",
                    delta(4, "{\"toolResult\":[{\"text\":\"r\"}]}"),
                    stop(4),
                    "{\"contentBlockStart\":{\"contentBlockIndex\":5,\"start\":{\"image\":{\"format\":\"png\"}}}}",
                    delta(5, "{\"image\":{\"source\":{\"bytes\":\"AAAA\"}}}"),
                    stop(5),
                    call(6, "t1", "f"),
                    delta(6, "{\"toolUse\":{\"input\":\"{\\\"x\\\":\"}}"),
                    delta(6, "{\"toolUse\":{\"input\":\"1}\"}}"),
                    stop(6),
                    call(7, "t2", "g"),
                    stop(7),
                    "{\"messageStop\":{\"stopReason\":\"tool_use\",\"additionalModelResponseFields\":{\"a\":1}}}",
                    "{\"metadata\":{\"usage\":{\"inputTokens\":5,\"outputTokens\":7,\"totalTokens\":17,\"cacheReadInputTokens\":3,\"cacheWriteInputTokens\":2},\"metrics\":{\"latencyMs\":12},\"serviceTier\":{\"type\":\"flex\"},\"p\":\"abc\"}}");

    private static String delta(int index, String delta) {
        return "{\"contentBlockDelta\":{\"contentBlockIndex\":%d,\"delta\":%s,\"p\":\"x\"}}"
                .formatted(index, delta);
    }

    private static String stop(int index) {
        return "{\"contentBlockStop\":{\"contentBlockIndex\":%d}}".formatted(index);
    }

    private static String call(int index, String id, String name) {
        return "{\"contentBlockStart\":{\"contentBlockIndex\":%d,\"start\":{\"toolUse\":{\"toolUseId\":\"%s\",\"name\":\"%s\"}}}}"
                .formatted(index, id, name);
    }

    private static List<StreamEvent> read(String... events) {
        return Streams.read(CODEC, BedrockStreams.of(events));
    }

    /// The messages of a stream as `type payload`, where an event's type is as it is and an error's
    /// has a mark before it.
    private static List<String> messages(byte[] stream) {
        var messages = new ArrayList<String>();
        try {
            new EventStreamDecoder(1 << 20)
                    .feed(
                            stream,
                            0,
                            stream.length,
                            frame -> {
                                String type = frame.header(BedrockMessages.EVENT_TYPE);
                                String error = frame.header(BedrockMessages.EXCEPTION_TYPE);
                                String payload =
                                        new String(
                                                frame.array(),
                                                frame.payloadFrom(),
                                                frame.payloadTo() - frame.payloadFrom(),
                                                UTF_8);
                                JsonTree.object(payload.getBytes(UTF_8));
                                messages.add((type == null ? "!" + error : type) + " " + payload);
                            });
        } catch (EventStreamException e) {
            throw new AssertionError(e);
        }
        return messages;
    }

    private static List<String> written(StreamEvent... events) {
        return messages(Streams.write(CODEC, List.of(events)));
    }

    @Test
    void everythingOfAStreamIsRead() {
        assertThat(Streams.read(CODEC, WHOLE))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("citation")
                .containsExactly(
                        new Started("", ""),
                        new ReasoningDelta(0, "hm"),
                        new Signature(0, SignatureOf.REASONING, "anthropic", "S=="),
                        new BlockStop(0),
                        new Signature(0, SignatureOf.REDACTED, "bedrock", "UkVE"),
                        new TextDelta(0, "aé"),
                        new Cited(0, BedrockStreamTest.citation()),
                        new BlockStop(0),
                        new Unrecognized(
                                "bedrock.content_block",
                                "{\"toolUse\":{\"toolUseId\":\"s1\",\"name\":\"search\",\"type\":\"server_tool_use\",\"input\":{\"q\":1}}}"),
                        new Unrecognized(
                                "bedrock.content_block",
                                "{\"toolResult\":{\"toolUseId\":\"s1\",\"content\":[{\"text\":\"r\"}]}}"),
                        new Image(0, "image/png", "AAAA"),
                        new ToolCallDelta(0, 0, "t1", "f", ""),
                        new ToolCallDelta(0, 0, null, null, "{\"x\":"),
                        new ToolCallDelta(0, 0, null, null, "1}"),
                        new BlockStop(0),
                        new ToolCallDelta(0, 1, "t2", "g", ""),
                        new BlockStop(0),
                        new Metadata("bedrock.additionalModelResponseFields", "{\"a\":1}"),
                        new Finish(0, Reason.TOOL_CALLS),
                        new Usage(10, 3, 2, 7, 0, false),
                        new Metadata("bedrock.metrics", "{\"latencyMs\":12}"),
                        new Metadata(Metadata.SERVICE_TIER, "flex"));
    }

    private static dev.firsttoken.wire.event.Citation citation() {
        return new dev.firsttoken.wire.event.Citation("u", "t", null, -1, -1, "bedrock", "{}");
    }

    @Test
    void reasonsAreTold() {
        Map.of(
                        "end_turn", Reason.STOP,
                        "stop_sequence", Reason.STOP_SEQUENCE,
                        "max_tokens", Reason.LENGTH,
                        "model_context_window_exceeded", Reason.CONTEXT_FULL,
                        "tool_use", Reason.TOOL_CALLS,
                        "guardrail_intervened", Reason.CONTENT_FILTER,
                        "content_filtered", Reason.CONTENT_FILTER,
                        "malformed_tool_use", Reason.OTHER)
                .forEach((word, reason) -> {
                    String stop = STOP.replace("end_turn", word);
                    Finish finish = (Finish) read(START, stop).getLast();
                    assertThat(finish.reason()).as(word).isEqualTo(reason);
                });
        assertThat(
                        read(
                                "{\"messageStop\":{\"stopReason\":\"stop_sequence\",\"additionalModelResponseFields\":{\"delta\":{\"stop_sequence\":\"END\"}}}}"))
                .last()
                .isEqualTo(new Finish(0, Reason.STOP_SEQUENCE, "END"));
    }

    @Test
    void anErrorInsideOfAStreamEndsIt() {
        var out = new Utf8Buffer(64);
        out.put(BedrockStreams.of(START, delta(0, "{\"text\":\"a\"}")));
        BedrockStreams.message(
                BedrockMessages.exception("throttlingException"),
                BedrockStreams.message("slow down"),
                out);
        out.put(BedrockStreams.of(delta(0, "{\"text\":\"late\"}"), STOP));
        assertThat(Streams.read(CODEC, out.toByteArray()))
                .containsExactly(
                        new Started("", ""),
                        new TextDelta(0, "a"),
                        new Failed(
                                new Failure(
                                        Failure.Kind.REPORTED,
                                        429,
                                        "slow down (throttlingException)",
                                        null)));
    }

    @Test
    void anErrorInTheHeadersIsOneToo() {
        var headers = new Utf8Buffer(64);
        header(":message-type", "error", headers);
        header(":error-code", "InternalFailure", headers);
        header(":error-message", "no", headers);
        var out = new Utf8Buffer(64);
        BedrockStreams.message(headers.toByteArray(), "", out);
        assertThat(Streams.read(CODEC, out.toByteArray()))
                .containsExactly(
                        new Failed(
                                new Failure(
                                        Failure.Kind.REPORTED, 502, "no (InternalFailure)", null)));
    }

    private static void header(String name, String value, Utf8Buffer out) {
        EventStreamWriter.header(name.getBytes(UTF_8), value.getBytes(UTF_8), out);
    }

    @Test
    void errorsOfEveryTypeHaveTheirStatus() {
        Map.of(
                        "validationException", 400,
                        "modelStreamErrorException", 424,
                        "internalServerException", 500,
                        "serviceUnavailableException", 503)
                .forEach((type, status) -> {
                    var out = new Utf8Buffer(64);
                    BedrockStreams.message(BedrockMessages.exception(type), "{}", out);
                    assertThat(Streams.read(CODEC, out.toByteArray()))
                            .last()
                            .isInstanceOfSatisfying(
                                    Failed.class,
                                    failed ->
                                            assertThat(failed.failure().status())
                                                    .as(type)
                                                    .isEqualTo(status));
                });
    }

    @Test
    void bytesThatAreBrokenFail() {
        byte[] broken = BedrockStreams.of(START, STOP);
        broken[broken.length - 1] ^= 1;
        assertThat(Streams.read(CODEC, broken))
                .last()
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                            assertThat(failed.failure().kind()).isEqualTo(Failure.Kind.INVALID);
                            assertThat(failed.failure().detail()).contains("checksum");
                        });
        var reader = CODEC.streamReader(64);
        assertThat(Streams.read(reader, WHOLE, null))
                .last()
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.failure().detail())
                                        .isEqualTo("a message is longer than 64 bytes"));
        var out = new Utf8Buffer(64);
        BedrockStreams.message(BedrockMessages.event("contentBlockDelta"), "{\"delta\":", out);
        assertThat(Streams.read(CODEC, out.toByteArray())).last().isInstanceOf(Failed.class);
    }

    @Test
    void whatComesBehindTheEndIsNoContent() {
        assertThat(read(START, STOP, delta(0, "{\"text\":\"late\"}"), STOP))
                .containsExactly(new Started("", ""), new Finish(0, Reason.STOP));
    }

    @Test
    void eventsThatNobodyKnowsAreKept() {
        assertThat(read(START, "{\"news\":{\"a\":1}}", "{\"ping\":{}}", STOP))
                .containsExactly(
                        new Started("", ""),
                        new Unrecognized("bedrock.event", "{\"news\":{\"a\":1}}"),
                        new Finish(0, Reason.STOP));
    }

    @Test
    void aStreamIsWritten() {
        assertThat(
                        written(
                                new Started("id", "m"),
                                new Usage(10, 3, 2, 7, 4, false),
                                new ReasoningDelta(0, "hm"),
                                new Signature(0, SignatureOf.REASONING, "anthropic", "S"),
                                new Signature(0, SignatureOf.REASONING, "gemini", "no"),
                                new TextDelta(0, "a\"é"),
                                new TextDelta(1, "another choice"),
                                new ToolCallDelta(0, 0, "", "f", ""),
                                new ToolCallDelta(0, 0, null, null, "{}"),
                                new Finish(0, Reason.TOOL_CALLS)))
                .containsExactly(
                        "messageStart {\"role\":\"assistant\"}",
                        "contentBlockDelta"
                                + " {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"hm\"}}}",
                        "contentBlockDelta"
                                + " {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"signature\":\"S\"}}}",
                        "contentBlockStop {\"contentBlockIndex\":0}",
                        "contentBlockDelta"
                                + " {\"contentBlockIndex\":1,\"delta\":{\"text\":\"a\\\"é\"}}",
                        "contentBlockStop {\"contentBlockIndex\":1}",
                        "contentBlockStart"
                                + " {\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"tooluse_1_2\",\"name\":\"f\"}}}",
                        "contentBlockDelta"
                                + " {\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}",
                        "contentBlockStop {\"contentBlockIndex\":2}",
                        "messageStop {\"stopReason\":\"tool_use\"}",
                        "metadata"
                                + " {\"usage\":{\"inputTokens\":5,\"outputTokens\":7,\"totalTokens\":17,\"cacheReadInputTokens\":3,\"cacheWriteInputTokens\":2},\"metrics\":{\"latencyMs\":0}}");
    }

    @Test
    void aBrokenAnswerEndsWithAnError() {
        assertThat(written(new TextDelta(0, "a")))
                .last()
                .isEqualTo(
                        "!internalServerException {\"message\":\"the answer ended before it was"
                                + " complete\"}");
        assertThat(
                        written(
                                new TextDelta(0, "a"),
                                new Failed(
                                        new Failure(Failure.Kind.RATE_LIMITED, 429, "slow", null))))
                .last()
                .isEqualTo("!throttlingException {\"message\":\"slow\"}");
        assertThat(
                        written(
                                new ToolCallDelta(0, 0, "i", "f", "{\"a\":"),
                                new Finish(0, Reason.TOOL_CALLS)))
                .last()
                .isEqualTo(
                        "!internalServerException {\"message\":\"tool call 0: its arguments are not"
                                + " a JSON object\"}");
    }

    @Test
    void aHeartbeatIsAnEventThatEverybodySkips() {
        var out = new Utf8Buffer(64);
        CODEC.streamWriter(Streams.HEAD, Streams.request()).heartbeat(out);
        assertThat(messages(out.toByteArray())).containsExactly("ping {}");
        out.put(BedrockStreams.of(START, STOP));
        assertThat(Streams.read(CODEC, out.toByteArray()))
                .containsExactly(new Started("", ""), new Finish(0, Reason.STOP));
    }

    @Test
    void refusalsSayTheirType() {
        var out = new Utf8Buffer(64);
        CODEC.writeError(Failure.of(Failure.Kind.RATE_LIMITED, "no"), out);
        assertThat(out.toString())
                .isEqualTo("{\"__type\":\"ThrottlingException\",\"message\":\"no\"}");
        byte[] body = "{\"message\":\"too long\"}".getBytes(UTF_8);
        Headers headers = Headers.of(Map.of("x-amzn-errortype", "ValidationException:http://x/"));
        assertThat(CODEC.readError(400, headers, body).detail())
                .isEqualTo("too long (ValidationException)");
        assertThat(CODEC.readError(503, Headers.NONE, "no".getBytes(UTF_8)).status())
                .isEqualTo(503);
    }
}
