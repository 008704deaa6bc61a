import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.messages.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Anthropic's own client for Java.
///
/// Arguments: where everything is, as RecordedServer wrote it.
final class AnthropicJava implements Suite.Client {

    private static final Map<String, String> WORDS =
            Map.of("stop", "end_turn", "length", "max_tokens", "filtered", "refusal");

    private final AnthropicClient client;

    private AnthropicJava(String root) {
        client =
                AnthropicOkHttpClient.builder()
                        .baseUrl(root)
                        .apiKey("none")
                        .maxRetries(0)
                        .timeout(Duration.ofSeconds(30))
                        .build();
    }

    public static void main(String[] arguments) throws IOException {
        Suite suite = new Suite(arguments);
        suite.everywhere(AnthropicJava::new);
        suite.recorded("anthropic", AnthropicJava::new);
        for (String root : List.of("simulator", "anthropic")) {
            var at = new AnthropicJava(suite.place.get("roots").get(root).asText());
            suite.check(root + ": tokens are counted", () -> Suite.same(at.count(), 5L));
        }
        suite.end();
    }

    @Override
    public String word(String finish) {
        return WORDS.get(finish);
    }

    private static MessageCreateParams.Builder request(String model) {
        JsonValue place = JsonValue.from(Map.of("place", Map.of("type", "string")));
        Tool.InputSchema schema =
                Tool.InputSchema.builder()
                        .putAdditionalProperty("properties", place)
                        .required(List.of("place"))
                        .build();
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(1000)
                .addTool(Tool.builder().name(Suite.TOOL).inputSchema(schema).build());
    }

    private Message send(MessageCreateParams request, boolean stream) {
        if (!stream) {
            return client.messages().create(request);
        }
        var whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(request)) {
            events.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    private long count() {
        return client.messages()
                .countTokens(
                        MessageCountTokensParams.builder()
                                .model("m")
                                .addUserMessage("Play.")
                                .build())
                .inputTokens();
    }

    private static Suite.Said said(Message message) throws IOException {
        var text = new StringBuilder();
        var reasoning = new StringBuilder();
        List<String> calls = new ArrayList<>();
        for (ContentBlock block : message.content()) {
            block.text().ifPresent(one -> text.append(one.text()));
            block.thinking().ifPresent(one -> reasoning.append(one.thinking()));
            if (block.isToolUse()) {
                ToolUseBlock call = block.asToolUse();
                calls.add(call.name() + call._input().convert(JsonNode.class));
            }
        }
        Usage usage = message.usage();
        long cached = usage.cacheReadInputTokens().orElse(0L);
        return new Suite.Said(
                text.toString(),
                reasoning.toString(),
                calls,
                message.stopReason().map(StopReason::asString).orElse(null),
                usage.inputTokens() + cached + usage.cacheCreationInputTokens().orElse(0L),
                cached,
                usage.outputTokens());
    }

    @Override
    public Suite.Said ask(String model, boolean stream) throws IOException {
        return said(send(request(model).addUserMessage("Play.").build(), stream));
    }

    @Override
    public Suite.Turns bringBack(String model, boolean stream, List<String> results)
            throws IOException {
        MessageCreateParams.Builder request = request(model).addUserMessage("Where is it warm?");
        Message first = send(request.build(), stream);
        Suite.same(first.stopReason().orElse(null), StopReason.TOOL_USE);
        List<ContentBlockParam> answers = new ArrayList<>();
        for (ContentBlock block : first.content()) {
            block.toolUse()
                    .ifPresent(call ->
                            answers.add(
                                    ContentBlockParam.ofToolResult(
                                            ToolResultBlockParam.builder()
                                                    .toolUseId(call.id())
                                                    .content(results.get(answers.size()))
                                                    .build())));
        }
        request.addMessage(first).addUserMessageOfContentBlockParams(answers);
        return new Suite.Turns(said(first), said(send(request.build(), stream)).text());
    }

    @Override
    public String see(String model, boolean stream, List<String> images) throws IOException {
        List<ContentBlockParam> parts = new ArrayList<>();
        for (int i = 0; i < images.size(); i += 2) {
            parts.add(
                    ContentBlockParam.ofImage(
                            Base64ImageSource.builder()
                                    .mediaType(Base64ImageSource.MediaType.of(images.get(i)))
                                    .data(images.get(i + 1))
                                    .build()));
        }
        parts.add(ContentBlockParam.ofText("What is this?"));
        return said(send(request(model).addUserMessageOfContentBlockParams(parts).build(), stream))
                .text();
    }

    @Override
    public Suite.Part part(String model) {
        var text = new StringBuilder();
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(request(model).addUserMessage("Play.").build())) {
            events.stream().forEach(event -> text(event, text));
        } catch (RuntimeException e) {
            return new Suite.Part(text.toString(), e);
        }
        return new Suite.Part(text.toString(), null);
    }

    private static void text(RawMessageStreamEvent event, StringBuilder out) {
        event.contentBlockDelta()
                .flatMap(delta -> delta.delta().text())
                .ifPresent(delta -> out.append(delta.text()));
    }

    @Override
    public void leave(String model) {
        var text = new StringBuilder();
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(request(model).addUserMessage("Play.").build())) {
            var more = events.stream().iterator();
            while (text.isEmpty()) {
                text(more.next(), text);
            }
        }
    }

    @Override
    public int status(Throwable error) {
        Suite.holds(error instanceof AnthropicServiceException, String.valueOf(error));
        return ((AnthropicServiceException) error).statusCode();
    }
}
