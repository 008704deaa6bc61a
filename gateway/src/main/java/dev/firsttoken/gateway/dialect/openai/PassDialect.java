package dev.firsttoken.gateway.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.dialect.Bodies;
import dev.firsttoken.gateway.dialect.ClientDialect;
import dev.firsttoken.gateway.dialect.CompletionRequest;
import dev.firsttoken.gateway.dialect.EventScan;
import dev.firsttoken.gateway.dialect.Lane;
import dev.firsttoken.gateway.dialect.ProviderAnswer;
import dev.firsttoken.gateway.dialect.Refusal;
import dev.firsttoken.gateway.dialect.Refusals;
import dev.firsttoken.gateway.dialect.RejectedException;
import dev.firsttoken.gateway.dialect.StreamForm;
import dev.firsttoken.gateway.dialect.Translating;
import dev.firsttoken.gateway.dialect.VerbatimEvents;
import dev.firsttoken.gateway.dialect.WholeBodies;
import dev.firsttoken.gateway.dialect.WholeBody;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.openai.ChatCompletionScan;
import dev.firsttoken.wire.dialect.openai.CompletionsFrameReader;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.JsonObjectText.Kind;
import dev.firsttoken.wire.json.JsonObjectText.Member;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Request;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A route beside chat, such as `POST /v1/embeddings`: passed on as it is to providers that have
/// it, and translated for others where it has a codec.
public final class PassDialect implements ClientDialect {

    private static final ChatCodec CODEC = ChatCodec.INSTANCE;
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");
    private static final VerbatimEvents.Mark DONE =
            new VerbatimEvents.Mark(
                    "data: [DONE]\n\n".getBytes(US_ASCII), "[DONE]".getBytes(US_ASCII));

    private final StreamForm form = Bodies.form(CODEC);
    private final String name;
    private final String path;
    private final @Nullable ClientCodec translation;

    private PassDialect(String name, String path, @Nullable ClientCodec translation) {
        this.name = name;
        this.path = path;
        this.translation = translation;
    }

    /// A route that other dialects have no form for.
    ///
    /// @param path where it is at providers, too
    public static PassDialect untranslated(String name, String path) {
        return new PassDialect(name, path, null);
    }

    /// @param path where it is at providers that have it
    public static PassDialect translated(ClientCodec codec, String path) {
        return new PassDialect(codec.dialect(), path, codec);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            JsonObjectText body = Bodies.checked(request.body(), limits);
            return new Asked(body, request.body());
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

    @Override
    public void brokenOff(Failure failure, long events, Lane.Out out) {
        Bodies.brokenOff(CODEC, form, failure, events, out);
    }

    private final class Asked implements CompletionRequest {
        private final JsonObjectText body;
        private final byte[] bytes;

        /// The request in no dialect, once a provider of another one was to be asked.
        private Request neutral = Request.NOTHING;

        Asked(JsonObjectText body, byte[] bytes) {
            this.body = body;
            this.bytes = bytes;
        }

        @Override
        public @Nullable String model() {
            Member model = body.get("model");
            return model == null ? null : model.string();
        }

        @Override
        public boolean stream() {
            return is("stream", Kind.TRUE);
        }

        @Override
        public boolean store() {
            return !is("store", Kind.FALSE);
        }

        private boolean is(String member, Kind kind) {
            Member found = body.get(member);
            return found != null && found.kind() == kind;
        }

        @Override
        public WrittenRequest write(ProviderDialect to, String model) throws RejectedException {
            if (!isOurs(to)) {
                if (translation != null) {
                    try {
                        neutral = translation.readRequest(path, _ -> null, bytes);
                    } catch (InvalidRequestException e) {
                        throw Bodies.rejected(e);
                    }
                    return to.codec().writeRequest(neutral, model);
                }
                throw new RejectedException(
                        Failure.ofParam(
                                Failure.Kind.INVALID_REQUEST,
                                "the provider of this model speaks "
                                        + to.name()
                                        + " (expected: one that has "
                                        + path
                                        + ", which is not translated)",
                                "model"));
            }
            byte[] named = new Utf8Buffer(64).jsonString(model).toByteArray();
            return new WrittenRequest(path, JSON, body.with("model", named), List.of());
        }

        private boolean isOurs(ProviderDialect other) {
            return other.codec().equals(CODEC);
        }

        @Override
        public Lane lane(ProviderDialect from, AnswerHead head, Lane.Limits limits) {
            if (translation != null && !isOurs(from)) {
                return new Translating(
                        from.codec().streamReader(limits.event()),
                        translation.streamWriter(head, neutral),
                        form);
            }
            return new VerbatimEvents(
                    limits,
                    new EventScan(new CompletionsFrameReader()),
                    DONE,
                    PassDialect.this::brokenOff);
        }

        @Override
        public WholeBody whole(ProviderDialect from, AnswerHead head, byte[] answer) {
            if (translation != null && !isOurs(from)) {
                return WholeBodies.translated(from.codec(), answer, translation, head, neutral);
            }
            var scan = new ChatCompletionScan();
            if (!scan.look(answer, 0, answer.length)) {
                return new WholeBody.Unusable("the provider's answer is not a JSON object");
            }
            if (scan.hasError()) {
                return new WholeBody.Refused(ChatDialect.statusOf(scan));
            }
            return new WholeBody.Good(answer, scan.usage());
        }
    }
}
