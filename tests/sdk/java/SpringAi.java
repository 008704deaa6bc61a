import com.anthropic.errors.AnthropicServiceException;
import com.openai.errors.OpenAIServiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeType;
import reactor.core.publisher.Flux;

/// Spring AI's chat models for OpenAI and Anthropic, without an application around them.
///
/// Arguments: where everything is, as RecordedServer wrote it.
abstract class SpringAi implements Suite.Client {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    static final ToolCallback TOOL =
            new ToolCallback() {
                @Override
                public ToolDefinition getToolDefinition() {
                    return ToolDefinition.builder()
                            .name(Suite.TOOL)
                            .description("")
                            .inputSchema(Suite.PARAMETERS)
                            .build();
                }

                @Override
                public String call(String input) {
                    throw new AssertionError("nobody asked for " + input);
                }
            };

    final String root;
    private final ChatModel chat;

    SpringAi(String root) {
        this.root = root;
        this.chat = chat();
    }

    public static void main(String[] arguments) throws IOException {
        Suite suite = new Suite(arguments);
        System.out.println("   spring-ai-openai");
        suite.everywhere(OpenAi::new);
        suite.recorded("openai", OpenAi::new);
        System.out.println("   spring-ai-anthropic");
        // What says nothing has no result, and so no reason to have finished, when it is whole.
        suite.everywhere(Anthropic::new, "nothing");
        suite.recorded("anthropic", Anthropic::new);
        suite.end();
    }

    abstract ChatModel chat();

    abstract Prompt prompt(String model, List<Message> messages);

    /// Whether the text of this is something that was thought and not said.
    abstract boolean isThought(Generation piece);

    /// What was thought, null where that is not shown.
    abstract String thoughts(Heard heard);

    /// An answer, and the pieces in which it came.
    record Heard(ChatResponse whole, List<Generation> pieces) {

        String text(Predicate<Generation> wanted) {
            var text = new StringBuilder();
            for (Generation piece : pieces) {
                String some = piece.getOutput().getText();
                if (some != null && wanted.test(piece)) {
                    text.append(some);
                }
            }
            return text.toString();
        }

        List<AssistantMessage.ToolCall> calls() {
            return whole.getResults().stream()
                    .flatMap(result -> result.getOutput().getToolCalls().stream())
                    .toList();
        }
    }

    private Heard send(String model, boolean stream, List<Message> messages) {
        Prompt prompt = prompt(model, messages);
        if (!stream) {
            ChatResponse whole = chat.call(prompt);
            return new Heard(whole, whole.getResults());
        }
        var whole = new AtomicReference<ChatResponse>();
        List<Generation> pieces = new ArrayList<>();
        Flux<ChatResponse> chunks =
                chat.stream(prompt).doOnNext(chunk -> pieces.addAll(chunk.getResults()));
        new MessageAggregator().aggregate(chunks, whole::set).blockLast(PATIENCE);
        return new Heard(whole.get(), pieces);
    }

    private Suite.Said said(Heard heard) throws IOException {
        List<String> calls = new ArrayList<>();
        for (AssistantMessage.ToolCall call : heard.calls()) {
            calls.add(Suite.call(call.name(), call.arguments()));
        }
        Usage usage = heard.whole().getMetadata().getUsage();
        Generation last = heard.whole().getResults().getLast();
        return new Suite.Said(
                heard.text(piece -> !isThought(piece)),
                thoughts(heard),
                calls,
                last.getMetadata().getFinishReason(),
                input(usage),
                usage.getCacheReadInputTokens(),
                Long.valueOf(usage.getCompletionTokens()));
    }

    /// With what came from a cache.
    abstract Long input(Usage usage);

    @Override
    public Suite.Said ask(String model, boolean stream) throws IOException {
        return said(send(model, stream, List.of(new UserMessage("Play."))));
    }

    @Override
    public Suite.Turns bringBack(String model, boolean stream, List<String> results)
            throws IOException {
        List<Message> messages = new ArrayList<>();
        messages.add(new UserMessage("Where is it warm?"));
        Heard first = send(model, stream, messages);
        List<ToolResponseMessage.ToolResponse> answers = new ArrayList<>();
        for (AssistantMessage.ToolCall call : first.calls()) {
            String result = results.get(answers.size());
            answers.add(new ToolResponseMessage.ToolResponse(call.id(), call.name(), result));
        }
        messages.add(first.whole().getResults().getLast().getOutput());
        messages.add(ToolResponseMessage.builder().responses(answers).build());
        return new Suite.Turns(said(first), said(send(model, stream, messages)).text());
    }

    @Override
    public String see(String model, boolean stream, List<String> images) throws IOException {
        List<Media> media = new ArrayList<>();
        for (int i = 0; i < images.size(); i += 2) {
            byte[] bytes = Base64.getDecoder().decode(images.get(i + 1));
            media.add(new Media(MimeType.valueOf(images.get(i)), new ByteArrayResource(bytes)));
        }
        UserMessage message = UserMessage.builder().text("What is this?").media(media).build();
        return said(send(model, stream, List.of(message))).text();
    }

    private Flux<String> texts(String model) {
        return chat.stream(prompt(model, List.of(new UserMessage("Play."))))
                .flatMapIterable(ChatResponse::getResults)
                .filter(piece -> !isThought(piece))
                .mapNotNull(result -> result.getOutput().getText());
    }

    @Override
    public Suite.Part part(String model) {
        var text = new StringBuilder();
        try {
            texts(model).doOnNext(text::append).blockLast(PATIENCE);
        } catch (RuntimeException e) {
            return new Suite.Part(text.toString(), e);
        }
        return new Suite.Part(text.toString(), null);
    }

    @Override
    public void leave(String model) {
        texts(model).filter(text -> !text.isEmpty()).blockFirst(PATIENCE);
    }

    @Override
    public int status(Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof OpenAIServiceException said) {
                return said.statusCode();
            }
            if (at instanceof AnthropicServiceException said) {
                return said.statusCode();
            }
        }
        throw new AssertionError(String.valueOf(error));
    }

    private static final class OpenAi extends SpringAi {

        private static final Map<String, String> WORDS =
                Map.of("stop", "STOP", "length", "LENGTH", "filtered", "CONTENT_FILTER");

        OpenAi(String root) {
            super(root);
        }

        @Override
        public String word(String finish) {
            return WORDS.get(finish);
        }

        @Override
        ChatModel chat() {
            return OpenAiChatModel.builder().options(options("m")).build();
        }

        private OpenAiChatOptions options(String model) {
            return OpenAiChatOptions.builder()
                    .baseUrl(root + "/v1")
                    .apiKey("none")
                    .maxRetries(0)
                    .timeout(PATIENCE)
                    .model(model)
                    .streamUsage(true)
                    .toolCallbacks(TOOL)
                    .build();
        }

        @Override
        Prompt prompt(String model, List<Message> messages) {
            return new Prompt(messages, options(model));
        }

        @Override
        boolean isThought(Generation piece) {
            return false;
        }

        @Override
        String thoughts(Heard heard) {
            var thoughts =
                    heard.whole().getResult().getOutput().getMetadata().get("reasoningContent");
            return thoughts == null ? "" : thoughts.toString();
        }

        @Override
        Long input(Usage usage) {
            return Long.valueOf(usage.getPromptTokens());
        }
    }

    private static final class Anthropic extends SpringAi {

        private static final Map<String, String> WORDS =
                Map.of("stop", "end_turn", "length", "max_tokens", "filtered", "refusal");

        Anthropic(String root) {
            super(root);
        }

        @Override
        public String word(String finish) {
            return WORDS.get(finish);
        }

        @Override
        ChatModel chat() {
            return AnthropicChatModel.builder().options(options("m")).build();
        }

        private AnthropicChatOptions options(String model) {
            return AnthropicChatOptions.builder()
                    .baseUrl(root)
                    .apiKey("none")
                    .maxRetries(0)
                    .timeout(PATIENCE)
                    .model(model)
                    .maxTokens(1000)
                    .toolCallbacks(TOOL)
                    .build();
        }

        @Override
        Prompt prompt(String model, List<Message> messages) {
            return new Prompt(messages, options(model));
        }

        @Override
        boolean isThought(Generation piece) {
            var about = piece.getOutput().getMetadata();
            return about.containsKey("thinking") || about.containsKey("signature");
        }

        /// A stream shows that something is thought, and not what.
        @Override
        String thoughts(Heard heard) {
            boolean hidden =
                    heard.pieces().stream()
                            .anyMatch(piece ->
                                    piece.getOutput().getMetadata().containsKey("thinking"));
            return hidden ? null : heard.text(this::isThought);
        }

        /// Streams do not tell what came from a cache.
        @Override
        Long input(Usage usage) {
            Long cached = usage.getCacheReadInputTokens();
            return cached == null ? null : usage.getPromptTokens() + cached;
        }
    }
}
