package dev.firsttoken.wire.dialect.openai;

import java.util.BitSet;

/// How far a chat completion stream has come: what decides whether its end is a good end.
///
/// A stream is complete when the provider said `[DONE]`, or when every choice that was begun has a
/// finish reason. Anything else that ends was cut.
///
/// What a frame says counts once the whole frame was read: in one that is cut behind its finish
/// reason the last words may be missing.
final class ChatProgress {

    private final BitSet begun = new BitSet(ChatChunkParser.MAX_CHOICES);
    private final BitSet finished = new BitSet(ChatChunkParser.MAX_CHOICES);
    private final BitSet begunInFrame = new BitSet(ChatChunkParser.MAX_CHOICES);
    private final BitSet finishedInFrame = new BitSet(ChatChunkParser.MAX_CHOICES);
    private boolean done;

    void begin(int choice) {
        if (!begun.get(choice)) {
            begunInFrame.set(choice);
        }
    }

    void finish(int choice) {
        begin(choice);
        finishedInFrame.set(choice);
    }

    /// The frame was read to its end.
    void keepFrame() {
        if (begunInFrame.isEmpty() && finishedInFrame.isEmpty()) {
            return;
        }
        begun.or(begunInFrame);
        finished.or(finishedInFrame);
        dropFrame();
    }

    /// The frame was not what it should be.
    void dropFrame() {
        begunInFrame.clear();
        finishedInFrame.clear();
    }

    void done() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    boolean isComplete() {
        return done || !begun.isEmpty() && begun.equals(finished);
    }
}
