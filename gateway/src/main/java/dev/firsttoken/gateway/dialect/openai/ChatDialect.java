package dev.firsttoken.gateway.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.dialect.Bodies;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.CompletionRequest;
import dev.firsttoken.gateway.dialect.Lane;
import dev.firsttoken.gateway.dialect.ProviderAnswer;
import dev.firsttoken.gateway.dialect.Refusal;
import dev.firsttoken.gateway.dialect.Refusals;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.dialect.StreamForm;
import dev.firsttoken.gateway.dialect.TokenEstimate;
import dev.firsttoken.gateway.dialect.Translating;
import dev.firsttoken.gateway.dialect.VerbatimEvents;
import dev.firsttoken.gateway.dialect.WholeBodies;
import dev.firsttoken.gateway.dialect.WholeBody;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.openai.ChatCompletionScan;
import dev.firsttoken.wire.dialect.openai.ChatRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.message.Request;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `POST /v1/chat/completions`: OpenAI chat.
///
/// Where both sides speak it, nothing is read but the few fields that we act on, and the provider
/// is asked for token counts that the client does not see unless it asked for them, too.
public final class ChatDialect implements ClientDialect {

    private static final ChatCodec CODEC = ChatCodec.INSTANCE;
    private static final int BYTES_PER_TOKEN = 4;
    private static final String PATH = "/v1/chat/completions";
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final VerbatimEvents.Mark DONE =
            new VerbatimEvents.Mark(
                    "data: [DONE]\n\n".getBytes(US_ASCII), "[DONE]".getBytes(US_ASCII));

    private final StreamForm form = Bodies.form(CODEC);

    @Override
    public String name() {
        return CODEC.dialect();
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            return new Asked(ChatRequest.read(request.body(), limits), request.body());
        } catch (InvalidRequestException e) {
            throw Bodies.rejected(e);
        }
    }

    @Override
    public StreamForm form() {
        return form;
    }

    @Override
    public Refusal refusal(Failure failure, @Nullable ProviderAnswer answer) {
        return Refusals.of(CODEC, failure, answer);
    }

    @Override
    public OnDisconnect onDisconnect(Config.Streams rules) {
        return rules.v1();
    }

    /// An error event and no mark: that is what the official SDKs raise on.
    @Override
    public void brokenOff(Failure failure, long events, Lane.Out out) {
        Bodies.brokenOff(CODEC, form, failure, events, out);
    }

    private final class Asked implements CompletionRequest {
        private final ChatRequest chat;
        private final byte[] body;

        /// The request in no dialect, once a provider of another one was to be asked.
        private @Nullable Request neutral;

        Asked(ChatRequest chat, byte[] body) {
            this.chat = chat;
            this.body = body;
        }

        @Override
        public @Nullable String model() {
            return chat.model();
        }

        @Override
        public boolean stream() {
            return chat.stream();
        }

        @Override
        public boolean store() {
            return chat.store();
        }

        @Override
        public long estimatedTokens() {
            try {
                return TokenEstimate.of(neutral());
            } catch (RejectedException e) {
                // The provider took what we cannot read.
                return body.length / BYTES_PER_TOKEN;
            }
        }

        @Override
        public WrittenRequest write(ProviderDialect to, String model) throws RejectedException {
            if (isOurs(to)) {
                return new WrittenRequest(PATH, JSON, chat.forUpstream(model), List.of());
            }
            return to.codec().writeRequest(neutral(), model);
        }

        private Request neutral() throws RejectedException {
            Request known = neutral;
            if (known == null) {
                try {
                    known = CODEC.readRequest(PATH, _ -> null, body);
                } catch (InvalidRequestException e) {
                    throw Bodies.rejected(e);
                }
                neutral = known;
            }
            return known;
        }

        @Override
        public Lane lane(ProviderDialect from, AnswerHead head, Lane.Limits limits) {
            if (isOurs(from)) {
                return new VerbatimEvents(
                        limits,
                        new ChatScan(chat.includeUsage()),
                        DONE,
                        ChatDialect.this::brokenOff);
            }
            return new Translating(
                    from.codec().streamReader(limits.event()),
                    CODEC.streamWriter(head, written()),
                    form);
        }

        @Override
        public WholeBody whole(ProviderDialect from, AnswerHead head, byte[] answer) {
            return isOurs(from)
                    ? verbatim(answer)
                    : WholeBodies.translated(from.codec(), answer, CODEC, head, written());
        }

        private Request written() {
            Request known = neutral;
            if (known == null) {
                throw new IllegalStateException("not written (expected: write before lane)");
            }
            return known;
        }

        private boolean isOurs(ProviderDialect other) {
            return other.codec().equals(CODEC);
        }
    }

    private static WholeBody verbatim(byte[] body) {
        var scan = new ChatCompletionScan();
        if (!scan.look(body, 0, body.length)) {
            return new WholeBody.Unusable("the provider's answer is not a JSON object");
        }
        if (scan.hasError()) {
            return new WholeBody.Refused(statusOf(scan));
        }
        if (!scan.hasChoices()) {
            return new WholeBody.Unusable("the provider's answer has no choices");
        }
        return new WholeBody.Good(body, scan.usage());
    }

    /// The status that an error with status 200 should have come with.
    static int statusOf(ChatCompletionScan scan) {
        int said = scan.errorStatus();
        return said >= 400 && said <= 599 ? said : 502;
    }
}
