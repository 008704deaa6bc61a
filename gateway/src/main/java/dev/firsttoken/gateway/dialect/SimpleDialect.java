package dev.firsttoken.gateway.dialect;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.openai.ChatStreamReader;
import dev.firsttoken.wire.dialect.simple.SimpleRequest;
import dev.firsttoken.wire.dialect.simple.SimpleStreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `POST /chat/stream`: the contract that everything grew from.
public final class SimpleDialect implements ClientDialect {

    @Override
    public String name() {
        return "chat-stream";
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            SimpleRequest simple = SimpleRequest.read(request.body(), limits);
            return new CompletionRequest() {
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
                public byte[] upstreamBody(String model) {
                    return simple.toChat(model);
                }
            };
        } catch (InvalidRequestException e) {
            throw Bodies.rejected(e);
        }
    }

    @Override
    public Lane lane(CompletionRequest request) {
        return new Translating();
    }

    @Override
    public Refusal refusal(Failure failure, @Nullable ProviderAnswer answer) {
        return Refusals.simple(failure);
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
    public void brokenOff(Failure failure, Lane.Out out) {
        var buffer = new Utf8Buffer(256);
        SimpleStreamWriter.write(new StreamEvent.Failed(failure), buffer);
        out.event(buffer.array(), 0, buffer.length());
        done(buffer, out);
    }

    private static void done(Utf8Buffer buffer, Lane.Out out) {
        buffer.clear();
        SimpleStreamWriter.done(buffer);
        out.event(buffer.array(), 0, buffer.length());
    }

    /// Reads OpenAI chat, writes `{"content"}` events.
    private final class Translating implements Lane, Consumer<StreamEvent> {
        private final Utf8Buffer buffer = new Utf8Buffer(256);
        private ChatStreamReader reader = new ChatStreamReader();
        private boolean content;
        private boolean thinking;
        private @Nullable Failure reported;
        private Tokens tokens = Tokens.NONE;

        @Override
        public void frame(SseFrame frame, Out out) throws JsonException {
            content = false;
            thinking = false;
            buffer.clear();
            reader.read(frame, this);
            if (!frame.isTerminated() && !reader.isComplete()) {
                // Half an event, at the end of half an answer.
                content = false;
            } else if (!buffer.isEmpty()) {
                out.event(buffer.array(), 0, buffer.length());
            }
        }

        @Override
        public void accept(StreamEvent event) {
            switch (event) {
                case StreamEvent.Failed(Failure failure) -> reported = failure;
                case StreamEvent.Usage usage ->
                        tokens =
                                new Tokens(
                                        usage.inputTokens(),
                                        usage.cachedInputTokens(),
                                        usage.outputTokens(),
                                        usage.reasoningTokens());
                case StreamEvent.TextDelta _, StreamEvent.RefusalDelta _ -> {
                    if (SimpleStreamWriter.write(event, buffer)) {
                        content = true;
                    }
                }
                case StreamEvent.ReasoningDelta _ -> thinking = true;
                case StreamEvent.Started _,
                        StreamEvent.ToolCallDelta _,
                        StreamEvent.BlockStop _,
                        StreamEvent.Signature _,
                        StreamEvent.Cited _,
                        StreamEvent.LogProbs _,
                        StreamEvent.AudioDelta _,
                        StreamEvent.Image _,
                        StreamEvent.Finish _,
                        StreamEvent.Metadata _,
                        StreamEvent.Unrecognized _ -> {
                    // Nothing that this dialect could say.
                }
            }
        }

        @Override
        public boolean hasContent() {
            return content;
        }

        @Override
        public boolean isThinking() {
            return thinking;
        }

        @Override
        public @Nullable Failure reported() {
            return reported;
        }

        @Override
        public boolean isDone() {
            return reader.isDone();
        }

        @Override
        public boolean isComplete() {
            return reader.isComplete();
        }

        @Override
        public void terminal(@Nullable Failure failure, Out out) {
            if (failure != null) {
                brokenOff(failure, out);
            } else {
                done(buffer, out);
            }
        }

        @Override
        public void restart() {
            reader = new ChatStreamReader();
            content = false;
            reported = null;
            tokens = Tokens.NONE;
        }

        @Override
        public Tokens tokens() {
            return tokens;
        }
    }
}
