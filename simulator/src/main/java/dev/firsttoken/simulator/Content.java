package dev.firsttoken.simulator;

import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import java.util.List;

/// What an answer says.
public sealed interface Content {

    /// A readable paragraph made up for the occasion: it names the model and says what was asked.
    /// Asked with images it says which they are; asked with the results of tools it quotes them,
    /// calls none and stops.
    ///
    /// @param tokens how many deltas of text, 0 or more
    /// @param reasoningTokens how many deltas of thinking come before it
    /// @param toolCalls how many tools are called after it, of those on offer if there are any
    /// @param cachedTokens how many tokens of input more there are that came from a cache
    record Generated(
            int tokens, int reasoningTokens, int toolCalls, int cachedTokens, Reason reason)
            implements Content {

        public static final Generated DEFAULT = new Generated(120, 0, 0, 0, Reason.STOP);

        public Generated withTokens(int other) {
            return new Generated(other, reasoningTokens, toolCalls, cachedTokens, reason);
        }

        public Generated withReasoningTokens(int other) {
            return new Generated(tokens, other, toolCalls, cachedTokens, reason);
        }

        /// With tool calls, and so with the reason to finish that goes with them.
        public Generated withToolCalls(int other) {
            Reason ended = other > 0 ? Reason.TOOL_CALLS : reason;
            return new Generated(tokens, reasoningTokens, other, cachedTokens, ended);
        }

        public Generated withCachedTokens(int other) {
            return new Generated(tokens, reasoningTokens, toolCalls, other, reason);
        }

        public Generated withReason(Reason other) {
            return new Generated(tokens, reasoningTokens, toolCalls, cachedTokens, other);
        }
    }

    /// Exactly this text, cut into token-like deltas.
    record Text(String text) implements Content {}

    /// Exactly these events. An answer that is not streamed folds them into one object; after a
    /// [StreamEvent.Failed] it is an error.
    record Events(List<StreamEvent> events) implements Content {
        public Events {
            events = List.copyOf(events);
        }
    }

    /// Exactly this JSON object as a body that is never a stream: vectors, or a count of tokens.
    final class Whole implements Content {

        private final byte[] json;

        public Whole(byte[] json) {
            this.json = json.clone();
        }

        public byte[] json() {
            return json.clone();
        }
    }

    /// Exactly these bytes as the body, whether a stream was asked for or not: a recording.
    final class Raw implements Content {

        private final String contentType;
        private final byte[] bytes;

        public Raw(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes.clone();
        }

        public String contentType() {
            return contentType;
        }

        public byte[] bytes() {
            return bytes.clone();
        }
    }
}
