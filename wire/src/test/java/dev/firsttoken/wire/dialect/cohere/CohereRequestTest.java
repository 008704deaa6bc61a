package dev.firsttoken.wire.dialect.cohere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.json.JsonTree;
import dev.firsttoken.wire.message.Loss;
import dev.firsttoken.wire.message.Request;
import org.junit.jupiter.api.Test;

/// Requests of chat clients in this dialect.
class CohereRequestTest {

    private static WrittenRequest written(String fields) throws Exception {
        String body = "{\"model\":\"m\"," + fields + "}";
        Request request = ChatCodec.INSTANCE.readRequest("/v1", Headers.NONE, body.getBytes(UTF_8));
        return CohereCodec.INSTANCE.writeRequest(request, "command");
    }

    private static Object tree(String json) {
        return JsonTree.of(json.getBytes(UTF_8));
    }

    @Test
    void everythingWithAFormIsWritten() throws Exception {
        WrittenRequest written =
                written(
                        """
                        "stream":true,"messages":[
                         {"role":"system","content":"be brief"},
                         {"role":"user","content":[{"type":"text","text":"what?"},
                           {"type":"image_url","image_url":{"url":"https://e.com/a.png","detail":"low"}}]},
                         {"role":"assistant","content":"I look","tool_calls":[{"id":"c",
                           "type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}}]},
                         {"role":"tool","tool_call_id":"c","content":"a cat"}],
                        "tools":[{"type":"function","function":{"name":"f","strict":true}},
                          {"type":"function","function":{"name":"g"}}],
                        "tool_choice":"required","max_tokens":9,"stop":"END","temperature":0.5,
                        "top_p":0.9,"top_k":5,"seed":7,"frequency_penalty":0.5,
                        "reasoning_effort":"medium","response_format":{"type":"json_schema",
                          "json_schema":{"schema":{"type":"object"}}}
                        """);
        assertThat(written.path()).isEqualTo("/v2/chat");
        assertThat(written.losses()).isEmpty();
        String parameters = "\"parameters\":{\"type\":\"object\",\"properties\":{}}";
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        tree(
                                """
                                {"model":"command","stream":true,"messages":[
                                 {"role":"system","content":[{"type":"text","text":"be brief"}]},
                                 {"role":"user","content":[{"type":"text","text":"what?"},
                                  {"type":"image_url","image_url":{"url":"https://e.com/a.png","detail":"low"}}]},
                                 {"role":"assistant","content":[{"type":"text","text":"I look"}],
                                  "tool_calls":[{"id":"c","type":"function",
                                   "function":{"name":"f","arguments":"{\\"x\\":1}"}}]},
                                 {"role":"tool","tool_call_id":"c","content":"a cat"}],
                                 "tools":[{"type":"function","function":{"name":"f",PARAMETERS}},
                                  {"type":"function","function":{"name":"g",PARAMETERS}}],
                                 "strict_tools":true,"tool_choice":"REQUIRED",
                                 "response_format":{"type":"json_object","json_schema":{"type":"object"}},
                                 "thinking":{"type":"enabled","token_budget":2048},
                                 "max_tokens":9,"stop_sequences":["END"],"temperature":0.5,"p":0.9,
                                 "k":5,"seed":7,"frequency_penalty":0.5}
                                """
                                        .replace("PARAMETERS", parameters)));
    }

    @Test
    void whatHasNoFormIsToldAsALoss() throws Exception {
        WrittenRequest written =
                written(
                        """
                        "messages":[{"role":"user","name":"ann","content":[
                           {"type":"input_audio","input_audio":{"format":"wav","data":"AA"}}]}],
                        "tools":[{"type":"function","function":{"name":"f"}},
                          {"type":"function","function":{"name":"g"}}],
                        "tool_choice":{"type":"function","function":{"name":"g"}},
                        "parallel_tool_calls":false,"temperature":1.5,"presence_penalty":-1,"n":2,
                        "user":"u","logit_bias":{"1":1},"service_tier":"flex"
                        """);
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[0].name",
                        "messages[0].content[0]",
                        "tool_choice",
                        "parallel_tool_calls",
                        "temperature",
                        "presence_penalty",
                        "n",
                        "user",
                        "logit_bias",
                        "service_tier");
        assertThat(new String(written.body(), UTF_8))
                .contains("\"name\":\"g\"")
                .doesNotContain("\"name\":\"f\"")
                .contains("\"temperature\":1,")
                .contains("\"presence_penalty\":0");
    }
}
