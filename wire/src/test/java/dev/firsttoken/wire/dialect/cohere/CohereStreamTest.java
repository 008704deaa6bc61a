package dev.firsttoken.wire.dialect.cohere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
import dev.firsttoken.wire.event.StreamEvent.Metadata;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ReasoningDelta;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Streams and answers: real ones from ../shared/corpora beside the project, and one of everything.
class CohereStreamTest {

    private static final CohereCodec CODEC = CohereCodec.INSTANCE;

    private static final String START =
            "{\"id\":\"i\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\"}}}";
    private static final String END =
            "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\"}}";

    private static final Map<String, byte[]> STREAMS =
            Streams.recordedTexts((path, recording) -> {
                if ("cohere-v2".equals(recording.get("family"))) {
                    return (String) recording.get("body");
                }
                return path.startsWith("vercel-ai/cohere")
                                && recording.get("chunks") instanceof List<?> chunks
                        ? stream(chunks.stream().map(Object::toString).toList())
                        : null;
            });

    private static String stream(List<String> chunks) {
        var text = new StringBuilder();
        for (String chunk : chunks) {
            Object type = JsonTree.object(chunk.getBytes(UTF_8)).get("type");
            text.append("event: ").append(type).append("\ndata: ").append(chunk).append("\n\n");
        }
        return text.toString();
    }

    private static List<StreamEvent> read(String... chunks) {
        return Streams.read(CODEC, stream(List.of(chunks)).getBytes(UTF_8));
    }

    private static String content(int index, String content) {
        return "{\"type\":\"content-delta\",\"index\":%d,\"delta\":{\"message\":{\"content\":%s}}}"
                .formatted(index, content);
    }

    @Test
    void everyStreamIsReadWithoutAnErrorAndHoweverItIsCut() {
        var random = new Random(51);
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            assertThat(events).as(name).noneMatch(Failed.class::isInstance);
            assertThat(events).as(name).noneMatch(Unrecognized.class::isInstance);
            assertThat(events).as(name).first().isInstanceOf(Started.class);
            assertThat(events).as(name).filteredOn(Finish.class::isInstance).hasSize(1);
            assertThat(events).as(name).filteredOn(Usage.class::isInstance).hasSize(1);
            assertThat(Streams.read(CODEC.streamReader(1 << 20), stream, random))
                    .as(name)
                    .isEqualTo(events);
        });
    }

    @Test
    void clientsGetTheTextsAndCalls() {
        STREAMS.forEach((name, stream) -> {
            List<StreamEvent> events = Streams.read(CODEC, stream);
            assertThat(Streams.breaksARule(events)).as(name).isFalse();
            assertTold(name, events, ChatCodec.INSTANCE, ChatCodec.INSTANCE);
            assertTold(name, events, MessagesCodec.INSTANCE, MessagesCodec.INSTANCE);
        });
    }

    private static void assertTold(
            String name, List<StreamEvent> events, ClientCodec client, ProviderCodec reader) {
        List<StreamEvent> read = Streams.read(reader, Streams.write(client, events));
        assertThat(spoken(read)).as(name).isEqualTo(spoken(events));
    }

    private static List<StreamEvent> spoken(List<StreamEvent> events) {
        return Streams.normal(events.stream().filter(StreamEvent::isContent).toList());
    }

    @Test
    void everythingOfAStreamIsRead() {
        String citation =
                "{\"start\":0,\"end\":2,\"text\":\"ab\",\"sources\":[{\"type\":\"tool\"},{\"type\":\"document\",\"id\":\"d\",\"document\":{\"url\":\"u\",\"title\":\"t\"}}]}";
        List<StreamEvent> events =
                read(
                        START,
                        "{\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":\"I"
                                + " will\"}}}",
                        "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"thinking\",\"thinking\":\"\"}}}}",
                        content(0, "{\"thinking\":\"hm\"}"),
                        "{\"type\":\"content-end\",\"index\":0}",
                        "{\"type\":\"content-delta\",\"index\":1,\"logprobs\":{\"token_ids\":[7],\"text\":\"ab\",\"logprobs\":[-0.5]},\"delta\":{\"message\":{\"content\":{\"text\":\"ab\"}}}}",
                        "{\"type\":\"citation-start\",\"index\":0,\"delta\":{\"message\":{\"citations\":"
                                + citation
                                + "}}}",
                        "{\"type\":\"citation-end\",\"index\":0}",
                        "{\"type\":\"tool-call-start\",\"index\":4,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}}}}",
                        "{\"type\":\"tool-call-delta\",\"index\":4,\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":\"{}\"}}}}}",
                        "{\"type\":\"tool-call-end\",\"index\":4}",
                        "{\"type\":\"news\"}",
                        "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"billed_units\":{\"input_tokens\":12,\"output_tokens\":7},\"tokens\":{\"input_tokens\":507,\"output_tokens\":10},\"cached_tokens\":448}}}",
                        content(9, "{\"text\":\"late\"}"));
        assertThat(events)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("value", "citation.json")
                .containsExactly(
                        new Started("i", ""),
                        new ReasoningDelta(0, "I will"),
                        new ReasoningDelta(0, "hm"),
                        new BlockStop(0),
                        new TextDelta(0, "ab"),
                        new LogProbs(
                                0,
                                false,
                                "[{\"token\":\"ab\",\"logprob\":-0.5,\"bytes\":null,\"top_logprobs\":[]}]"),
                        new Cited(
                                0,
                                new dev.firsttoken.wire.event.Citation(
                                        "u", "t", null, 0, 2, "cohere", citation)),
                        new ToolCallDelta(0, 0, "c", "f", ""),
                        new ToolCallDelta(0, 0, null, null, "{}"),
                        new BlockStop(0),
                        new Unrecognized("cohere.event", "{\"type\":\"news\"}"),
                        new Usage(12, 0, 7, 0),
                        new Metadata("cohere.usage", ""),
                        new Finish(0, Reason.TOOL_CALLS));
    }

    /// What nobody is billed for is told where nothing else is.
    @Test
    void countsWithoutABillAreThoseThatTheModelSaw() {
        String usage =
                "\"usage\":{\"tokens\":{\"input_tokens\":9,\"output_tokens\":4},\"cached_tokens\":5}";
        assertThat(read(START, END.replace("\"}}", "\"," + usage + "}}")))
                .contains(new Usage(9, 5, 4, 0));
    }

    @Test
    void reasonsAreTold() {
        Map.of(
                        "COMPLETE", Reason.STOP,
                        "STOP_SEQUENCE", Reason.STOP_SEQUENCE,
                        "MAX_TOKENS", Reason.LENGTH,
                        "ERROR_LIMIT", Reason.CONTEXT_FULL,
                        "TOOL_CALL", Reason.TOOL_CALLS,
                        "ERROR_TOXIC", Reason.CONTENT_FILTER,
                        "USER_CANCEL", Reason.OTHER)
                .forEach((word, reason) -> {
                    var events = read(START, END.replace("COMPLETE", word));
                    assertThat(((Finish) events.getLast()).reason()).as(word).isEqualTo(reason);
                });
    }

    @Test
    void failuresAreTold() {
        assertThat(
                        read(
                                START,
                                "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"no"
                                        + " gpu\"}}"))
                .last()
                .isEqualTo(new Failed(Failure.of(Failure.Kind.REPORTED, "no gpu (ERROR)")));
        assertThat(read(START, END.replace("COMPLETE", "TIMEOUT")))
                .last()
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.failure().status()).isEqualTo(504));
        byte[] said = "data: {\"message\":\"too many\"}\n\n".getBytes(UTF_8);
        assertThat(Streams.read(CODEC, said))
                .containsExactly(new Failed(Failure.of(Failure.Kind.REPORTED, "too many (ERROR)")));
        assertThat(read(START, content(0, "{\"text\":\"a\"}"))).last().isInstanceOf(Failed.class);
        assertThat(CODEC.readError(429, Headers.NONE, "{\"message\":\"slow\"}".getBytes(UTF_8)))
                .isEqualTo(new Failure(Failure.Kind.REFUSED, 429, "slow", null));
    }

    @Test
    void aWholeAnswerIsRead() {
        String body =
                """
                {"id":"i","finish_reason":"TOOL_CALL","message":{"role":"assistant",
                 "tool_plan":"I will","content":[{"type":"thinking","thinking":"hm"},
                   {"type":"text","text":"ab"}],
                 "citations":[{"start":0,"end":2,"text":"ab","sources":[]}],
                 "tool_calls":[{"id":"c","type":"function",
                   "function":{"name":"f","arguments":"{\\"x\\":1}"}}]},
                 "usage":{"billed_units":{"input_tokens":5,"output_tokens":6}}}
                """;
        var found = new ArrayList<StreamEvent>();
        CODEC.readAnswer(body.getBytes(UTF_8), found::add);
        var assembler = new AnswerAssembler();
        found.forEach(assembler);
        assertThat(assembler.isComplete()).isTrue();
        assertThat(found)
                .contains(
                        new ReasoningDelta(0, "hm"),
                        new TextDelta(0, "ab"),
                        new ToolCallDelta(0, 0, "c", "f", "{\"x\":1}"),
                        new Usage(5, 0, 6, 0),
                        new Finish(0, Reason.TOOL_CALLS));
        for (String broken : List.of("{}", "no", "{\"message\":{\"content\":[]}}")) {
            found.clear();
            CODEC.readAnswer(broken.getBytes(UTF_8), found::add);
            assertThat(found).as(broken).last().isInstanceOf(Failed.class);
        }
    }
}
