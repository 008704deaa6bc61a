package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.dialect.anthropic.CountDialect;
import dev.firsttoken.gateway.dialect.openai.ChatDialect;
import dev.firsttoken.gateway.dialect.openai.PassDialect;
import dev.firsttoken.gateway.dialect.simple.SimpleDialect;
import dev.firsttoken.wire.dialect.agui.AgUiCodec;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.dialect.bedrock.BedrockCodec;
import dev.firsttoken.wire.dialect.gemini.GeminiCodec;
import dev.firsttoken.wire.dialect.ollama.OllamaCodec;
import dev.firsttoken.wire.dialect.openai.CompletionsCodec;
import dev.firsttoken.wire.dialect.responses.ResponsesCodec;
import dev.firsttoken.wire.dialect.ui.UiCodec;
import java.util.List;
import java.util.Optional;

/// Every dialect that clients may speak, and where. To add one: one line.
public final class Dialects {

    private static final ClientDialect CHAT = new ChatDialect();
    private static final ClientDialect GEMINI = new CodecDialect(GeminiCodec.INSTANCE);
    private static final List<String> GEMINI_ENDS =
            List.of(":generateContent", ":streamGenerateContent");

    private static final ClientDialect RESPONSES =
            new CodecDialect(
                    ResponsesCodec.INSTANCE,
                    new CodecDialect.Fields(
                            List.of(ResponsesCodec.PREVIOUS_RESPONSE_ID, "conversation", "prompt"),
                            ResponsesCodec.BACKGROUND,
                            ""));

    private static final ClientDialect UI =
            CodecDialect.ofPages(
                    UiCodec.INSTANCE, new CodecDialect.Fields(List.of(), "", UiCodec.CONVERSATION));
    private static final ClientDialect AG_UI =
            CodecDialect.ofPages(AgUiCodec.INSTANCE, CodecDialect.Fields.NONE);

    /// Where a dialect is spoken.
    ///
    /// @param path what the path of a POST is; when it ends with a slash, what it begins with
    /// @param ends what else it ends with, one of these; empty for a whole path
    public record Place(String path, List<String> ends, ClientDialect dialect) {}

    public static final List<Place> ALL =
            List.of(
                    new Place("/chat/stream", List.of(), new SimpleDialect()),
                    new Place("/chat/ui", List.of(), UI),
                    new Place("/chat/ag-ui", List.of(), AG_UI),
                    new Place("/v1/chat/completions", List.of(), CHAT),
                    new Place(
                            "/v1/completions",
                            List.of(),
                            PassDialect.translated(CompletionsCodec.INSTANCE, "/v1/completions")),
                    new Place(
                            "/v1/embeddings",
                            List.of(),
                            PassDialect.untranslated("openai-embeddings", "/v1/embeddings")),
                    new Place("/v1/messages", List.of(), new CodecDialect(MessagesCodec.INSTANCE)),
                    new Place("/v1/messages/count_tokens", List.of(), new CountDialect()),
                    new Place("/v1/responses", List.of(), RESPONSES),
                    new Place("/v1beta/models/", GEMINI_ENDS, GEMINI),
                    // Where Google's client for Python looks.
                    new Place("/v1/models/", GEMINI_ENDS, GEMINI),
                    new Place("/api/chat", List.of(), new CodecDialect(OllamaCodec.INSTANCE)),
                    new Place(
                            "/model/",
                            List.of("/converse", "/converse-stream"),
                            new CodecDialect(BedrockCodec.INSTANCE)));

    private Dialects() {}

    /// What is spoken where nothing else is.
    public static ClientDialect usual() {
        return CHAT;
    }

    /// Where the answers of a dialect that has ids for them can be read again, and what stands
    /// before the id of an answer's stream there.
    ///
    /// @param path what the path of a GET begins with
    public record Answers(String path, String prefix, ClientDialect dialect) {}

    public static final Answers ANSWERS = new Answers("/v1/responses/", "resp_", RESPONSES);

    /// Where the running answer of a conversation can be read again by the name that the client has
    /// for the conversation.
    ///
    /// @param path what the path of a GET begins with
    /// @param end what it ends with
    public record Conversations(String path, String end, ClientDialect dialect) {}

    public static final Conversations CONVERSATIONS = new Conversations("/chat/ui/", "/stream", UI);

    /// The dialect of this name, if it is known.
    public static Optional<ClientDialect> named(String name) {
        return ALL.stream()
                .map(Place::dialect)
                .filter(dialect -> dialect.name().equals(name))
                .findFirst();
    }
}
