package dev.firsttoken.wire.dialect.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.dialect.Headers;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.message.Extras;
import dev.firsttoken.wire.message.Message;
import dev.firsttoken.wire.message.Message.Role;
import dev.firsttoken.wire.message.Part;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.message.Source;
import dev.firsttoken.wire.message.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Chats as `useChat` sends them.
class UiRequestTest {

    private static Request read(String body) throws InvalidRequestException {
        return UiCodec.INSTANCE.readRequest("/api/chat", Headers.NONE, body.getBytes(UTF_8));
    }

    @Test
    void aChatIsUnderstood() throws Exception {
        Request request =
                read(
                        """
                        {"id":"chat","trigger":"submit-message","messageId":"x","model":"m","store":false,
                         "tools":[{"name":"look","parameters":{"type":"object"}}],"messages":[
                         {"id":"1","role":"system","parts":[{"type":"text","text":"be brief"}]},
                         {"id":"2","role":"user","parts":[{"type":"text","text":"look"},
                           {"type":"file","mediaType":"image/png","url":"data:image/png;base64,AAAA"}]},
                         {"id":"3","role":"assistant","parts":[{"type":"step-start"},
                           {"type":"reasoning","text":"hm","providerMetadata":{"anthropic":{"signature":"S"}}},
                           {"type":"reasoning","text":"","providerMetadata":{"anthropic":{"redactedData":"R"}}},
                           {"type":"tool-look","toolCallId":"c","state":"output-available",
                             "input":{"at":1},"output":{"cat":true}},
                           {"type":"dynamic-tool","toolName":"g","toolCallId":"d","state":"output-error",
                             "input":{},"errorText":"no"},
                           {"type":"step-start"},
                           {"type":"data-mine","data":1},
                           {"type":"text","text":"a cat"}]},
                         {"id":"4","role":"user","parts":[{"type":"text","text":"sure?"}]}]}
                        """);
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.stream()).isTrue();
        assertThat(request.parameters().store).isFalse();
        assertThat(request.tools())
                .containsExactly(
                        new Tool.Function(
                                "look",
                                null,
                                new RawJson("{\"type\":\"object\"}"),
                                null,
                                Extras.NONE));
        assertThat(request.extras().fields().get(UiCodec.CONVERSATION).string()).isEqualTo("chat");
        assertThat(request.extras().fields()).hasSize(1);
        var signed = new Part.Signed("anthropic", "S");
        assertThat(request.messages())
                .containsExactly(
                        Message.of(Role.SYSTEM, "be brief"),
                        Message.of(
                                Role.USER,
                                new Part.Text("look"),
                                new Part.Image(
                                        new Source.Inline("image/png", "AAAA"), null, Extras.NONE)),
                        Message.of(
                                Role.ASSISTANT,
                                new Part.Reasoning("hm", signed, Extras.NONE),
                                new Part.RedactedReasoning(
                                        new Part.Signed("anthropic", "R"), Extras.NONE),
                                new Part.ToolCall(
                                        "c", "look", new RawJson("{\"at\":1}"), null, Extras.NONE),
                                new Part.ToolCall("d", "g", new RawJson("{}"), null, Extras.NONE)),
                        Message.of(
                                Role.USER,
                                result("c", "look", "{\"cat\":true}", false),
                                result("d", "g", "no", true)),
                        Message.of(Role.ASSISTANT, "a cat"),
                        Message.of(Role.USER, "sure?"));
    }

    private static Part result(String id, String name, String text, boolean error) {
        return new Part.ToolResult(id, name, List.of(new Part.Text(text)), error, Extras.NONE);
    }

    @Test
    void whatIsNotAChatIsRefused() {
        for (String body :
                List.of(
                        "{}",
                        "{\"messages\":[{\"role\":\"user\"}]}",
                        "{\"messages\":[{\"role\":\"robot\",\"parts\":[]}]}",
                        "{\"messages\":[{\"role\":\"user\",\"parts\":[{}]}]}",
                        "{\"messages\":[{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool-x\"}]}]}")) {
            assertThatThrownBy(() -> read(body))
                    .as(body)
                    .isInstanceOf(InvalidRequestException.class);
        }
    }
}
