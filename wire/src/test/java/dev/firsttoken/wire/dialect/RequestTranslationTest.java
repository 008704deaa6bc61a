package dev.firsttoken.wire.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.Loss;
import dev.firsttoken.wire.message.Request;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Requests, from each dialect to each.
class RequestTranslationTest {

    private static final String CHAT =
            """
            {"model":"gpt","stream":true,
             "stream_options":{"include_usage":true,"include_obfuscation":false},
             "messages":[
              {"role":"system","content":"be brief"},
              {"role":"user","name":"ann","content":[
                {"type":"text","text":"what is this? \\u00e9"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function",
                 "function":{"name":"look","arguments":"{\\"at\\":\\"x\\"}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"a cat"},
              {"role":"user","content":"sure?"}],
             "tools":[{"type":"function","function":{"name":"look","description":"looks",
               "parameters":{"type":"object","properties":{"at":{"type":"string"}}},"strict":true}}],
             "tool_choice":"required","parallel_tool_calls":false,
             "max_completion_tokens":900,"temperature":1.5,"top_p":0.9,"stop":"END","seed":7,"n":2,
             "frequency_penalty":0.5,"logit_bias":{"5":1},"user":"u1",
             "response_format":{"type":"json_schema","json_schema":{"name":"s",
               "schema":{"type":"object"}}},
             "verbosity":"low"}
            """;

    private static final String MESSAGES =
            """
            {"model":"claude","max_tokens":3000,"stream":true,
             "system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral","ttl":"1h"}}],
             "messages":[
              {"role":"user","content":[
                {"type":"document","title":"d","source":{"type":"text","media_type":"text/plain",
                  "data":"hello"},"citations":{"enabled":true}},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                {"type":"text","text":"look"}]},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"SIG=="},
                {"type":"redacted_thinking","data":"RED"},
                {"type":"text","text":"I look"},
                {"type":"server_tool_use","id":"srv_1","name":"web_search","input":{"q":1}},
                {"type":"tool_use","id":"toolu_1","name":"look","input":{"at":"x"}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"toolu_1","is_error":true,
                 "content":[{"type":"text","text":"no"},
                  {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]}]}],
             "tools":[{"name":"look","input_schema":{"type":"object"},"eager_input_streaming":true},
               {"type":"web_search_20250305","name":"web_search","max_uses":3}],
             "tool_choice":{"type":"auto","disable_parallel_tool_use":true},
             "thinking":{"type":"enabled","budget_tokens":2000},
             "stop_sequences":["END"],"metadata":{"user_id":"u1"},"service_tier":"auto",
             "container":"c1"}
            """;

    private static final String RESPONSES =
            """
            {"model":"gpt","stream":true,"instructions":"be brief",
             "input":[
              {"type":"message","role":"user","content":[
                {"type":"input_text","text":"what is this?"},
                {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"}]},
              {"type":"reasoning","id":"rs_1","encrypted_content":"ENC=",
               "summary":[{"type":"summary_text","text":"hm"}]},
              {"type":"message","role":"assistant","id":"msg_1","content":[
                {"type":"output_text","text":"I look","annotations":[]}]},
              {"type":"web_search_call","id":"ws_1","status":"completed"},
              {"type":"function_call","call_id":"call_1","name":"look",
               "arguments":"{\\"at\\":\\"x\\"}"},
              {"type":"function_call_output","call_id":"call_1","output":"a cat"}],
             "tools":[{"type":"function","name":"look","parameters":{"type":"object"},
                "strict":true},
              {"type":"web_search"}],
             "tool_choice":{"type":"function","name":"look"},"parallel_tool_calls":false,
             "max_output_tokens":3000,"temperature":0.5,"safety_identifier":"u1","store":false,
             "reasoning":{"effort":"low","summary":"auto"},
             "text":{"format":{"type":"json_schema","name":"s","schema":{"type":"object"}},
              "verbosity":"low"},
             "previous_response_id":"resp_1","include":["reasoning.encrypted_content"]}
            """;

    private static Request responses() throws InvalidRequestException {
        return ResponsesCodec.INSTANCE.readRequest("/v1/responses", Headers.NONE, bytes(RESPONSES));
    }

    private static Request chat() throws InvalidRequestException {
        return ChatCodec.INSTANCE.readRequest("/v1/chat/completions", Headers.NONE, bytes(CHAT));
    }

    private static Request messages() throws InvalidRequestException {
        return MessagesCodec.INSTANCE.readRequest(
                "/v1/messages", Headers.of(Map.of("anthropic-beta", "b1,b2")), bytes(MESSAGES));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void sameDialectLosesNothing() throws Exception {
        WrittenRequest written = ChatCodec.INSTANCE.writeRequest(chat(), "gpt");
        assertThat(written.losses()).isEmpty();
        var expected =
                JsonTree.object(bytes(CHAT.replace("\"stop\":\"END\"", "\"stop\":[\"END\"]")));
        assertThat(JsonTree.object(written.body())).isEqualTo(expected);

        WrittenRequest native_ = MessagesCodec.INSTANCE.writeRequest(messages(), "claude");
        assertThat(native_.losses()).isEmpty();
        assertThat(native_.headers())
                .containsEntry("anthropic-beta", "b1,b2")
                .containsEntry("anthropic-version", "2023-06-01");
        assertThat(JsonTree.object(native_.body())).isEqualTo(JsonTree.object(bytes(MESSAGES)));
    }

    @Test
    void writingAndReadingAgainGivesTheSameRequest() throws Exception {
        Request chat = chat();
        byte[] body = ChatCodec.INSTANCE.writeRequest(chat, "gpt").body();
        assertThat(ChatCodec.INSTANCE.readRequest("", Headers.NONE, body)).isEqualTo(chat);
    }

    @Test
    void responsesLoseNothingToResponses() throws Exception {
        WrittenRequest written = ResponsesCodec.INSTANCE.writeRequest(responses(), "gpt");
        assertThat(written.losses()).isEmpty();
        assertThat(written.path()).isEqualTo("/v1/responses");
        assertThat(JsonTree.object(written.body())).isEqualTo(JsonTree.object(bytes(RESPONSES)));
        assertThat(ResponsesCodec.INSTANCE.readRequest("", Headers.NONE, written.body()))
                .isEqualTo(responses());
    }

    @Test
    void responsesBecomeChatAndReportWhatIsLost() throws Exception {
        WrittenRequest written = ChatCodec.INSTANCE.writeRequest(responses(), "gpt");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        JsonTree.object(
                                bytes(
                                        """
                                        {"model":"gpt","stream":true,
                                         "stream_options":{"include_usage":true},
                                         "messages":[
                                          {"role":"system","content":"be brief"},
                                          {"role":"user","content":[
                                            {"type":"text","text":"what is this?"},
                                            {"type":"image_url","image_url":{
                                              "url":"data:image/png;base64,AAAA",
                                              "detail":"low"}}]},
                                          {"role":"assistant","content":[
                                            {"type":"text","text":"I look"}],
                                           "reasoning_content":"hm","tool_calls":[
                                            {"id":"call_1","type":"function","function":{
                                              "name":"look","arguments":"{\\"at\\":\\"x\\"}"}}]},
                                          {"role":"tool","tool_call_id":"call_1",
                                           "content":"a cat"}],
                                         "tools":[{"type":"function","function":{"name":"look",
                                           "parameters":{"type":"object"},"strict":true}}],
                                         "tool_choice":{"type":"function",
                                           "function":{"name":"look"}},
                                         "parallel_tool_calls":false,
                                         "max_completion_tokens":3000,"temperature":0.5,
                                         "user":"u1","store":false,"reasoning_effort":"low",
                                         "response_format":{"type":"json_schema","json_schema":{
                                           "name":"s","schema":{"type":"object"}}}}
                                        """)));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[2].parts[0].signature",
                        "messages[2].content[1]",
                        "messages[2].id",
                        "tools[1]",
                        "thinking.display",
                        "text.verbosity",
                        "previous_response_id",
                        "include");
    }

    @Test
    void responsesBecomeMessagesAndReportWhatIsLost() throws Exception {
        WrittenRequest written = MessagesCodec.INSTANCE.writeRequest(responses(), "claude");
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[0].content[1].detail",
                        "messages[1].content[0]",
                        "messages[1].content[2]",
                        "messages[2].id",
                        "tools[1]",
                        "temperature",
                        "response_format.json_schema.name",
                        "text.verbosity",
                        "previous_response_id",
                        "include");
    }

    @Test
    void chatBecomesResponsesAndReportsWhatIsLost() throws Exception {
        WrittenRequest written = ResponsesCodec.INSTANCE.writeRequest(chat(), "gpt");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        JsonTree.object(
                                bytes(
                                        """
                                        {"model":"gpt","stream":true,"instructions":"be brief",
                                         "input":[
                                          {"type":"message","role":"user","content":[
                                            {"type":"input_text","text":"what is this? \\u00e9"},
                                            {"type":"input_image","detail":"low",
                                             "image_url":"data:image/png;base64,AAAA"}]},
                                          {"type":"function_call","call_id":"call_1",
                                           "name":"look","arguments":"{\\"at\\":\\"x\\"}"},
                                          {"type":"function_call_output","call_id":"call_1",
                                           "output":"a cat"},
                                          {"type":"message","role":"user","content":"sure?"}],
                                         "tools":[{"type":"function","name":"look",
                                           "description":"looks","parameters":{"type":"object",
                                             "properties":{"at":{"type":"string"}}},
                                           "strict":true}],
                                         "tool_choice":"required","parallel_tool_calls":false,
                                         "max_output_tokens":900,"temperature":1.5,"top_p":0.9,
                                         "safety_identifier":"u1","store":false,
                                         "text":{"format":{"type":"json_schema","name":"s",
                                           "schema":{"type":"object"}}}}
                                        """)));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[1].name",
                        "stop",
                        "seed",
                        "frequency_penalty",
                        "logit_bias",
                        "n",
                        "verbosity",
                        "stream_options.include_obfuscation");
    }

    @Test
    void messagesBecomeResponsesAndReportWhatIsLost() throws Exception {
        WrittenRequest written = ResponsesCodec.INSTANCE.writeRequest(messages(), "gpt");
        assertThat(new String(written.body(), UTF_8))
                .contains("\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}")
                .contains("\"strict\":false", "\"store\":false");
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[0].parts[0]",
                        "messages[1].parts[0]",
                        "messages[1].parts[0].citations",
                        "messages[2].parts[0]",
                        "messages[2].parts[1]",
                        "messages[2].parts[3]",
                        "messages[3].parts[0].is_error",
                        "tools[0].eager_input_streaming",
                        "tools[1]",
                        "stop",
                        "thinking.budget_tokens",
                        "container",
                        "anthropic-beta");
    }

    @Test
    void chatBecomesMessagesAndReportsWhatIsLost() throws Exception {
        WrittenRequest written = MessagesCodec.INSTANCE.writeRequest(chat(), "claude");
        assertThat(written.path()).isEqualTo("/v1/messages");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        JsonTree.object(
                                bytes(
                                        """
                                        {"model":"claude","max_tokens":900,"stream":true,
                                         "system":[{"type":"text","text":"be brief"}],
                                         "messages":[
                                          {"role":"user","content":[
                                            {"type":"text","text":"what is this? \\u00e9"},
                                            {"type":"image","source":{"type":"base64",
                                              "media_type":"image/png","data":"AAAA"}}]},
                                          {"role":"assistant","content":[
                                            {"type":"tool_use","id":"call_1","name":"look",
                                             "input":{"at":"x"}}]},
                                          {"role":"user","content":[
                                            {"type":"tool_result","tool_use_id":"call_1",
                                             "content":[{"type":"text","text":"a cat"}]},
                                            {"type":"text","text":"sure?"}]}],
                                         "tools":[{"name":"look","description":"looks",
                                           "input_schema":{"type":"object",
                                             "properties":{"at":{"type":"string"}}},
                                           "strict":true}],
                                         "tool_choice":{"type":"any",
                                           "disable_parallel_tool_use":true},
                                         "output_config":{"format":{"type":"json_schema",
                                           "schema":{"type":"object"}}},
                                         "temperature":1,"top_p":0.9,"stop_sequences":["END"],
                                         "metadata":{"user_id":"u1"}}
                                        """)));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[1].name",
                        "messages[0].content[1].detail",
                        "temperature",
                        "n",
                        "seed",
                        "frequency_penalty",
                        "logit_bias",
                        "response_format.json_schema.name",
                        "verbosity",
                        "stream_options.include_obfuscation");
    }

    @Test
    void messagesBecomeChatAndReportWhatIsLost() throws Exception {
        WrittenRequest written = ChatCodec.INSTANCE.writeRequest(messages(), "gpt");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        JsonTree.object(
                                bytes(
                                        """
                                        {"model":"gpt","stream":true,
                                         "stream_options":{"include_usage":true},
                                         "messages":[
                                          {"role":"system","content":[
                                            {"type":"text","text":"be brief"}]},
                                          {"role":"user","content":[
                                            {"type":"text","text":"hello"},
                                            {"type":"image_url","image_url":{
                                              "url":"data:image/png;base64,AAAA"}},
                                            {"type":"text","text":"look"}]},
                                          {"role":"assistant","content":[
                                            {"type":"text","text":"I look"}],
                                           "reasoning_content":"hm","tool_calls":[
                                            {"id":"toolu_1","type":"function","function":{
                                              "name":"look","arguments":"{\\"at\\":\\"x\\"}"}}]},
                                          {"role":"tool","tool_call_id":"toolu_1","content":[
                                            {"type":"text","text":"Error: "},
                                            {"type":"text","text":"no"}]}],
                                         "tools":[{"type":"function","function":{"name":"look",
                                           "parameters":{"type":"object"}}}],
                                         "tool_choice":"auto","parallel_tool_calls":false,
                                         "max_completion_tokens":3000,"stop":["END"],
                                         "user":"u1","service_tier":"auto",
                                         "reasoning_effort":"low"}
                                        """)));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[0].content[0]",
                        "messages[1].content[0]",
                        "messages[1].content[0].citations",
                        "messages[2].parts[0].signature",
                        "messages[2].parts[1]",
                        "messages[2].content[1]",
                        "messages[3].parts[0].content[1]",
                        "messages[3].parts[0].is_error",
                        "tools[0].eager_input_streaming",
                        "tools[1]",
                        "thinking.budget_tokens",
                        "container",
                        "anthropic-beta");
    }

    @Test
    void aWrongFieldIsNamedWithItsPlace() {
        assertThatThrownBy(() ->
                        MessagesCodec.INSTANCE.readRequest(
                                "",
                                Headers.NONE,
                                bytes(
                                        "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":5}]}]}")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("messages[0].content[0].text"))
                .hasMessage("is a number (expected: a text)");
    }

    @Test
    void maxTokensIsNeededForAnswersAndNotForCounts() throws Exception {
        byte[] body =
                bytes("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThatThrownBy(() -> MessagesCodec.INSTANCE.readRequest("", Headers.NONE, body))
                .hasMessageContaining("missing");
        Request count = MessagesCodec.INSTANCE.readCountRequest(Headers.NONE, body);
        WrittenRequest written = MessagesCodec.INSTANCE.writeCountRequest(count, "m");
        assertThat(written.path()).isEqualTo("/v1/messages/count_tokens");
        assertThat(new String(written.body(), UTF_8)).doesNotContain("max_tokens");
        assertThat(MessagesCodec.INSTANCE.readCount(bytes("{\"input_tokens\":12}"))).isEqualTo(12);
    }
}
