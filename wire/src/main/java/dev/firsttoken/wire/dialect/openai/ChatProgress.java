package dev.firsttoken.wire.dialect.openai;

/// How far a chat completion stream has come: what decides whether its end is a good end.
///
/// A stream is complete when the provider said `[DONE]`, or when every choice that was begun has a
/// finish reason. Anything else that ends was cut.
final class ChatProgress {

    private static final int TRACKED_CHOICES = Long.SIZE;

    private long begun;
    private long finished;
    private boolean done;

    void begin(int choice) {
        begun |= bit(choice);
    }

    void finish(int choice) {
        begun |= bit(choice);
        finished |= bit(choice);
    }

    void done() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    boolean isComplete() {
        return done || begun != 0 && begun == finished;
    }

    private static long bit(int choice) {
        return 1L << Math.min(Math.max(choice, 0), TRACKED_CHOICES - 1);
    }
}
