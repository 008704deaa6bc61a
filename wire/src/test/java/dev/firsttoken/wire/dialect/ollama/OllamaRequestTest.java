package dev.firsttoken.wire.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.Loss;
import dev.firsttoken.wire.message.Request;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OllamaRequestTest {

    private static final OllamaCodec CODEC = OllamaCodec.INSTANCE;

    private static final String OLLAMA =
            """
            {"model":"llama","stream":true,"messages":[
              {"role":"system","content":"be brief"},
              {"role":"user","content":"what is this?","images":["/9j/AAAA","iVBORw0K"]},
              {"role":"assistant","content":"","thinking":"hm","tool_calls":[
                {"function":{"name":"look","arguments":{"at":"x"}}},
                {"id":"c2","function":{"name":"look","arguments":{}}}]},
              {"role":"tool","content":"a cat","tool_name":"look"},
              {"role":"tool","content":"a dog","tool_name":"look","tool_call_id":"c2"},
              {"role":"user","content":"sure?"}],
             "tools":[{"type":"function","function":{"name":"look","description":"looks",
               "parameters":{"type":"object"}}}],
             "format":{"type":"object"},"think":"high","logprobs":true,"top_logprobs":2,
             "options":{"num_predict":900,"temperature":1.5,"top_p":0.9,"top_k":5,"seed":7,
               "frequency_penalty":0.5,"presence_penalty":0.25,"stop":["END"],
               "num_ctx":4096,"mirostat":0},
             "keep_alive":"5m"}
            """;

    private static Request read(String body) throws InvalidRequestException {
        return CODEC.readRequest("/api/chat", Headers.NONE, body.getBytes(UTF_8));
    }

    private static Map<String, Object> tree(String json) {
        return JsonTree.object(json.getBytes(UTF_8));
    }

    @Test
    void sameDialectLosesNothing() throws Exception {
        Request request = read(OLLAMA);
        WrittenRequest written = CODEC.writeRequest(request, "llama");
        assertThat(written.path()).isEqualTo("/api/chat");
        assertThat(written.losses()).isEmpty();
        assertThat(JsonTree.object(written.body())).isEqualTo(tree(OLLAMA));
        assertThat(CODEC.readRequest("", Headers.NONE, written.body())).isEqualTo(request);
    }

    @Test
    void anAnswerStreamsUnlessToldNotTo() throws Exception {
        assertThat(read("{\"messages\":[]}").stream()).isTrue();
        assertThat(read("{\"messages\":[],\"stream\":null}").stream()).isTrue();
        Request whole = read("{\"messages\":[],\"stream\":false,\"format\":\"\",\"think\":false}");
        assertThat(whole.stream()).isFalse();
        assertThat(new String(CODEC.writeRequest(whole, "m").body(), UTF_8))
                .contains("\"stream\":false")
                .contains("\"think\":false");
    }

    @Test
    void chatBecomesOllamaAndReportsWhatIsLost() throws Exception {
        String body =
                """
                {"model":"gpt","messages":[
                  {"role":"developer","content":"be brief"},
                  {"role":"user","name":"ann","content":[
                    {"type":"text","text":"a"},{"type":"text","text":"b"},
                    {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                    {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]},
                  {"role":"assistant","tool_calls":[{"id":"x","type":"function",
                    "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
                  {"role":"tool","tool_call_id":"x","content":"ok"}],
                 "tools":[{"type":"function","function":{"name":"f","strict":true}},
                   {"type":"function","function":{"name":"g"}}],
                 "tool_choice":{"type":"function","function":{"name":"f"}},
                 "parallel_tool_calls":false,"n":2,"user":"u","reasoning_effort":"xhigh",
                 "max_tokens":9,"response_format":{"type":"json_object"},"verbosity":"low"}
                """;
        Request request = ChatCodec.INSTANCE.readRequest("", Headers.NONE, body.getBytes(UTF_8));
        WrittenRequest written = CODEC.writeRequest(request, "llama");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        tree(
                                """
                                {"model":"llama","stream":false,"messages":[
                                  {"role":"system","content":"be brief"},
                                  {"role":"user","content":"a\\n\\nb","images":["AAAA"]},
                                  {"role":"assistant","content":"","tool_calls":[
                                    {"function":{"name":"f","arguments":{"a":1}}}]},
                                  {"role":"tool","content":"ok","tool_name":"f"}],
                                 "tools":[{"type":"function","function":{"name":"f"}}],
                                 "format":"json","think":"high","options":{"num_predict":9}}
                                """));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[1].name",
                        "messages[1].content[2].detail",
                        "messages[1].content[3]",
                        "tools[0].strict",
                        "tool_choice",
                        "parallel_tool_calls",
                        "reasoning_effort",
                        "n",
                        "user",
                        "verbosity");
    }

    @Test
    void messagesBecomeOllamaAndReportWhatIsLost() throws Exception {
        String body =
                """
                {"model":"claude","max_tokens":30,"system":"s",
                 "messages":[{"role":"user","content":"x"},
                  {"role":"assistant","content":[
                   {"type":"thinking","thinking":"hm","signature":"SIG"},
                   {"type":"tool_use","id":"t1","name":"f","input":{}}]},
                  {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",
                    "is_error":true,"content":"no"},{"type":"text","text":"go on"}]}],
                 "tools":[{"name":"f","input_schema":{"type":"object"}}],
                 "tool_choice":{"type":"none"},
                 "thinking":{"type":"enabled","budget_tokens":2000}}
                """;
        Request request =
                MessagesCodec.INSTANCE.readRequest("", Headers.NONE, body.getBytes(UTF_8));
        WrittenRequest written = CODEC.writeRequest(request, "llama");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        tree(
                                """
                                {"model":"llama","stream":false,"messages":[
                                  {"role":"system","content":"s"},
                                  {"role":"user","content":"x"},
                                  {"role":"assistant","content":"","thinking":"hm","tool_calls":[
                                    {"function":{"name":"f","arguments":{}}}]},
                                  {"role":"tool","content":"Error: no","tool_name":"f"},
                                  {"role":"user","content":"go on"}],
                                 "think":true,"options":{"num_predict":30}}
                                """));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[2].content[0].signature",
                        "messages[3].parts[0].is_error",
                        "thinking.budget_tokens");
    }

    @Test
    void ollamaBecomesChatAndMessages() throws Exception {
        Request request = read(OLLAMA);
        WrittenRequest chat = ChatCodec.INSTANCE.writeRequest(request, "gpt");
        assertThat(new String(chat.body(), UTF_8))
                .contains("\"url\":\"data:image/jpeg;base64,/9j/AAAA\"")
                .contains("\"tool_call_id\":\"ollama_call_0\"")
                .contains("\"tool_call_id\":\"c2\"")
                .contains("\"reasoning_effort\":\"high\"");
        assertThat(chat.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "top_k", "options.num_ctx", "options.mirostat", "keep_alive");
        WrittenRequest messages = MessagesCodec.INSTANCE.writeRequest(request, "claude");
        assertThat(messages.losses())
                .extracting(Loss::path)
                .contains("messages[1].content[0]", "options.num_ctx", "keep_alive", "seed");
    }

    @Test
    void aWrongFieldIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read("{\"messages\":[{\"role\":\"robot\"}]}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("messages[0].role"));
        assertThatThrownBy(() -> read("{\"messages\":[],\"format\":\"xml\"}"))
                .hasMessage("is 'xml' (expected: json or a schema)");
    }
}
