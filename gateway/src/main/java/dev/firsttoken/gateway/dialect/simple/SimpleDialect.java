package dev.firsttoken.gateway.dialect.simple;

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
import dev.firsttoken.gateway.dialect.WholeBody;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.gateway.provider.ProviderDialect;
import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.dialect.WrittenRequest;
import dev.firsttoken.wire.dialect.openai.ChatCodec;
import dev.firsttoken.wire.dialect.simple.SimpleRequest;
import dev.firsttoken.wire.dialect.simple.SimpleStreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `POST /chat/stream`: the contract that everything grew from.
public final class SimpleDialect implements ClientDialect {

    private static final ChatCodec CHAT = ChatCodec.INSTANCE;
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    private final StreamForm form =
            new StreamForm(
                    "text/event-stream; charset=utf-8", Bodies.form(CHAT).heartbeat(), Map.of());

    @Override
    public String name() {
        return "chat-stream";
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            return new Asked(SimpleRequest.read(request.body(), limits));
        } catch (InvalidRequestException e) {
            throw Bodies.rejected(e);
        }
    }

    @Override
    public StreamForm form() {
        return form;
    }

    /// `{"error": "…"}`.
    @Override
    public Refusal refusal(Failure failure, @Nullable ProviderAnswer answer) {
        var body = new Utf8Buffer(256);
        body.raw("{\"error\": ").jsonString(failure.detail()).raw("}");
        return new Refusal(failure.status(), Refusals.headers(failure), body.toByteArray());
    }

    /// The object that all other routes of ours refuse with, which says more.
    @Override
    public Refusal refusal(Failure failure) {
        return Refusals.of(CHAT, failure, null);
    }

    @Override
    public OnDisconnect onDisconnect(Config.Streams rules) {
        return rules.chatStream();
    }

    @Override
    public boolean refusesInStream() {
        return true;
    }

    /// The error, and the mark that ends every stream of this dialect.
    @Override
    public void brokenOff(Failure failure, long events, Lane.Out out) {
        var end = new Utf8Buffer(256);
        var writer = new Writer();
        writer.write(new StreamEvent.Failed(failure), end);
        writer.end(end);
        form.split(end, out);
    }

    private final class Asked implements CompletionRequest {
        private final SimpleRequest simple;

        Asked(SimpleRequest simple) {
            this.simple = simple;
        }

        @Override
        public @Nullable String model() {
            return simple.model();
        }

        @Override
        public boolean stream() {
            return true;
        }

        @Override
        public boolean store() {
            return simple.store();
        }

        @Override
        public long estimatedTokens() {
            try {
                return TokenEstimate.of(CHAT.readRequest("", _ -> null, simple.toChat("")));
            } catch (InvalidRequestException e) {
                // Its provider took a history that we cannot read.
                return 0;
            }
        }

        @Override
        public WrittenRequest write(ProviderDialect to, String model) throws RejectedException {
            byte[] chat = simple.toChat(model);
            String path = "/v1/chat/completions";
            if (to.codec().equals(CHAT)) {
                return new WrittenRequest(path, JSON, chat, List.of());
            }
            try {
                return to.codec().writeRequest(CHAT.readRequest(path, _ -> null, chat), model);
            } catch (InvalidRequestException e) {
                throw Bodies.rejected(e);
            }
        }

        @Override
        public Lane lane(ProviderDialect from, AnswerHead head, Lane.Limits limits) {
            return new Translating(from.codec().streamReader(limits.event()), new Writer(), form);
        }

        @Override
        public WholeBody whole(ProviderDialect from, AnswerHead head, byte[] body) {
            throw new IllegalStateException("not streamed (expected: a stream, as always here)");
        }
    }

    private static final class Writer implements StreamWriter {
        @Override
        public void write(StreamEvent event, Utf8Buffer out) {
            SimpleStreamWriter.write(event, out);
        }

        @Override
        public void end(Utf8Buffer out) {
            SimpleStreamWriter.done(out);
        }

        @Override
        public void heartbeat(Utf8Buffer out) {
            out.raw(":\n");
        }
    }
}
