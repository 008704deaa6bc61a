package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.FrameReader;
import dev.firsttoken.wire.dialect.PassingCodec;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonObjectText;
import dev.firsttoken.wire.json.RawJson;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.Request;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A dialect that its codec says everything about: verbatim to and from providers that speak it, if
/// there are any, and translated for all others.
final class CodecDialect implements ClientDialect {

    /// Fields of a request that a server of the dialect acts on, beside the model.
    ///
    /// @param state those that stand for what was said before, and that only the server that keeps
    ///   it understands
    /// @param background the one that asks for an answer that goes on without its client; empty if
    ///   there is none
    /// @param conversation the one that names the conversation which the answer is a part of; empty
    ///   if there is none
    record Fields(List<String> state, String background, String conversation) {
        static final Fields NONE = new Fields(List.of(), "", "");
    }

    private final ClientCodec codec;

    /// The same codec, where providers speak the dialect, too.
    private final @Nullable PassingCodec passing;

    private final Fields fields;
    private final Function<Config.Streams, OnDisconnect> onDisconnect;
    private final StreamForm form;

    CodecDialect(PassingCodec codec) {
        this(codec, Fields.NONE);
    }

    CodecDialect(PassingCodec codec, Fields fields) {
        this(codec, codec, fields, Config.Streams::v1);
    }

    /// A dialect of pages, which no provider speaks.
    static CodecDialect ofPages(ClientCodec codec, Fields fields) {
        return new CodecDialect(codec, null, fields, Config.Streams::chatStream);
    }

    private CodecDialect(
            ClientCodec codec,
            @Nullable PassingCodec passing,
            Fields fields,
            Function<Config.Streams, OnDisconnect> onDisconnect) {
        this.codec = codec;
        this.passing = passing;
        this.fields = fields;
        this.onDisconnect = onDisconnect;
        this.form = Bodies.form(codec);
    }

    @Override
    public String name() {
        return codec.dialect();
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            JsonObjectText text = Bodies.checked(request.body(), limits);
            String target =
                    request.query().isEmpty()
                            ? request.path()
                            : request.path() + "?" + request.query();
            Request read = codec.readRequest(target, request::header, request.body());
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
        return Refusals.of(codec, failure, answer);
    }

    @Override
    public OnDisconnect onDisconnect(Config.Streams rules) {
        return onDisconnect.apply(rules);
    }

    @Override
    public void brokenOff(Failure failure, long events, Lane.Out out) {
        Bodies.brokenOff(codec, form, failure, events, out);
    }

    private final class Asked implements CompletionRequest {
        private final Request request;
        private final JsonObjectText text;

        Asked(Request request, JsonObjectText text) {
            this.request = request;
            this.text = text;
        }

        @Override
        public @Nullable String model() {
            return request.model();
        }

        @Override
        public boolean stream() {
            return request.stream();
        }

        @Override
        public boolean store() {
            return !Boolean.FALSE.equals(request.parameters().store);
        }

        @Override
        public boolean background() {
            RawJson wanted = request.extras().fields().get(fields.background());
            return wanted != null && wanted.text().equals("true");
        }

        @Override
        public @Nullable String conversation() {
            RawJson named = request.extras().fields().get(fields.conversation());
            return named == null ? null : named.string();
        }

        @Override
        public long estimatedTokens() {
            return TokenEstimate.of(request);
        }

        @Override
        public WrittenRequest write(ProviderDialect to, String model) throws RejectedException {
            PassingCodec same = passing(to);
            if (same == null) {
                for (String field : fields.state()) {
                    if (request.extras().fields().containsKey(field)) {
                        // Without what was said before, it would be another question.
                        throw new RejectedException(
                                Failure.ofParam(
                                        Failure.Kind.INVALID_REQUEST,
                                        field
                                                + ": the provider of this model keeps nothing"
                                                + " (expected: the whole conversation)",
                                        field));
                    }
                }
                return to.codec().writeRequest(request, model);
            }
            byte[] body =
                    same.namesModelInBody()
                            ? text.with("model", new Utf8Buffer(64).jsonString(model).toByteArray())
                            : text.text();
            return new WrittenRequest(
                    same.path(request, model), same.headers(request), body, List.of());
        }

        @Override
        public Lane lane(ProviderDialect from, AnswerHead head, Lane.Limits limits) {
            PassingCodec same = passing(from);
            if (same == null) {
                return new Translating(
                        from.codec().streamReader(limits.event()),
                        codec.streamWriter(head, request),
                        form);
            }
            FrameReader<SseFrame> frames = same.frameReader(limits.event());
            return frames == null
                    ? new VerbatimFrames(
                            same.streamReader(limits.event()),
                            form.frameEnd(),
                            CodecDialect.this::brokenOff)
                    : new VerbatimEvents(
                            limits, new EventScan(frames), null, CodecDialect.this::brokenOff);
        }

        @Override
        public WholeBody whole(ProviderDialect from, AnswerHead head, byte[] body) {
            PassingCodec same = passing(from);
            if (same == null) {
                return WholeBodies.translated(from.codec(), body, codec, head, request);
            }
            WholeBody seen = WholeBodies.verbatim(same, body);
            // What goes on in the background has only begun, and says so.
            return background() && seen instanceof WholeBody.Unusable && isJson(body)
                    ? new WholeBody.Good(body, Usage.NONE)
                    : seen;
        }

        private static boolean isJson(byte[] body) {
            try {
                JsonObjectText.read(body);
                return true;
            } catch (InvalidRequestException e) {
                return false;
            }
        }

        /// The codec that both sides speak, or null when the other speaks another one.
        private @Nullable PassingCodec passing(ProviderDialect other) {
            return other.codec().equals(passing) ? passing : null;
        }
    }
}
