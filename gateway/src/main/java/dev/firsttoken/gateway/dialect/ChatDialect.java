package dev.firsttoken.gateway.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.firsttoken.gateway.config.Config;
import dev.firsttoken.gateway.config.Config.OnDisconnect;
import dev.firsttoken.gateway.downstream.ClientRequest;
import dev.firsttoken.wire.dialect.RequestLimits;
import dev.firsttoken.wire.dialect.openai.ChatChunkScan;
import dev.firsttoken.wire.dialect.openai.ChatErrors;
import dev.firsttoken.wire.dialect.openai.ChatRequest;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseFrame;
import org.jspecify.annotations.Nullable;

/// `POST /v1/chat/completions`: OpenAI chat, relayed verbatim from providers that speak it too.
public final class ChatDialect implements ClientDialect {

    @Override
    public String name() {
        return "openai-chat";
    }

    @Override
    public CompletionRequest read(ClientRequest request, RequestLimits limits)
            throws RejectedException {
        Bodies.requireJson(request);
        try {
            return new Request(ChatRequest.read(request.body(), limits));
        } catch (InvalidRequestException e) {
            throw Bodies.rejected(e);
        }
    }

    private record Request(ChatRequest chat) implements CompletionRequest {
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
        public byte[] upstreamBody(String model) {
            return chat.forUpstream(model);
        }
    }

    @Override
    public Lane lane(CompletionRequest request) {
        return new Verbatim(request instanceof Request(ChatRequest chat) && chat.includeUsage());
    }

    /// What the provider said is passed on as it is, if it is an error in this dialect's form.
    @Override
    public Refusal refusal(Failure failure, @Nullable ProviderAnswer answer) {
        if (answer != null && ErrorBody.isOpenAi(answer.body())) {
            return new Refusal(answer.status(), answer.headers(), answer.body());
        }
        Refusal own = Refusals.openAi(failure);
        if (answer != null) {
            answer.headers().forEach(own.headers()::putIfAbsent);
        }
        return own;
    }

    @Override
    public OnDisconnect onDisconnect(Config.Streams rules) {
        return rules.v1();
    }

    @Override
    public boolean refusesInStream() {
        return false;
    }

    /// An error event and no mark: that is what the official SDKs raise on.
    @Override
    public void brokenOff(Failure failure, Lane.Out out) {
        var event = new Utf8Buffer(256).raw("data: ");
        ChatErrors.write(failure, event);
        event.raw("\n\n");
        out.event(event.array(), 0, event.length());
    }

    /// Passes frames on byte for byte and only looks at them.
    private final class Verbatim implements Lane {
        private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);
        private static final byte[] DONE_DATA = "[DONE]".getBytes(US_ASCII);
        private static final byte[] LINE_ENDS = "\n\n".getBytes(US_ASCII);

        /// The first byte of U+FEFF in UTF-8.
        private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

        /// A provider's comments between two events beyond this are dropped.
        private static final int MAX_HELD_BYTES = 16 * 1024;

        private final boolean usageWanted;
        private ChatChunkScan scan = new ChatChunkScan();
        private final Utf8Buffer held = new Utf8Buffer(16);

        /// The last event lacks its end, and the answer too.
        private boolean cut;

        /// What the provider reported as it reported it, for the end of the stream.
        private byte @Nullable [] reportedEvent;

        Verbatim(boolean usageWanted) {
            this.usageWanted = usageWanted;
        }

        @Override
        public void frame(SseFrame frame, Out out) throws JsonException {
            cut = false;
            scan.look(frame);
            if (scan.isUsageOnly() && !usageWanted) {
                // We asked for it, the client did not.
                return;
            }
            if (frame.hasData() && frame.dataLength() == 0) {
                // SDKs read the data of every event as JSON, and these hold none.
                return;
            }
            if (scan.hasError()) {
                if (!scan.hasOpenAiError() || !frame.isTerminated()) {
                    return;
                }
                var event = new Utf8Buffer(256);
                put(frame, event);
                reportedEvent = event.toByteArray();
                return;
            }
            if (!frame.hasData()) {
                hold(frame);
                return;
            }
            if (!frame.isTerminated() && !scan.isComplete()) {
                // No client would take it for an event, and the stream ends here, too early.
                cut = true;
                return;
            }
            boolean markIsOdd = scan.isDone() && !frame.dataIs(DONE_DATA);
            boolean asItIs =
                    frame.isTerminated() && held.isEmpty() && !frame.isResuming() && !markIsOdd;
            if (asItIs && !(scan.isDone() && endsWithHalfLineEnd(frame))) {
                out.event(frame.rawArray(), frame.rawFrom(), frame.rawTo());
                return;
            }
            if (markIsOdd) {
                // Not every client looks for the mark behind blanks.
                held.put(DONE);
            } else {
                put(frame, held);
                putMissingEnd(frame);
            }
            out.event(held.array(), 0, held.length());
            held.clear();
        }

        private void putMissingEnd(SseFrame frame) {
            if (!frame.isTerminated()) {
                // Some clients drop a last event that no blank line follows.
                held.put(LINE_ENDS);
            } else if (scan.isDone() && endsWithHalfLineEnd(frame)) {
                // Nobody waits for what follows the mark.
                held.put((byte) '\n');
            }
        }

        /// Keeps a block for the next event: comments and the like are no events of their own, so
        /// they travel in front of one, and the log's numbers count what a client's decoder counts.
        private void hold(SseFrame frame) {
            // A byte order mark in the middle is part of a field that nobody knows, but in front of
            // what a client reads it would be a mark.
            boolean marked = frame.rawArray()[frame.rawFrom()] == BYTE_ORDER_MARK;
            if (held.length() < MAX_HELD_BYTES && !frame.isResuming() && !marked) {
                held.put(frame.rawArray(), frame.rawFrom(), frame.rawTo());
            }
        }

        /// Writes a block as it is, but for what the provider says of reading on: its numbers are
        /// not those of our log, and OpenAI's clients read an event out of every blank line once
        /// they have seen one.
        private static void put(SseFrame frame, Utf8Buffer to) {
            if (frame.isResuming()) {
                frame.putWithoutResuming(to);
            } else {
                to.put(frame.rawArray(), frame.rawFrom(), frame.rawTo());
            }
        }

        /// Whether lines end with CRLF, and the LF of the last one has not arrived.
        private static boolean endsWithHalfLineEnd(SseFrame frame) {
            byte[] raw = frame.rawArray();
            int to = frame.rawTo();
            return to - frame.rawFrom() > 1 && raw[to - 1] == '\r' && raw[to - 2] == '\n';
        }

        @Override
        public boolean hasContent() {
            return scan.hasContent() && !cut;
        }

        @Override
        public boolean isThinking() {
            // What the model thinks is content here.
            return false;
        }

        @Override
        public @Nullable Failure reported() {
            if (!scan.hasError()) {
                return null;
            }
            String said = scan.errorMessage();
            return Failure.of(
                    Failure.Kind.REPORTED, said == null ? "the provider reported an error" : said);
        }

        @Override
        public boolean isDone() {
            return scan.isDone();
        }

        @Override
        public boolean isComplete() {
            return scan.isComplete();
        }

        /// A good end that the provider did not mark gets its mark.
        @Override
        public void terminal(@Nullable Failure failure, Out out) {
            if (failure == null) {
                if (!scan.isDone()) {
                    out.event(DONE, 0, DONE.length);
                }
                return;
            }
            if (reportedEvent != null) {
                out.event(reportedEvent, 0, reportedEvent.length);
            } else {
                brokenOff(failure, out);
            }
        }

        @Override
        public void restart() {
            scan = new ChatChunkScan();
            held.clear();
            reportedEvent = null;
            cut = false;
        }

        @Override
        public Tokens tokens() {
            if (!scan.hasUsage()) {
                return Tokens.NONE;
            }
            return new Tokens(
                    scan.inputTokens(),
                    scan.cachedInputTokens(),
                    scan.outputTokens(),
                    scan.reasoningTokens());
        }
    }
}
