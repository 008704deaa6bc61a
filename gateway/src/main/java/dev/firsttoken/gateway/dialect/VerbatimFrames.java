package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import org.jspecify.annotations.Nullable;

/// Passes lines of JSON or binary messages on byte for byte and only looks at them.
public final class VerbatimFrames implements Lane {

    private final StreamReader reader;
    private final byte[] frameEnd;
    private final BreakOff breakOff;
    private final Utf8Buffer frame = new Utf8Buffer(256);

    // Valid during a call of ours.
    private Out out = (_, _, _) -> {};
    private Steps steps = _ -> false;

    private boolean over;
    private boolean ending;
    private boolean content;
    private @Nullable Failure failure;
    private boolean reported;
    private Usage usage = Usage.NONE;

    /// @param frameEnd what the reader's frames lack to be events
    public VerbatimFrames(StreamReader reader, byte[] frameEnd, BreakOff breakOff) {
        this.reader = reader;
        this.frameEnd = frameEnd;
        this.breakOff = breakOff;
        reader.watch(this::frame);
    }

    @Override
    public void feed(byte[] bytes, int from, int to, Out out, Steps steps) {
        this.out = out;
        this.steps = steps;
        reader.feed(bytes, from, to, this::look);
        tellFailure();
    }

    @Override
    public void end(Out out, Steps steps) {
        this.out = out;
        this.steps = steps;
        ending = true;
        reader.end(this::look);
        tellFailure();
    }

    private void look(StreamEvent event) {
        if (over) {
            return;
        }
        content |= event.isContent();
        if (event instanceof Usage latest) {
            usage = latest;
        } else if (event instanceof Failed failed) {
            // What lacks at the end is known to whoever says that it is the end.
            failure =
                    ending && failed.failure().kind() == Failure.Kind.TRUNCATED
                            ? null
                            : failed.failure();
        }
    }

    private void frame(byte[] bytes, int from, int to) {
        if (over || ending && !reader.isComplete() && failure == null) {
            return;
        }
        frame.clear().put(bytes, from, to).put(frameEnd);
        if (failure != null) {
            reported = true;
        } else {
            out.event(frame.array(), 0, frame.length());
        }
        over = !steps.step(true);
        content = false;
    }

    /// A failure that no frame of the provider's stands for.
    private void tellFailure() {
        if (failure != null && !over) {
            over = !steps.step(false);
        }
    }

    @Override
    public boolean hasContent() {
        return content;
    }

    @Override
    public boolean isThinking() {
        return false;
    }

    @Override
    public @Nullable Failure failure() {
        return failure;
    }

    @Override
    public boolean isDone() {
        return reader.isDone();
    }

    @Override
    public boolean isComplete() {
        return failure == null && reader.isComplete();
    }

    @Override
    public void terminal(@Nullable Failure why, long events, Out to) {
        if (why == null) {
            return;
        }
        if (reported) {
            to.event(frame.array(), 0, frame.length());
        } else {
            breakOff.write(why, events, to);
        }
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    public int skipped() {
        return 0;
    }
}
