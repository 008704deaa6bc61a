package dev.firsttoken.wire.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.Streams;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.Citation;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.AudioDelta;
import dev.firsttoken.wire.event.StreamEvent.BlockStop;
import dev.firsttoken.wire.event.StreamEvent.Cited;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Image;
import dev.firsttoken.wire.event.StreamEvent.LogProbs;
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
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.AnswerAssembler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeminiStreamTest {

    private static final GeminiCodec CODEC = GeminiCodec.INSTANCE;

    private static List<StreamEvent> read(String... chunks) {
        var text = new StringBuilder();
        for (String chunk : chunks) {
            text.append("data: ").append(chunk).append("\r\n\r\n");
        }
        return Streams.read(CODEC, text.toString().getBytes(UTF_8));
    }

    private static String candidate(String parts, String more) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
                + parts
                + "]}"
                + more
                + "}],\"responseId\":\"r\",\"modelVersion\":\"g\"}";
    }

    private static List<StreamEvent> again(List<StreamEvent> events) {
        return Streams.read(CODEC, Streams.write(CODEC, events));
    }

    private static String written(StreamEvent... events) {
        return new String(Streams.write(CODEC, List.of(events)), UTF_8);
    }

    @Test
    void aBlockedPromptIsAFinishedAnswerWithoutContent() {
        List<StreamEvent> events =
                read(
                        "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":4}}");
        assertThat(events)
                .containsExactly(
                        new Started("", ""),
                        new Metadata("gemini.prompt_feedback", "{\"blockReason\":\"SAFETY\"}"),
                        new Finish(0, Reason.CONTENT_FILTER),
                        new Usage(4, 0, 0, 0));
        assertThat(again(events)).containsAll(events.subList(1, 4));
        assertThat(new String(Streams.write(ChatCodec.INSTANCE, events), UTF_8))
                .contains("\"finish_reason\":\"content_filter\"");
    }

    @Test
    void everyFinishHasItsReason() {
        for (String word : List.of("SAFETY", "RECITATION", "BLOCKLIST", "SPII", "IMAGE_SAFETY")) {
            List<StreamEvent> events = read(candidate("", ",\"finishReason\":\"" + word + "\""));
            assertThat(events).contains(new Finish(0, Reason.CONTENT_FILTER));
            assertThat(new String(Streams.write(CODEC, events), UTF_8))
                    .contains("\"" + word + "\"");
        }
        assertThat(read(candidate("", ",\"finishReason\":\"MAX_TOKENS\"")))
                .contains(new Finish(0, Reason.LENGTH));
        assertThat(read(candidate("", ",\"finishReason\":\"MALFORMED_FUNCTION_CALL\"")))
                .contains(new Finish(0, Reason.OTHER, "MALFORMED_FUNCTION_CALL"));
        assertThat(
                        read(
                                candidate(
                                        "{\"functionCall\":{\"name\":\"f\",\"args\":{}}}",
                                        ",\"finishReason\":\"STOP\"")))
                .contains(new ToolCallDelta(0, 0, "gemini_call_r_0", "f", "{}"))
                .contains(new Finish(0, Reason.TOOL_CALLS));
    }

    @Test
    void callsKeepTheIdsThatTheyHave() {
        List<StreamEvent> events =
                read(
                        candidate(
                                "{\"functionCall\":{\"id\":\"c7\",\"name\":\"f\",\"args\":{\"x\":1}},\"thoughtSignature\":\"U+w==\"},{\"functionCall\":{\"name\":\"g\"}}",
                                ",\"finishReason\":\"STOP\""));
        assertThat(events)
                .containsSubsequence(
                        new ToolCallDelta(0, 0, "c7", "f", "{\"x\":1}"),
                        new Signature(0, SignatureOf.TOOL_CALL, "gemini", "U+w=="),
                        new ToolCallDelta(0, 1, "gemini_call_r_1", "g", ""));
        String out = new String(Streams.write(CODEC, events), UTF_8);
        assertThat(out)
                .contains(
                        "{\"functionCall\":{\"id\":\"c7\",\"name\":\"f\",\"args\":{\"x\":1}},\"thoughtSignature\":\"U+w==\"}")
                .contains("{\"functionCall\":{\"name\":\"g\",\"args\":{}}}");
    }

    @Test
    void aSignatureEndsItsPart() {
        List<StreamEvent> events =
                read(
                        candidate("{\"text\":\"hm\",\"thought\":true}", ""),
                        candidate("{\"text\":\"a\",\"thoughtSignature\":\"S1\"}", ""),
                        candidate(
                                "{\"text\":\"b\"},{\"text\":\"\",\"thoughtSignature\":\"S2\"}",
                                ",\"finishReason\":\"STOP\""));
        assertThat(events)
                .containsExactly(
                        new Started("r", "g"),
                        new ReasoningDelta(0, "hm"),
                        new TextDelta(0, "a"),
                        new Signature(0, SignatureOf.TEXT, "gemini", "S1"),
                        new BlockStop(0),
                        new TextDelta(0, "b"),
                        new Signature(0, SignatureOf.TEXT, "gemini", "S2"),
                        new Finish(0, Reason.STOP));
        assertThat(again(events)).containsSequence(events.subList(1, events.size()));
    }

    @Test
    void picturesSoundAndForeignPartsComeThrough() {
        List<StreamEvent> events =
                read(
                        candidate(
                                "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}},"
                                        + "{\"inlineData\":{\"mimeType\":\"audio/L16;rate=24000\",\"data\":\"BBBB\"}},"
                                        + "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}}",
                                ",\"finishReason\":\"STOP\""));
        assertThat(events)
                .contains(
                        new Image(0, "image/png", "AAAA"),
                        new AudioDelta(0, null, "BBBB", ""),
                        new Unrecognized(
                                "gemini.part",
                                "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}}"));
        assertThat(again(events)).containsAll(events.subList(1, events.size()));
        var assembler = new AnswerAssembler();
        events.forEach(assembler);
        var out = new Utf8Buffer(64);
        CODEC.writeAnswer(Streams.HEAD, assembler.answer(), Streams.request(), out);
        assertThat(out.toString()).contains("\"audio/L16;rate=24000\"");
    }

    @Test
    void groundingBecomesCitationsWithOffsetsOfCharacters() {
        String grounding =
                "{\"groundingChunks\":[{\"web\":{\"uri\":\"https://example.com\",\"title\":\"e\"}}],"
                        + "\"groundingSupports\":[{\"segment\":{\"startIndex\":3,\"endIndex\":7,\"text\":\"t\"},\"groundingChunkIndices\":[0]}]}";
        List<StreamEvent> events =
                read(
                        candidate("{\"text\":\"é text\"}", ""),
                        candidate(
                                "",
                                ",\"groundingMetadata\":"
                                        + grounding
                                        + ",\"finishReason\":\"STOP\""));
        assertThat(events)
                .contains(
                        new Cited(
                                0,
                                new Citation(
                                        "https://example.com",
                                        "e",
                                        null,
                                        2,
                                        6,
                                        "gemini",
                                        "{\"web\":{\"uri\":\"https://example.com\",\"title\":\"e\"}}")))
                .contains(new Metadata("gemini.grounding_metadata", grounding));
        assertThat(again(events)).containsAll(events.subList(1, events.size()));
        assertThat(new String(Streams.write(ChatCodec.INSTANCE, events), UTF_8))
                .contains("\"url_citation\":{\"url\":\"https://example.com\"")
                .contains("\"start_index\":2,\"end_index\":6");
    }

    @Test
    void probabilitiesTakeTheFormOfOthersAndBack() {
        List<StreamEvent> events =
                read(
                        candidate(
                                "{\"text\":\"a\"}",
                                ",\"logprobsResult\":{\"topCandidates\":[{\"candidates\":[{\"token\":\"a\",\"tokenId\":1,\"logProbability\":-0.5}]}],"
                                        + "\"chosenCandidates\":[{\"token\":\"a\",\"tokenId\":1,\"logProbability\":-0.5}]},\"finishReason\":\"STOP\""));
        var probabilities =
                new LogProbs(
                        0,
                        false,
                        "[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":null,\"top_logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":null}]}]");
        assertThat(events).contains(probabilities);
        assertThat(again(events)).contains(probabilities);
    }

    @Test
    void usageIsToldWhenItChanges() {
        assertThat(
                        read(
                                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":{\"promptTokenCount\":15}}",
                                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]}}],\"usageMetadata\":{\"promptTokenCount\":15}}",
                                "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":13,\"toolUsePromptTokenCount\":2,\"cachedContentTokenCount\":5,\"candidatesTokenCount\":4,\"thoughtsTokenCount\":6}}"))
                .filteredOn(Usage.class::isInstance)
                .containsExactly(new Usage(15, 0, 0, 0), new Usage(15, 5, 10, 6));
    }

    @Test
    void anErrorInsideOfAStreamEndsIt() {
        List<StreamEvent> events =
                read(
                        candidate("{\"text\":\"a\"}", ""),
                        "{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}",
                        candidate("{\"text\":\"b\"}", ",\"finishReason\":\"STOP\""));
        assertThat(events.getLast())
                .isEqualTo(
                        new Failed(
                                new Failure(
                                        Failure.Kind.REPORTED, 503, "busy (UNAVAILABLE)", null)));
        assertThat(events).doesNotContain(new TextDelta(0, "b"));
    }

    @Test
    void errorBodiesAreUnderstoodAndWritten() {
        String body =
                "[{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"3.5s\"}]}}]";
        Failure failure = CODEC.readError(429, Headers.NONE, body.getBytes(UTF_8));
        assertThat(failure)
                .isEqualTo(
                        new Failure(
                                Failure.Kind.REFUSED,
                                429,
                                "slow (RESOURCE_EXHAUSTED)",
                                Duration.ofMillis(3500)));
        var out = new Utf8Buffer(64);
        CODEC.writeError(failure, out);
        assertThat(out.toString())
                .contains("\"code\":429")
                .contains("\"status\":\"RESOURCE_EXHAUSTED\"")
                .contains("\"retryDelay\":\"3.500s\"");
        assertThat(CODEC.readError(429, Headers.NONE, out.toByteArray()).retryAfter())
                .isEqualTo(Duration.ofMillis(3500));
    }

    @Test
    void argumentsHaveALimitAndAPath() {
        String start = candidate("{\"functionCall\":{\"name\":\"f\",\"willContinue\":true}}", "");
        String piece = "{\"functionCall\":{\"partialArgs\":[%s],\"willContinue\":true}}";
        for (String bad :
                List.of(
                        "{\"jsonPath\":\"a\",\"stringValue\":\"x\"}",
                        "{\"jsonPath\":\"$.a[7]\",\"stringValue\":\"x\"}",
                        "{\"jsonPath\":\"$.a[\",\"stringValue\":\"x\"}",
                        "{\"jsonPath\":\"$\",\"stringValue\":\"x\"}")) {
            assertThat(read(start, candidate(piece.formatted(bad), "")).getLast())
                    .isInstanceOf(Failed.class);
        }
        var stream = new StringBuilder("data: " + start + "\n\n");
        String more = "{\"jsonPath\":\"$.a\",\"stringValue\":\"" + "x".repeat(300) + "\"}";
        for (int i = 0; i < 4; i++) {
            stream.append("data: ").append(candidate(piece.formatted(more), "")).append("\n\n");
        }
        List<StreamEvent> events =
                Streams.read(CODEC.streamReader(1024), stream.toString().getBytes(UTF_8), null);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.failure().detail()).contains("at most 1024"));
    }

    @Test
    void callsOfOthersBecomeWhole() {
        String stream =
                written(
                        new ToolCallDelta(0, 0, "a", "f", ""),
                        new ToolCallDelta(0, 1, "b", "g", "{\"y\":"),
                        new ToolCallDelta(0, 0, null, null, "{\"x\":1}"),
                        new ToolCallDelta(0, 1, null, null, "2}"),
                        new Finish(0, Reason.TOOL_CALLS));
        assertThat(stream)
                .contains("{\"functionCall\":{\"id\":\"a\",\"name\":\"f\",\"args\":{\"x\":1}}}")
                .contains("{\"functionCall\":{\"id\":\"b\",\"name\":\"g\",\"args\":{\"y\":2}}}")
                .contains("\"finishReason\":\"STOP\"");
    }

    @Test
    void aCallThatWasCutIsLeftOutOrAFailure() {
        var call = new ToolCallDelta(0, 0, "a", "f", "{\"y\":");
        assertThat(written(call, new BlockStop(0), new Finish(0, Reason.LENGTH)))
                .doesNotContain("functionCall")
                .contains("MAX_TOKENS");
        assertThat(written(call, new Finish(0, Reason.TOOL_CALLS)))
                .contains("\"error\"")
                .doesNotContain("finishReason");
    }

    @Test
    void whatWasCutOrFailedNeverLooksFinished() {
        assertThat(written(new TextDelta(0, "a")))
                .contains("\"status\":\"INTERNAL\"")
                .doesNotContain("finishReason");
        assertThat(
                        written(
                                new TextDelta(0, "a"),
                                new Failed(Failure.of(Failure.Kind.OVERLOADED, "full"))))
                .endsWith(
                        "data: {\"error\":{\"code\":503,\"message\":\"full\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n");
    }

    @Test
    void severalCandidatesStayApart() {
        var events =
                new ArrayList<StreamEvent>(
                        List.of(
                                new TextDelta(0, "a"),
                                new TextDelta(1, "b"),
                                new Finish(0, Reason.STOP),
                                new Finish(1, Reason.LENGTH)));
        assertThat(again(events)).containsAll(events);
        events.removeLast();
        assertThat(again(events).getLast()).isInstanceOf(Failed.class);
    }
}
