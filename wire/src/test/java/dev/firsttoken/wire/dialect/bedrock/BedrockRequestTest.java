package dev.firsttoken.wire.dialect.bedrock;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Requests of this dialect, and those of others in its form.
class BedrockRequestTest {

    private static final BedrockCodec CODEC = BedrockCodec.INSTANCE;
    private static final String CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0";

    private static final String EVERYTHING =
            """
            {"system":[{"text":"be brief"},{"cachePoint":{"type":"default","ttl":"1h"}}],
             "messages":[
              {"role":"user","content":[
                {"image":{"format":"jpeg","source":{"bytes":"AAAA"}}},
                {"document":{"format":"pdf","name":"d 1","source":{"s3Location":{"uri":"s3://b/d.pdf"}},
                  "citations":{"enabled":true}}},
                {"document":{"format":"txt","name":"e","source":{"text":"hello"}}},
                {"video":{"format":"three_gp","source":{"bytes":"BBBB"}}},
                {"audio":{"format":"wav","source":{"bytes":"CCCC"}}},
                {"guardContent":{"text":{"text":"x"}}},
                {"text":"look"},{"cachePoint":{"type":"default"}}]},
              {"role":"assistant","content":[
                {"reasoningContent":{"reasoningText":{"text":"hm","signature":"SIG"}}},
                {"reasoningContent":{"redactedContent":"UkVE"}},
                {"citationsContent":{"content":[{"text":"I look"}],
                  "citations":[{"title":"t","location":{"web":{"url":"u"}}}]}},
                {"toolUse":{"toolUseId":"t0","name":"search","type":"server_tool_use","input":{}}},
                {"toolUse":{"toolUseId":"t1","name":"look","input":{"at":"x"}}}]},
              {"role":"user","content":[
                {"toolResult":{"toolUseId":"t1","status":"error","content":[{"text":"no"},
                  {"image":{"format":"png","source":{"bytes":"DDDD"}}}]}}]}],
             "inferenceConfig":{"maxTokens":3000,"temperature":0.5,"topP":0.9,
               "stopSequences":["END"]},
             "toolConfig":{"tools":[{"toolSpec":{"name":"look","description":"looks",
                "inputSchema":{"json":{"type":"object"}},"strict":true}},
               {"cachePoint":{"type":"default"}},{"systemTool":{"name":"grounding"}}],
               "toolChoice":{"any":{}}},
             "additionalModelRequestFields":{"anthropic_beta":["b"]},
             "outputConfig":{"effort":"high","textFormat":{"type":"json_schema",
               "structure":{"jsonSchema":{"schema":"{\\"type\\":\\"object\\"}","name":"s"}}}},
             "requestMetadata":{"k":"v"},"serviceTier":{"type":"flex"},
             "guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"}}
            """;

    private static Request read(String body) throws InvalidRequestException {
        return CODEC.readRequest("/model/m%3A0/converse-stream", Headers.NONE, bytes(body));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static Object tree(String json) {
        return JsonTree.of(bytes(json));
    }

    private static Request chat(String fields) throws InvalidRequestException {
        String body = "{\"model\":\"m\",\"messages\":[" + fields + "}";
        return ChatCodec.INSTANCE.readRequest("/v1/chat/completions", Headers.NONE, bytes(body));
    }

    private static Request messages(String fields) throws InvalidRequestException {
        String body =
                "{\"model\":\"m\",\"max_tokens\":3000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                        + fields
                        + "}";
        return MessagesCodec.INSTANCE.readRequest("/v1/messages", Headers.NONE, bytes(body));
    }

    private static Map<String, Object> body(WrittenRequest written) {
        return JsonTree.object(written.body());
    }

    @Test
    void sameDialectLosesNothing() throws Exception {
        WrittenRequest written = CODEC.writeRequest(read(EVERYTHING), "m:1");
        assertThat(written.losses()).isEmpty();
        assertThat(written.path()).isEqualTo("/model/m%3A1/converse-stream");
        assertThat(written.headers()).containsEntry("accept", CODEC.streamType());
        assertThat(body(written)).isEqualTo(tree(EVERYTHING));
    }

    @Test
    void theModelAndTheStreamAreInThePath() throws Exception {
        String body = "{\"messages\":[]}";
        assertThat(read(body).model()).isEqualTo("m:0");
        assertThat(read(body).stream()).isTrue();
        Request whole =
                CODEC.readRequest("/model/arn%3Aa%2Fb/converse?x=1", Headers.NONE, bytes(body));
        assertThat(whole.model()).isEqualTo("arn:a/b");
        assertThat(whole.stream()).isFalse();
        assertThat(CODEC.writeRequest(whole, "arn:a/b").path())
                .isEqualTo("/model/arn%3Aa%2Fb/converse");
        assertThat(CODEC.writeRequest(whole, "m").headers()).doesNotContainKey("accept");
        assertThat(CODEC.readRequest("/other", Headers.NONE, bytes(body)).model()).isNull();
    }

    @Test
    void chatClientsAreUnderstood() throws Exception {
        Request chat =
                chat(
                        """
                        {"role":"system","content":"be brief"},
                        {"role":"user","content":[{"type":"text","text":"what?"},
                          {"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}},
                          {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
                          {"type":"input_audio","input_audio":{"format":"wav","data":"CCCC"}}]},
                        {"role":"assistant","tool_calls":[{"id":"c1","type":"function",
                          "function":{"name":"look","arguments":"{\\"at\\":1}"}}]},
                        {"role":"tool","tool_call_id":"c1","content":"a cat"},
                        {"role":"user","content":"sure?"}],
                        "tools":[{"type":"function","function":{"name":"look"}}],
                        "tool_choice":{"type":"function","function":{"name":"look"}},
                        "parallel_tool_calls":false,"seed":7,"temperature":1.5,"max_tokens":9
                        """);
        WrittenRequest written = CODEC.writeRequest(chat, "m");
        assertThat(body(written))
                .isEqualTo(
                        tree(
                                """
                                {"system":[{"text":"be brief"}],
                                 "messages":[{"role":"user","content":[{"text":"what?"},
                                   {"image":{"format":"jpeg","source":{"bytes":"AAAA"}}},
                                   {"audio":{"format":"wav","source":{"bytes":"CCCC"}}}]},
                                  {"role":"assistant","content":[
                                   {"toolUse":{"toolUseId":"c1","name":"look","input":{"at":1}}}]},
                                  {"role":"user","content":[
                                   {"toolResult":{"toolUseId":"c1","content":[{"text":"a cat"}]}},
                                   {"text":"sure?"}]}],
                                 "inferenceConfig":{"maxTokens":9,"temperature":1},
                                 "toolConfig":{"tools":[{"toolSpec":{"name":"look",
                                   "inputSchema":{"json":{"type":"object"}}}}],
                                   "toolChoice":{"tool":{"name":"look"}}}}
                                """));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactly(
                        "messages[0].content[2]", "temperature", "parallel_tool_calls", "seed");
    }

    @Test
    void thinkingIsASettingOfTheModelThatHasIt() throws Exception {
        Request enabled =
                messages(
                        ",\"temperature\":0.5,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}");
        WrittenRequest claude = CODEC.writeRequest(enabled, CLAUDE);
        assertThat(body(claude).get("additionalModelRequestFields"))
                .isEqualTo(tree("{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}}"));
        assertThat(claude.losses()).extracting(Loss::path).containsExactly("temperature");

        WrittenRequest other = CODEC.writeRequest(enabled, "amazon.nova-2-lite-v1:0");
        assertThat(body(other)).doesNotContainKey("additionalModelRequestFields");
        assertThat(body(other).get("outputConfig")).isEqualTo(tree("{\"effort\":\"low\"}"));
        assertThat(other.losses()).extracting(Loss::path).containsExactly("thinking.budget_tokens");

        Request effort =
                chat("{\"role\":\"user\",\"content\":\"hi\"}],\"reasoning_effort\":\"medium\"");
        WrittenRequest written = CODEC.writeRequest(effort, CLAUDE);
        assertThat(body(written).get("inferenceConfig")).isEqualTo(tree("{\"maxTokens\":6144}"));
        assertThat(written.losses()).extracting(Loss::path).containsExactly("max_tokens");

        Request adaptive =
                messages(
                        ",\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"max\"}");
        assertThat(body(CODEC.writeRequest(adaptive, CLAUDE)))
                .containsEntry("outputConfig", tree("{\"effort\":\"max\"}"))
                .containsEntry(
                        "additionalModelRequestFields",
                        tree("{\"thinking\":{\"type\":\"adaptive\"}}"));
    }

    @Test
    void thinkingOfThisDialectIsUnderstood() throws Exception {
        Request request =
                read(
                        "{\"messages\":[],\"additionalModelRequestFields\":{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1500},\"top_k\":5}}");
        assertThat(body(MessagesCodec.INSTANCE.writeRequest(request, "claude")))
                .containsEntry("thinking", tree("{\"type\":\"enabled\",\"budget_tokens\":1500}"));
        assertThat(request.parameters().topK).isEqualTo(5);
    }

    @Test
    void signaturesOfClaudeGoBothWays() throws Exception {
        String thought =
                "[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"SIG\"},{\"type\":\"redacted_thinking\",\"data\":\"R\"}]}]";
        Request messages =
                MessagesCodec.INSTANCE.readRequest(
                        "", Headers.NONE, bytes("{\"max_tokens\":1,\"messages\":" + thought + "}"));
        WrittenRequest written = CODEC.writeRequest(messages, CLAUDE);
        assertThat(new String(written.body(), UTF_8))
                .contains("{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"SIG\"}}");
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactly("messages[0].content[1]");
        WrittenRequest back = MessagesCodec.INSTANCE.writeRequest(read(EVERYTHING), "claude");
        assertThat(new String(back.body(), UTF_8)).contains("\"signature\":\"SIG\"");
    }

    @Test
    void noToolIsSentWhenNoneMayBeCalled() throws Exception {
        String tools =
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"none\"";
        Request plain = chat("{\"role\":\"user\",\"content\":\"hi\"}]," + tools);
        assertThat(body(CODEC.writeRequest(plain, "m"))).doesNotContainKey("toolConfig");
        Request called =
                chat(
                        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}],"
                                + tools);
        WrittenRequest written = CODEC.writeRequest(called, "m");
        assertThat(body(written)).containsKey("toolConfig");
        assertThat(written.losses()).extracting(Loss::path).containsExactly("tool_choice");
    }

    @Test
    void namesOfDocumentsAreMadeToFit() throws Exception {
        Request request =
                MessagesCodec.INSTANCE.readRequest(
                        "",
                        Headers.NONE,
                        bytes(
                                "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"title\":\"a/b"
                                        + "  ü.pdf\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"AA\"}},{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"x\"}}]}]}"));
        assertThat(new String(CODEC.writeRequest(request, "m").body(), UTF_8))
                .contains("\"format\":\"pdf\",\"name\":\"a b pdf\"")
                .contains("\"format\":\"txt\",\"name\":\"document 2\",\"source\":{\"text\":\"x\"}");
    }

    @Test
    void whatIsNotARequestIsRefused() {
        for (String body :
                List.of(
                        "{}",
                        "{\"messages\":[{\"role\":\"robot\",\"content\":[]}]}",
                        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"reasoningContent\":{}}]}]}",
                        "{\"messages\":[],\"outputConfig\":{\"textFormat\":{\"structure\":{\"jsonSchema\":{\"schema\":\"no\"}}}}}",
                        "{\"messages\":[],\"additionalModelRequestFields\":{\"thinking\":{\"type\":\"x\"}}}")) {
            assertThatThrownBy(() -> read(body))
                    .as(body)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }
}
