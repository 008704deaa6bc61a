package dev.firsttoken.wire.dialect.gemini;

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
import dev.firsttoken.wire.message.OutputFormat;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Thinking;
import dev.firsttoken.wire.message.Tool;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeminiRequestTest {

    private static final GeminiCodec CODEC = GeminiCodec.INSTANCE;
    private static final String PATH =
            "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=k";

    private static final String GEMINI =
            """
            {"systemInstruction":{"parts":[{"text":"be brief"}]},
             "contents":[
              {"role":"user","parts":[
                {"text":"what is this?"},
                {"inlineData":{"mimeType":"image/png","data":"AAAA"}},
                {"fileData":{"mimeType":"application/pdf",
                  "fileUri":"https://generativelanguage.googleapis.com/v1beta/files/f1"}}]},
              {"role":"model","parts":[
                {"text":"hm","thought":true},
                {"text":"I look","thoughtSignature":"S1=="},
                {"functionCall":{"name":"look","args":{"at":"x"}},"thoughtSignature":"S2+/=="},
                {"functionCall":{"id":"c2","name":"look","args":{}}},
                {"executableCode":{"language":"PYTHON","code":"1"}}]},
              {"role":"user","parts":[
                {"functionResponse":{"name":"look","response":{"result":"a cat"}}},
                {"functionResponse":{"id":"c2","name":"look","response":{"error":"no"},
                  "parts":[{"inlineData":{"mimeType":"image/png","data":"BBBB"}}]}},
                {"text":"sure?"}]}],
             "tools":[{"functionDeclarations":[{"name":"look","description":"looks",
               "parametersJsonSchema":{"type":"object"},"behavior":"BLOCKING"}]},
               {"googleSearch":{}}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["look"]},
               "retrievalConfig":{"languageCode":"de"}},
             "generationConfig":{"maxOutputTokens":900,"temperature":1.5,"topP":0.9,"topK":5,
               "stopSequences":["END"],"seed":7,"frequencyPenalty":0.5,"presencePenalty":0.25,
               "candidateCount":2,"responseLogprobs":true,"logprobs":3,
               "responseMimeType":"application/json","responseJsonSchema":{"type":"object"},
               "thinkingConfig":{"includeThoughts":true,"thinkingBudget":2000},
               "mediaResolution":"MEDIA_RESOLUTION_LOW"},
             "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"}],
             "cachedContent":"cachedContents/c"}
            """;

    private static Request read(String body) throws InvalidRequestException {
        return CODEC.readRequest(PATH, Headers.NONE, body.getBytes(UTF_8));
    }

    private static Map<String, Object> tree(String json) {
        return JsonTree.object(json.getBytes(UTF_8));
    }

    private static Request chat(String more) throws InvalidRequestException {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + more + "}";
        return ChatCodec.INSTANCE.readRequest("", Headers.NONE, body.getBytes(UTF_8));
    }

    private static String written(Request request, String model) {
        return new String(CODEC.writeRequest(request, model).body(), UTF_8);
    }

    @Test
    void sameDialectLosesNothing() throws Exception {
        Request request = read(GEMINI);
        assertThat(request.model()).isEqualTo("gemini-2.5-pro");
        assertThat(request.stream()).isTrue();
        WrittenRequest written = CODEC.writeRequest(request, "gemini-3-pro");
        assertThat(written.path())
                .isEqualTo("/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse");
        assertThat(written.losses()).isEmpty();
        assertThat(JsonTree.object(written.body())).isEqualTo(tree(GEMINI));
        assertThat(CODEC.readRequest(PATH, Headers.NONE, written.body())).isEqualTo(request);
    }

    @Test
    void bothSpellingsOfNamesAreRead() throws Exception {
        Request camel =
                read(
                        "{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"+/+/\"}}]}],\"generationConfig\":{\"maxOutputTokens\":5,\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}}");
        Request snake =
                read(
                        "{\"system_instruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[{\"parts\":[{\"inline_data\":{\"mime_type\":\"image/png\",\"data\":\"-_-_\"}}]}],\"generation_config\":{\"max_output_tokens\":5,\"thinking_config\":{\"thinking_level\":\"LOW\"}}}");
        assertThat(snake).isEqualTo(camel);
        assertThat(camel.parameters().thinking).isEqualTo(Thinking.ofEffort("low"));
    }

    @Test
    void theModelIsInThePathAndMayHaveSlashes() throws Exception {
        byte[] body = "{\"contents\":[]}".getBytes(UTF_8);
        for (String path :
                new String[] {
                    "/v1beta/models/a/b-1:generateContent",
                    "/v1/projects/p/locations/l/publishers/google/models/a%2Fb-1:generateContent?x=y"
                }) {
            Request request = CODEC.readRequest(path, Headers.NONE, body);
            assertThat(request.model()).isEqualTo("a/b-1");
            assertThat(request.stream()).isFalse();
            assertThat(CODEC.writeRequest(request, "a/b 1?").path())
                    .isEqualTo("/v1beta/models/a/b%201%3F:generateContent");
        }
        assertThatThrownBy(() ->
                        CODEC.readRequest(
                                "/v1beta/models/m:streamGenerateContent", Headers.NONE, body))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo("alt"));
    }

    @Test
    void schemasOfTheDialectBecomeJsonSchemas() throws Exception {
        Request request =
                read(
                        "{\"contents\":[],\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"type\":{\"type\":\"STRING\",\"nullable\":true,\"enum\":[\"OBJECT\"]},\"n\":{\"type\":\"ARRAY\",\"items\":{\"type\":\"INTEGER\"}}},\"required\":[\"n\"]}}]}],\"generationConfig\":{\"responseSchema\":{\"anyOf\":[{\"type\":\"NUMBER\"}]}}}");
        assertThat(((Tool.Function) request.tools().getFirst()).parameters().text())
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":[\"string\",\"null\"],\"enum\":[\"OBJECT\"]},\"n\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}},\"required\":[\"n\"]}");
        assertThat(((OutputFormat.JsonSchema) request.parameters().format).schema().text())
                .isEqualTo("{\"anyOf\":[{\"type\":\"number\"}]}");
    }

    @Test
    void thinkingIsALevelOrABudget() throws Exception {
        Request medium = chat(",\"reasoning_effort\":\"medium\"");
        assertThat(written(medium, "gemini-3-flash-preview"))
                .contains("{\"includeThoughts\":true,\"thinkingLevel\":\"medium\"}");
        assertThat(written(medium, "gemini-2.5-flash"))
                .contains("{\"includeThoughts\":true,\"thinkingBudget\":2048}");
        Request none = chat(",\"reasoning_effort\":\"none\"");
        assertThat(written(none, "gemini-2.5-flash"))
                .contains("\"thinkingConfig\":{\"thinkingBudget\":0}");
        assertThat(CODEC.writeRequest(none, "gemini-3-pro").losses())
                .extracting(Loss::path)
                .contains("reasoning_effort");
        assertThat(GeminiWords.isThirdGeneration("gemini-10-pro")).isTrue();
        assertThat(GeminiWords.isThirdGeneration("models/gemini-1.5-pro")).isFalse();
    }

    @Test
    void callsOfOthersAreMarkedForTheThirdGeneration() throws Exception {
        String body =
                """
                {"messages":[{"role":"user","content":"x"},
                 {"role":"assistant","tool_calls":[
                  {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
                  {"id":"b","type":"function","function":{"name":"f","arguments":""}}]},
                 {"role":"tool","tool_call_id":"b","content":"{\\"deg\\":5}"},
                 {"role":"tool","tool_call_id":"a","content":"first"}]}
                """;
        Request request = ChatCodec.INSTANCE.readRequest("", Headers.NONE, body.getBytes(UTF_8));
        String calls =
                "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}%s},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]}";
        String results =
                "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"result\":\"first\"}}},{\"functionResponse\":{\"name\":\"f\",\"response\":{\"deg\":5}}}]}";
        assertThat(written(request, "gemini-2.5-pro"))
                .contains(calls.formatted("") + "," + results);
        assertThat(written(request, "gemini-3-pro"))
                .contains(
                        calls.formatted(
                                ",\"thoughtSignature\":\"skip_thought_signature_validator\""));
    }

    @Test
    void chatBecomesGeminiAndReportsWhatIsLost() throws Exception {
        String body =
                """
                {"model":"gpt","messages":[
                  {"role":"user","name":"ann","content":[
                    {"type":"text","text":"hi"},
                    {"type":"image_url","image_url":{"url":"https://example.com/a.png?x","detail":"low"}},
                    {"type":"file","file":{"file_id":"file-1"}}]},
                  {"role":"system","content":"be brief"}],
                 "tools":[{"type":"function","function":{"name":"f","strict":true,
                   "parameters":{"type":"object"}}}],
                 "tool_choice":"required","parallel_tool_calls":false,"max_tokens":9,
                 "stop":["1","2","3","4","5","6"],"logit_bias":{"5":1},"user":"u1","store":true,
                 "response_format":{"type":"json_object"},"verbosity":"low"}
                """;
        Request request = ChatCodec.INSTANCE.readRequest("", Headers.NONE, body.getBytes(UTF_8));
        WrittenRequest written = CODEC.writeRequest(request, "gemini-2.5-pro");
        assertThat(written.path()).isEqualTo("/v1beta/models/gemini-2.5-pro:generateContent");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        tree(
                                """
                                {"systemInstruction":{"parts":[{"text":"be brief"}]},
                                 "contents":[{"role":"user","parts":[{"text":"hi"},
                                  {"fileData":{"mimeType":"image/png",
                                    "fileUri":"https://example.com/a.png?x"}}]}],
                                 "tools":[{"functionDeclarations":[{"name":"f",
                                   "parametersJsonSchema":{"type":"object"}}]}],
                                 "toolConfig":{"functionCallingConfig":{"mode":"ANY"}},
                                 "generationConfig":{"maxOutputTokens":9,
                                   "stopSequences":["1","2","3","4","5"],
                                   "responseMimeType":"application/json"}}
                                """));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[0].name",
                        "messages[1]",
                        "contents[0].parts[1].detail",
                        "contents[0].parts[2]",
                        "tools[0].strict",
                        "parallel_tool_calls",
                        "stop",
                        "logit_bias",
                        "user",
                        "store",
                        "verbosity");
    }

    @Test
    void messagesBecomeGeminiAndReportWhatIsLost() throws Exception {
        String body =
                """
                {"model":"claude","max_tokens":3000,
                 "system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
                 "messages":[{"role":"user","content":"x"},
                  {"role":"assistant","content":[
                   {"type":"thinking","thinking":"hm","signature":"SIG"},
                   {"type":"redacted_thinking","data":"RED"},
                   {"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},
                  {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",
                    "is_error":true,"content":"no"}]}],
                 "tools":[{"name":"f","input_schema":{"type":"object"}}],
                 "thinking":{"type":"enabled","budget_tokens":2000},
                 "metadata":{"user_id":"u"},"container":"c"}
                """;
        Request request =
                MessagesCodec.INSTANCE.readRequest("", Headers.NONE, body.getBytes(UTF_8));
        WrittenRequest written = CODEC.writeRequest(request, "gemini-2.5-pro");
        assertThat(JsonTree.object(written.body()))
                .isEqualTo(
                        tree(
                                """
                                {"systemInstruction":{"parts":[{"text":"s"}]},
                                 "contents":[{"role":"user","parts":[{"text":"x"}]},
                                  {"role":"model","parts":[
                                    {"functionCall":{"name":"f","args":{"a":1}}}]},
                                  {"role":"user","parts":[
                                    {"functionResponse":{"name":"f","response":{"error":"no"}}}]}],
                                 "tools":[{"functionDeclarations":[{"name":"f",
                                   "parametersJsonSchema":{"type":"object"}}]}],
                                 "generationConfig":{"maxOutputTokens":3000,
                                   "thinkingConfig":{"includeThoughts":true,"thinkingBudget":2000}}}
                                """));
        assertThat(written.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "system[0]",
                        "contents[1].parts[0].signature",
                        "contents[1].parts[0]",
                        "contents[1].parts[1]",
                        "user",
                        "container");
    }

    @Test
    void geminiBecomesChatAndMessagesAndReportsWhatIsLost() throws Exception {
        Request request = read(GEMINI);
        WrittenRequest chat = ChatCodec.INSTANCE.writeRequest(request, "gpt");
        assertThat(new String(chat.body(), UTF_8))
                .contains(
                        "{\"id\":\"gemini_call_0\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":\\\"x\\\"}\"}}")
                .contains("\"tool_call_id\":\"gemini_call_0\"")
                .contains(
                        "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"look\"}}");
        assertThat(chat.losses())
                .extracting(Loss::path)
                .containsExactlyInAnyOrder(
                        "messages[1].content[2]",
                        "messages[2].signature",
                        "messages[2].content[1]",
                        "messages[3].parts[1].content[1]",
                        "messages[3].parts[1].is_error",
                        "tools[0].behavior",
                        "tools[1]",
                        "top_k",
                        "thinking.display",
                        "thinking.budget_tokens",
                        "toolConfig.retrievalConfig",
                        "generationConfig.mediaResolution",
                        "safetySettings",
                        "cachedContent");
        WrittenRequest messages = MessagesCodec.INSTANCE.writeRequest(request, "claude");
        assertThat(new String(messages.body(), UTF_8))
                .contains("\"tool_use_id\":\"gemini_call_0\"")
                .contains("\"tool_choice\":{\"type\":\"tool\",\"name\":\"look\"}");
        assertThat(messages.losses())
                .extracting(Loss::path)
                .contains("messages[1].content[0]", "safetySettings", "tools[1]");
    }

    @Test
    void aWrongFieldIsNamedWithItsPlace() {
        assertThatThrownBy(() ->
                        read("{\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":5}}]}]}"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e ->
                                assertThat(e.field())
                                        .isEqualTo("contents[0].parts[0].functionCall.name"));
        assertThatThrownBy(() -> read("{\"contents\":[{\"role\":\"system\",\"parts\":[]}]}"))
                .hasMessage("is 'system' (expected: user or model)");
    }
}
