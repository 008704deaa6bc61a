import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// LangChain4j with its modules for OpenAI and Anthropic.
///
/// Arguments: where everything is, as RecordedServer wrote it.
abstract class LangChain4j implements Suite.Client {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final ToolSpecification TOOL =
            ToolSpecification.builder()
                    .name(Suite.TOOL)
                    .parameters(
                            JsonObjectSchema.builder()
                                    .addStringProperty("place")
                                    .required("place")
                                    .build())
                    .build();

    private final ChatModel whole;
    private final StreamingChatModel streaming;

    LangChain4j(ChatModel whole, StreamingChatModel streaming) {
        this.whole = whole;
        this.streaming = streaming;
    }

    public static void main(String[] arguments) throws IOException {
        Suite suite = new Suite(arguments);
        System.out.println("   langchain4j-open-ai");
        suite.everywhere(OpenAi::new);
        suite.recorded("openai", OpenAi::new);
        System.out.println("   langchain4j-anthropic");
        suite.everywhere(Anthropic::new);
        suite.recorded("anthropic", Anthropic::new);
        suite.end();
    }

    /// How many tokens of input came from a cache, and how many there are that it does not count as
    /// input.
    abstract long[] cached(TokenUsage usage);

    private ChatResponse send(String model, boolean stream, List<ChatMessage> messages)
            throws Exception {
        ChatRequest request =
                ChatRequest.builder()
                        .modelName(model)
                        .messages(messages)
                        .toolSpecifications(TOOL)
                        .build();
        if (!stream) {
            return whole.chat(request);
        }
        var heard = new Heard(false);
        streaming.chat(request, heard);
        ChatResponse response = heard.response();
        String text = response.aiMessage().text();
        // What came in pieces is what is there in the end.
        Suite.same(heard.text.toString(), text == null ? "" : text);
        return response;
    }

    /// Collects what a stream says, or leaves after its first text.
    private static final class Heard implements StreamingChatResponseHandler {

        final StringBuilder text = new StringBuilder();
        private final boolean leaving;
        private final CompletableFuture<ChatResponse> done = new CompletableFuture<>();

        Heard(boolean leaving) {
            this.leaving = leaving;
        }

        @Override
        public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
            text.append(partial.text());
            if (leaving) {
                context.streamingHandle().cancel();
                done.complete(null);
            }
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            done.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            done.completeExceptionally(error);
        }

        ChatResponse response() throws Exception {
            try {
                return done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }

    private Suite.Said said(ChatResponse response) throws IOException {
        AiMessage message = response.aiMessage();
        List<String> calls = new ArrayList<>();
        for (ToolExecutionRequest call : message.toolExecutionRequests()) {
            calls.add(Suite.call(call.name(), call.arguments()));
        }
        TokenUsage usage = response.tokenUsage();
        long[] cached = usage == null ? new long[2] : cached(usage);
        return new Suite.Said(
                message.text() == null ? "" : message.text(),
                message.thinking() == null ? "" : message.thinking(),
                calls,
                response.finishReason() == null ? null : response.finishReason().name(),
                usage == null ? null : usage.inputTokenCount() + cached[1],
                usage == null ? null : cached[0],
                usage == null ? null : Long.valueOf(usage.outputTokenCount()));
    }

    @Override
    public Suite.Said ask(String model, boolean stream) throws Exception {
        return said(send(model, stream, List.of(UserMessage.from("Play."))));
    }

    @Override
    public Suite.Turns bringBack(String model, boolean stream, List<String> results)
            throws Exception {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(UserMessage.from("Where is it warm?"));
        ChatResponse first = send(model, stream, messages);
        messages.add(first.aiMessage());
        List<ToolExecutionRequest> calls = first.aiMessage().toolExecutionRequests();
        for (int i = 0; i < calls.size(); i++) {
            messages.add(ToolExecutionResultMessage.from(calls.get(i), results.get(i)));
        }
        return new Suite.Turns(said(first), said(send(model, stream, messages)).text());
    }

    @Override
    public String see(String model, boolean stream, List<String> images) throws Exception {
        List<Content> parts = new ArrayList<>();
        for (int i = 0; i < images.size(); i += 2) {
            parts.add(ImageContent.from(images.get(i + 1), images.get(i)));
        }
        parts.add(TextContent.from("What is this?"));
        return said(send(model, stream, List.of(UserMessage.from(parts)))).text();
    }

    private static ChatRequest play(String model) {
        return ChatRequest.builder().modelName(model).messages(UserMessage.from("Play.")).build();
    }

    @Override
    public Suite.Part part(String model) {
        var heard = new Heard(false);
        streaming.chat(play(model), heard);
        Exception error = null;
        try {
            // An error that comes as an event is nothing to the module for OpenAI: all that it
            // tells
            // is that there is no reason to have finished.
            error = heard.response().finishReason() == null ? new IOException("no finish") : null;
        } catch (Exception e) {
            error = e;
        }
        return new Suite.Part(heard.text.toString(), error);
    }

    @Override
    public void leave(String model) throws Exception {
        var heard = new Heard(true);
        streaming.chat(play(model), heard);
        heard.response();
    }

    /// The type that the library has for it wraps what the server said.
    @Override
    public int status(Throwable error) {
        Throwable said = error.getCause();
        Suite.holds(said instanceof HttpException, String.valueOf(error));
        return ((HttpException) said).statusCode();
    }

    private static final class OpenAi extends LangChain4j {

        private static final Map<String, String> WORDS =
                Map.of("stop", "STOP", "length", "LENGTH", "filtered", "CONTENT_FILTER");

        OpenAi(String root) {
            super(
                    OpenAiChatModel.builder()
                            .baseUrl(root + "/v1")
                            .apiKey("none")
                            .returnThinking(true)
                            .maxRetries(0)
                            .timeout(PATIENCE)
                            .build(),
                    OpenAiStreamingChatModel.builder()
                            .baseUrl(root + "/v1")
                            .apiKey("none")
                            .returnThinking(true)
                            .timeout(PATIENCE)
                            .build());
        }

        @Override
        public String word(String finish) {
            return WORDS.get(finish);
        }

        @Override
        long[] cached(TokenUsage usage) {
            var details = ((OpenAiTokenUsage) usage).inputTokensDetails();
            return new long[] {details == null ? 0 : details.cachedTokens(), 0};
        }
    }

    private static final class Anthropic extends LangChain4j {

        private static final Map<String, String> WORDS =
                Map.of("stop", "STOP", "length", "LENGTH", "filtered", "OTHER");

        Anthropic(String root) {
            super(
                    AnthropicChatModel.builder()
                            .baseUrl(root + "/v1/")
                            .apiKey("none")
                            .modelName("m")
                            .maxTokens(1000)
                            .returnThinking(true)
                            .maxRetries(0)
                            .timeout(PATIENCE)
                            .build(),
                    AnthropicStreamingChatModel.builder()
                            .baseUrl(root + "/v1/")
                            .apiKey("none")
                            .modelName("m")
                            .maxTokens(1000)
                            .returnThinking(true)
                            .timeout(PATIENCE)
                            .build());
        }

        @Override
        public String word(String finish) {
            return WORDS.get(finish);
        }

        @Override
        long[] cached(TokenUsage usage) {
            var counts = (AnthropicTokenUsage) usage;
            long read = counts.cacheReadInputTokens() == null ? 0 : counts.cacheReadInputTokens();
            Integer written = counts.cacheCreationInputTokens();
            return new long[] {read, read + (written == null ? 0 : written)};
        }
    }
}
