package dev.firsttoken.gateway.dialect.anthropic;

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
import dev.firsttoken.gateway.dialect.WholeBody;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.anthropic.MessagesCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `POST /v1/messages/count_tokens`: asked of a provider that can count, estimated for others.
public final class CountDialect implements ClientDialect {

    private static final MessagesCodec CODEC = MessagesCodec.INSTANCE;

    private final StreamForm form = Bodies.form(CODEC);

    @Override
    public String name() {
        return CODEC.dialect() + "-count";
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            JsonObjectText text = Bodies.checked(request.body(), limits);
            Request read = CODEC.readCountRequest(request::header, request.body());
            Bodies.checkMessages(read, limits);
            return new Asked(read, text);
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

    private record Asked(Request request, JsonObjectText text) implements CompletionRequest {
        @Override
        public @Nullable String model() {
            return request.model();
        }

        @Override
        public boolean stream() {
            return false;
        }

        @Override
        public boolean store() {
            return false;
        }

        @Override
        public WrittenRequest write(ProviderDialect to, String model) throws RejectedException {
            if (!to.codec().equals(CODEC)) {
                throw new RejectedException(
                        Failure.Kind.INVALID_REQUEST,
                        "the provider of this model speaks "
                                + to.name()
                                + " (expected: one that counts tokens)");
            }
            byte[] named = new Utf8Buffer(64).jsonString(model).toByteArray();
            return new WrittenRequest(
                    CODEC.path(request, model) + "/count_tokens",
                    CODEC.headers(request),
                    text.with("model", named),
                    List.of());
        }

        @Override
        public Lane lane(ProviderDialect from, AnswerHead head, Lane.Limits limits) {
            throw new IllegalStateException("streamed (expected: a whole answer, as always here)");
        }

        @Override
        public WholeBody whole(ProviderDialect from, AnswerHead head, byte[] body) {
            try {
                CODEC.readCount(body);
                return new WholeBody.Good(body, Usage.NONE);
            } catch (JsonException e) {
                return new WholeBody.Unusable("the provider's answer is not a count");
            }
        }

        @Override
        public byte @Nullable [] ownAnswer(ProviderDialect to) {
            if (to.codec().equals(CODEC)) {
                return null;
            }
            var out = new Utf8Buffer(64);
            CODEC.writeCount(TokenEstimate.of(request), out);
            return out.toByteArray();
        }
    }
}
