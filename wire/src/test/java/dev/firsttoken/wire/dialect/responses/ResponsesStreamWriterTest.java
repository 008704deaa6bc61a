package dev.firsttoken.wire.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.Streams;
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
import dev.firsttoken.wire.event.StreamEvent.RefusalDelta;
import dev.firsttoken.wire.event.StreamEvent.Signature;
import dev.firsttoken.wire.event.StreamEvent.SignatureOf;
import dev.firsttoken.wire.event.StreamEvent.Started;
import dev.firsttoken.wire.event.StreamEvent.TextDelta;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResponsesStreamWriterTest {

    private static final ResponsesCodec CODEC = ResponsesCodec.INSTANCE;

    private static String written(StreamEvent... events) {
        String stream = new String(Streams.write(CODEC, List.of(events)), UTF_8);
        assertWellFormed("", stream);
        return stream;
    }

    /// Checks what holds for every stream: each event has its name and one line, the numbers have
    /// no gap, and what is added is done, at the same place, before a good end.
    static void assertWellFormed(String name, String stream) {
        int number = 0;
        var open = new ArrayList<String>();
        for (String block : stream.split("\n\n")) {
            String[] lines = block.split("\n");
            assertThat(lines).as(name).hasSize(2);
            Map<String, Object> event = event(lines[1]);
            String type = (String) event.get("type");
            assertThat(lines[0]).as(name).isEqualTo("event: " + type);
            assertThat(event.get("sequence_number"))
                    .as(name)
                    .isEqualTo(new JsonTree.Number(Integer.toString(number++)));
            if (type.endsWith(".added") && !type.contains("annotation")) {
                open.add(type.replace(".added", "") + place(event));
            } else if (type.endsWith("_part.done") || type.endsWith("_item.done")) {
                assertThat(open.remove(type.replace(".done", "") + place(event)))
                        .as("%s: %s was added", name, block)
                        .isTrue();
            } else if (type.equals("response.completed")) {
                assertThat(open).as(name).isEmpty();
            }
        }
    }

    private static Map<String, Object> event(String line) {
        return JsonTree.object(line.substring("data: ".length()).getBytes(UTF_8));
    }

    private static String place(Map<String, Object> event) {
        var place = new StringBuilder();
        for (String name : List.of("output_index", "content_index", "summary_index")) {
            if (event.get(name) instanceof JsonTree.Number(String text)) {
                place.append(' ').append(text);
            }
        }
        return place.toString();
    }

    /// Each event's name without `response.`, and the places it names.
    private static List<String> outline(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(ResponsesStreamWriterTest::event)
                .map(event -> event.get("type").toString().replace("response.", "") + place(event))
                .toList();
    }

    private static Map<String, Object> last(String stream) {
        return event(stream.lines().filter(line -> line.startsWith("data: ")).toList().getLast());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> response(String stream) {
        return (Map<String, Object>) last(stream).get("response");
    }

    @Test
    void everyKindOfContentHasItsEventsInOrder() {
        var web = new Citation("https://example.com", "t", null, 0, 1, "anthropic", "{}");
        String stream =
                written(
                        new Started("x", "y"),
                        new ReasoningDelta(0, "hm"),
                        new ReasoningDelta(0, "m"),
                        new TextDelta(0, "a"),
                        new TextDelta(0, "b"),
                        new Cited(0, web),
                        new BlockStop(0),
                        new RefusalDelta(0, "no"),
                        new ToolCallDelta(0, 0, "call_1", "f", ""),
                        new ToolCallDelta(0, 0, null, null, "{}"),
                        new Finish(0, Reason.TOOL_CALLS),
                        new Usage(10, 4, 6, 2));
        assertThat(outline(stream))
                .containsExactly(
                        "created",
                        "in_progress",
                        "output_item.added 0",
                        "reasoning_summary_part.added 0 0",
                        "reasoning_summary_text.delta 0 0",
                        "reasoning_summary_text.delta 0 0",
                        "reasoning_summary_text.done 0 0",
                        "reasoning_summary_part.done 0 0",
                        "output_item.done 0",
                        "output_item.added 1",
                        "content_part.added 1 0",
                        "output_text.delta 1 0",
                        "output_text.delta 1 0",
                        "output_text.annotation.added 1 0",
                        "output_text.done 1 0",
                        "content_part.done 1 0",
                        "content_part.added 1 1",
                        "refusal.delta 1 1",
                        "refusal.done 1 1",
                        "content_part.done 1 1",
                        "output_item.done 1",
                        "output_item.added 2",
                        "function_call_arguments.delta 2",
                        "function_call_arguments.done 2",
                        "output_item.done 2",
                        "completed");
        assertThat(response(stream).get("output"))
                .isEqualTo(
                        JsonTree.of(
                                """
                                [{"id":"rs_1_0","type":"reasoning","status":"completed",
                                  "summary":[{"type":"summary_text","text":"hmm"}]},
                                 {"id":"msg_1_1","type":"message","status":"completed",
                                  "role":"assistant","content":[
                                   {"type":"output_text","annotations":[{"type":"url_citation",
                                     "url":"https://example.com","title":"t","start_index":0,
                                     "end_index":1}],"logprobs":[],"text":"ab"},
                                   {"type":"refusal","refusal":"no"}]},
                                 {"id":"fc_1_2","type":"function_call","status":"completed",
                                  "arguments":"{}","call_id":"call_1","name":"f"}]
                                """
                                        .getBytes(UTF_8)));
        assertThat(response(stream).get("usage"))
                .isEqualTo(
                        JsonTree.of(
                                """
                                {"input_tokens":10,"input_tokens_details":{"cached_tokens":4},
                                 "output_tokens":6,"output_tokens_details":{"reasoning_tokens":2},
                                 "total_tokens":16}
                                """
                                        .getBytes(UTF_8)));
    }

    @Test
    void theModelsOwnReasoningIsNoSummary() {
        assertThat(
                        outline(
                                written(
                                        new Metadata(
                                                ResponsesWords.REASONING, ResponsesWords.AS_TEXT),
                                        new ReasoningDelta(0, "hm"),
                                        new Finish(0, Reason.STOP))))
                .containsSubsequence(
                        "output_item.added 0",
                        "content_part.added 0 0",
                        "reasoning_text.delta 0 0",
                        "reasoning_text.done 0 0",
                        "content_part.done 0 0",
                        "output_item.done 0");
    }

    @Test
    void interleavedCallsKeepTheirPlaces() {
        String stream =
                written(
                        new ToolCallDelta(0, 0, "a", "f", ""),
                        new ToolCallDelta(0, 1, "b", "g", "{\"y\":"),
                        new ToolCallDelta(0, 0, null, null, "{\"x\":"),
                        new ToolCallDelta(0, 1, null, null, "2}"),
                        new ToolCallDelta(0, 0, null, null, "1}"),
                        new Finish(0, Reason.TOOL_CALLS));
        assertThat(
                        Streams.read(CODEC, stream.getBytes(UTF_8)).stream()
                                .filter(ToolCallDelta.class::isInstance))
                .containsExactly(
                        new ToolCallDelta(0, 0, "a", "f", ""),
                        new ToolCallDelta(0, 1, "b", "g", ""),
                        new ToolCallDelta(0, 1, null, null, "{\"y\":"),
                        new ToolCallDelta(0, 0, null, null, "{\"x\":"),
                        new ToolCallDelta(0, 1, null, null, "2}"),
                        new ToolCallDelta(0, 0, null, null, "1}"));
    }

    @Test
    void aCallThatIsWholeEndsWhenTheNextBegins() {
        var out = new Utf8Buffer(64);
        StreamWriter writer = CODEC.streamWriter(Streams.HEAD, Streams.request());
        writer.write(new ToolCallDelta(0, 0, "a", "f", "{}"), out);
        out.clear();
        writer.write(new ToolCallDelta(0, 1, "b", "g", "{"), out);
        assertThat(outline(out.toString()))
                .containsExactly(
                        "function_call_arguments.done 0",
                        "output_item.done 0",
                        "output_item.added 1",
                        "function_call_arguments.delta 1");
    }

    @Test
    void textBetweenThePiecesOfACallDoesNotEndIt() {
        String stream =
                written(
                        new ToolCallDelta(0, 0, "a", "f", "{"),
                        new TextDelta(0, "hi"),
                        new ToolCallDelta(0, 0, null, null, "}"),
                        new Finish(0, Reason.TOOL_CALLS));
        assertThat(stream).contains("\"arguments\":\"{}\"");
    }

    @Test
    void signaturesOfOthersAreNotPassedOffAsOurs() {
        assertThat(written(new Signature(0, SignatureOf.REASONING, "gemini", "SECRET")))
                .doesNotContain("SECRET");
    }

    @Test
    void whatIsEncryptedKeepsTheIdItBelongsTo() {
        String stream =
                written(
                        new ReasoningDelta(0, "hm"),
                        new Signature(0, SignatureOf.REASONING, "openai-responses", "rs_9 ENC="),
                        new TextDelta(0, "a"),
                        new Finish(0, Reason.STOP));
        assertThat(response(stream).get("output").toString())
                .contains("id=rs_9", "encrypted_content=ENC=");
    }

    @Test
    void probabilitiesGoWithTheirDelta() {
        String logProbs = "[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],\"top_logprobs\":[]}]";
        String stream =
                written(
                        new LogProbs(0, false, logProbs),
                        new TextDelta(0, "a"),
                        new TextDelta(0, "b"),
                        new Finish(0, Reason.STOP));
        assertThat(stream)
                .contains("\"delta\":\"a\",\"logprobs\":" + logProbs)
                .contains("\"delta\":\"b\",\"logprobs\":[]")
                .contains("\"text\":\"ab\",\"logprobs\":" + logProbs);
    }

    @Test
    void probabilitiesBeforeTheReasoningWaitForTheText() {
        String logProbs = "[{\"token\":\"a\"}]";
        String stream =
                written(
                        new LogProbs(0, false, logProbs),
                        new ReasoningDelta(0, "hm"),
                        new TextDelta(0, "a"),
                        new Finish(0, Reason.STOP));
        assertThat(stream).contains("\"delta\":\"a\",\"logprobs\":" + logProbs);
        assertThat((List<?>) response(stream).get("output")).hasSize(2);
    }

    @Test
    void whatOnlyThisDialectKnowsIsAnItem() {
        String item = "{\"id\":\"ws_1\",\n\"type\":\"web_search_call\",\"status\":\"completed\"}";
        String stream =
                written(
                        new Unrecognized(ResponsesWords.ITEM, item),
                        new Unrecognized("anthropic.content_block", "{\"no\":1}"),
                        new Image(0, "image/png", "AAAA"),
                        new Finish(0, Reason.STOP));
        assertThat(outline(stream))
                .containsExactly(
                        "created",
                        "in_progress",
                        "output_item.added 0",
                        "output_item.done 0",
                        "output_item.added 1",
                        "output_item.done 1",
                        "completed");
        assertThat(response(stream).get("output").toString())
                .contains("ws_1", "image_generation_call", "result=AAAA")
                .doesNotContain("no=");
    }

    @Test
    void soundIsToldAndReadAgain() {
        String stream =
                written(
                        new AudioDelta(0, "a1", "AAAA", "hi"),
                        new TextDelta(0, "b"),
                        new AudioDelta(0, null, "BBBB", ""),
                        new Finish(0, Reason.STOP));
        assertThat(outline(stream))
                .contains("audio.delta", "audio.transcript.delta", "audio.done")
                .endsWith("audio.done", "audio.transcript.done", "completed");
        assertThat(Streams.read(CODEC, stream.getBytes(UTF_8)))
                .contains(new AudioDelta(0, null, "AAAA", ""), new AudioDelta(0, null, "", "hi"));
    }

    @Test
    void anAnswerThatWasCutShortSaysWhy() {
        String stream = written(new TextDelta(0, "a"), new Finish(0, Reason.LENGTH));
        assertThat(last(stream)).containsEntry("type", "response.incomplete");
        assertThat(response(stream))
                .containsEntry("status", "incomplete")
                .containsEntry("incomplete_details", Map.of("reason", "max_output_tokens"));
        assertThat(response(stream).get("output").toString()).contains("status=incomplete");
        for (Reason reason : Reason.values()) {
            var finish = new Finish(0, reason, reason == Reason.OTHER ? "because" : null);
            byte[] again = Streams.write(CODEC, List.of(new TextDelta(0, "a"), finish));
            Reason read =
                    switch (reason) {
                        // Without a call, there is nothing to wait for.
                        case STOP_SEQUENCE, TOOL_CALLS -> Reason.STOP;
                        default -> reason;
                    };
            assertThat(Streams.read(CODEC, again))
                    .last()
                    .isEqualTo(new Finish(0, read, finish.detail()));
        }
    }

    @Test
    void theRequestIsToldInTheResponse() throws Exception {
        String asked =
                """
                {"model":"m","instructions":"be brief","input":"hi","stream":true,
                 "previous_response_id":"resp_0",
                 "tools":[{"type":"function",
                   "name":"f","parameters":{}}],"temperature":0.5,
                 "metadata":{"k":
                  "v"},"text":{"verbosity":"low"},"reasoning":{"effort":"low"},
                 "tool_choice":{"type":"web_search"}}
                """;
        var request =
                CODEC.readRequest(
                        "/v1/responses",
                        dev.firsttoken.wire.dialect.Headers.NONE,
                        asked.getBytes(UTF_8));
        var out = new Utf8Buffer(1024);
        StreamWriter writer = CODEC.streamWriter(Streams.HEAD, request);
        writer.write(new Finish(0, Reason.STOP), out);
        writer.end(out);
        assertWellFormed("", out.toString());
        assertThat(response(out.toString()))
                .containsEntry("id", "resp_1")
                .containsEntry("instructions", "be brief")
                .containsEntry("previous_response_id", "resp_0")
                .containsEntry("temperature", new JsonTree.Number("0.5"))
                .containsEntry("metadata", Map.of("k", "v"))
                .containsEntry("tool_choice", Map.of("type", "web_search"))
                .containsEntry("store", false)
                .containsEntry("background", false)
                .containsKeys(
                        "top_p",
                        "top_logprobs",
                        "presence_penalty",
                        "frequency_penalty",
                        "parallel_tool_calls",
                        "truncation",
                        "service_tier",
                        "tools",
                        "user");
        assertThat(response(out.toString()).get("text").toString()).contains("verbosity=low");
    }

    @Test
    void whatWasCutOrFailedNeverLooksFinished() {
        String cut = written(new TextDelta(0, "a"));
        assertThat(outline(cut)).endsWith("error", "failed").doesNotContain("completed");
        String failed =
                written(
                        new TextDelta(0, "a"),
                        new Failed(Failure.of(Failure.Kind.OVERLOADED, "full")));
        assertThat(failed)
                .contains(
                        "\"code\":\"overloaded\",\"message\":\"full\",\"param\":null,"
                                + "\"error\":{\"type\":\"service_unavailable_error\","
                                + "\"code\":\"overloaded\",\"message\":\"full\",\"param\":null}}");
        assertThat(response(failed))
                .containsEntry("status", "failed")
                .containsEntry("error", Map.of("code", "overloaded", "message", "full"));
    }

    @Test
    void heartbeatsAreCommentsThatEndNoEvent() {
        var out = new Utf8Buffer(16);
        CODEC.streamWriter(Streams.HEAD, Streams.request()).heartbeat(out);
        assertThat(out.toString()).isEqualTo(":\n");
    }
}
