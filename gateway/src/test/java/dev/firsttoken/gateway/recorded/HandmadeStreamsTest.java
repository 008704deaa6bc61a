package dev.firsttoken.gateway.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firsttoken.simulator.Script;
import dev.firsttoken.simulator.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the recorded streams do not have and providers do send all the same: odd framing, ends that
/// are none, errors in every form that is known.
class HandmadeStreamsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DONE = "data: [DONE]\n\n";
    private static final String ROLE =
            event(
                    "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':{'role':'assistant','content':''},'finish_reason':null}]}");
    private static final String HELLO = delta("'content':'Grüezi '");
    private static final String WORLD = delta("'content':'\\u004delt 🌍'");
    private static final String FINISH =
            event(
                    "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}");
    private static final String USAGE =
            event(
                    "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[],'usage':{'prompt_tokens':1,'completion_tokens':2,'total_tokens':3}}");
    private static final String ANSWER = ROLE + HELLO + WORLD + FINISH + USAGE + DONE;

    /// What a client of the simple contract has in the end, whatever that end is.
    private static final String TEXT = "Grüezi Melt 🌍";

    /// @param sent what the provider sends
    /// @param relayed what a client that speaks the same dialect gets
    /// @param failed whether the answer is none
    private record Stream(String name, String sent, String relayed, boolean failed) {

        static Stream good(String name, String sent, String relayed) {
            return new Stream(name, sent, relayed, false);
        }

        static Stream verbatim(String name, String sent) {
            return good(name, sent, sent);
        }

        /// @param error the event that ends it for the client
        static Stream bad(String name, String good, String bad, String error) {
            return new Stream(name, good + bad, good + error, true);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String TRUNCATED =
            error(
                    "the provider's stream ended before its answer did",
                    "server_error",
                    "upstream_truncated");

    private static final List<Stream> STREAMS =
            List.of(
                    Stream.verbatim("plain", ANSWER),
                    Stream.verbatim("carriage return and line feed", ANSWER.replace("\n", "\r\n")),
                    Stream.verbatim("carriage returns", ANSWER.replace("\n", "\r")),
                    Stream.verbatim("no space", ANSWER.replace("data: ", "data:")),
                    Stream.verbatim(
                            "comments",
                            ROLE
                                    + ": OPENROUTER PROCESSING\n\n"
                                    + HELLO
                                    + ":\n\n:\n"
                                    + WORLD
                                    + FINISH
                                    + USAGE
                                    + DONE),
                    Stream.good(
                            "ids and retry times, which would steer a client that reads on from us",
                            "retry: 1\n\n"
                                    + ROLE
                                    + "event: message\nid: 7\n"
                                    + HELLO
                                    + "id\r\nretry: 5\rdata:\nidle: no\n"
                                    + WORLD
                                    + FINISH
                                    + USAGE
                                    + DONE,
                            ROLE
                                    + "event: message\n"
                                    + HELLO
                                    + "data:\nidle: no\n"
                                    + WORLD
                                    + FINISH
                                    + USAGE
                                    + DONE),
                    Stream.good(
                            "blanks around the mark",
                            ROLE + HELLO + WORLD + FINISH + USAGE + "data:   [DONE]  \n\n",
                            ANSWER),
                    Stream.good(
                            "a byte order mark behind the first",
                            "\uFEFF\uFEFF: hello\n\n" + ANSWER,
                            ANSWER),
                    Stream.verbatim(
                            "names and fields nobody knows",
                            ROLE
                                    + "event: message\n"
                                    + HELLO
                                    + "new-field: x\n"
                                    + WORLD
                                    + FINISH
                                    + USAGE
                                    + DONE),
                    Stream.verbatim(
                            "data on several lines",
                            ANSWER.replace("\"choices\"", "\ndata: \"choices\"")),
                    Stream.good("no blank line after the mark", ANSWER.stripTrailing(), ANSWER),
                    Stream.good(
                            "one line end after the mark",
                            ANSWER.stripTrailing() + "\n",
                            ANSWER.stripTrailing() + "\n\n\n"),
                    Stream.good("no mark", ROLE + HELLO + WORLD + FINISH + USAGE, ANSWER),
                    Stream.good(
                            "no mark and no blank line after the finish",
                            (ROLE + HELLO + WORLD + FINISH).stripTrailing(),
                            ROLE + HELLO + WORLD + FINISH + DONE),
                    Stream.verbatim("no finish but the mark", ROLE + HELLO + WORLD + DONE),
                    Stream.verbatim(
                            "something after the usage",
                            ROLE
                                    + HELLO
                                    + WORLD
                                    + FINISH
                                    + USAGE
                                    + event(
                                            "{'id':'c','choices':[],'usage':null,'moderation':{'input':{}}}")
                                    + DONE),
                    Stream.good("something after the mark", ANSWER + ROLE + HELLO, ANSWER),
                    Stream.verbatim(
                            "two choices in turn",
                            ROLE
                                    + HELLO
                                    + event("{'choices':[{'index':1,'delta':{'content':'Ciao'}}]}")
                                    + WORLD
                                    + event(
                                            "{'choices':[{'finish_reason':'stop','index':1,'delta':{}}]}")
                                    + FINISH
                                    + DONE),
                    Stream.verbatim(
                            "a refusal and a tool call",
                            ROLE
                                    + HELLO
                                    + delta("'refusal':'Melt 🌍'")
                                    + delta(
                                            "'tool_calls':[{'function':{'name':'f','arguments':'{}'}}]")
                                    + FINISH
                                    + DONE),
                    Stream.verbatim(
                            "fields nobody knows, and numbers that no number type holds",
                            ROLE
                                    + HELLO
                                    + WORLD
                                    + event(
                                            "{'x':123456789012345678901234567890.10e+7, 'choices' : [ ] , '\\u0065\\ud83d\\ude00':[[[{}]]]}")
                                    + FINISH
                                    + DONE),
                    Stream.bad("cut after an event", ROLE + HELLO + WORLD, "", TRUNCATED),
                    Stream.bad(
                            "cut in an event",
                            ROLE + HELLO + WORLD,
                            FINISH.substring(0, 90),
                            TRUNCATED),
                    Stream.bad(
                            "cut before the blank line of an event",
                            ROLE + HELLO + WORLD,
                            delta("'content':'more'").stripTrailing() + "\n",
                            TRUNCATED),
                    Stream.bad(
                            "cut before a line's end", ROLE + HELLO + WORLD, "data: ", TRUNCATED),
                    Stream.bad("cut in a comment", ROLE + HELLO + WORLD, ": keep-al", TRUNCATED),
                    new Stream(
                            "one of two choices cut",
                            ROLE
                                    + HELLO
                                    + WORLD
                                    + event("{'choices':[{'index':1,'delta':{'content':'Ciao'}}]}")
                                    + FINISH,
                            ROLE
                                    + HELLO
                                    + WORLD
                                    + event("{'choices':[{'index':1,'delta':{'content':'Ciao'}}]}")
                                    + FINISH
                                    + TRUNCATED,
                            true),
                    Stream.bad(
                            "an error in the dialect's form",
                            ROLE + HELLO + WORLD,
                            event(
                                    "{'error':{'message':'Oops.','type':'server_error','param':null,'code':null}}"),
                            event(
                                    "{'error':{'message':'Oops.','type':'server_error','param':null,'code':null}}")),
                    Stream.bad(
                            "a named error (Groq)",
                            ROLE + HELLO + WORLD,
                            "event: error\n" + event("{'error':{'message':'Oops.','type':'x'}}"),
                            "event: error\n" + event("{'error':{'message':'Oops.','type':'x'}}")),
                    Stream.bad(
                            "an error beside choices (OpenRouter)",
                            ROLE + HELLO + WORLD,
                            event(
                                    "{'id':'c','error':{'code':502,'message':'Oops.'},'choices':[{'index':0,'delta':{'content':''},'finish_reason':'error'}]}"),
                            event(
                                    "{'id':'c','error':{'code':502,'message':'Oops.'},'choices':[{'index':0,'delta':{'content':''},'finish_reason':'error'}]}")),
                    Stream.bad(
                            "an error that is a text (Ollama)",
                            ROLE + HELLO + WORLD,
                            event("{'error':'Oops.'}"),
                            error("Oops.", "server_error", "upstream_error")),
                    Stream.bad(
                            "an error object (vLLM)",
                            ROLE + HELLO + WORLD,
                            event(
                                            "{'object':'error','message':'Oops.','type':'x','param':null,'code':500}")
                                    + DONE,
                            error("Oops.", "server_error", "upstream_error")),
                    Stream.bad(
                            "an error field (llama.cpp)",
                            ROLE + HELLO + WORLD,
                            "error: {\"code\":500,\"message\":\"Oops.\",\"type\":\"server_error\"}\n\n",
                            error("Oops.", "server_error", "upstream_error")));

    private static final Map<String, Segmentation> SEGMENTATIONS =
            Map.of(
                    "whole", new Segmentation.WholeBody(),
                    "per event", new Segmentation.PerEvent(),
                    "per byte", new Segmentation.EveryByte(),
                    "random", new Segmentation.Random(7));

    private static Rig rig;
    private static RelayClient client;

    @BeforeAll
    static void start() throws IOException {
        rig = Rig.start();
        client = new RelayClient(rig.gatewayUrl());
    }

    @AfterAll
    static void stop() {
        client.close();
        rig.close();
    }

    static List<Stream> streams() {
        return STREAMS;
    }

    @ParameterizedTest
    @MethodSource("streams")
    void a_stream_is_relayed_as_it_is_and_ends_as_it_did(Stream stream) throws Exception {
        assertThat(played(stream, true)).containsOnly(stream.relayed());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void the_simple_contract_has_the_same_content_and_end(Stream stream) throws Exception {
        for (String got : played(stream, false)) {
            assertThat(got).endsWith(DONE);
            assertThat(content(got)).isEqualTo(TEXT);
            assertThat(got.contains("data: {\"error\": ")).isEqualTo(stream.failed());
        }
    }

    /// What came out, once for each way to cut what went in.
    private static List<String> played(Stream stream, boolean verbatim) throws Exception {
        var bodies = new ArrayList<String>();
        for (var cut : SEGMENTATIONS.entrySet()) {
            String model = cut.getKey() + ": " + stream.name();
            rig.simulator()
                    .script(
                            model,
                            Script.sse(stream.sent().getBytes(UTF_8))
                                    .withSegmentation(cut.getValue()));
            bodies.add(
                    verbatim
                            ? new String(client.complete(model, true), UTF_8)
                            : client.simple(model));
        }
        return bodies;
    }

    /// One event, its JSON with quotes that are easier to read.
    private static String event(String json) {
        return "data: " + json.replace('\'', '"') + "\n\n";
    }

    private static String delta(String fields) {
        return event(
                "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':{"
                        + fields
                        + "},'finish_reason':null}]}");
    }

    private static String error(String message, String type, String code) {
        return "data: {\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}\n\n"
                .formatted(message, type, code);
    }

    /// What the naive client puts together.
    private static String content(String body) throws IOException {
        var text = new StringBuilder();
        for (String line : body.split("\n")) {
            if (line.startsWith("data: {")) {
                text.append(JSON.readTree(line.substring(6)).path("content").asText(""));
            }
        }
        return text.toString();
    }
}
