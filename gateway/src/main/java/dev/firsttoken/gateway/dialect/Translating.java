package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.dialect.StreamReader;
import dev.firsttoken.wire.dialect.StreamWriter;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Unrecognized;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one dialect and writes another.
public final class Translating implements Lane {

    private final StreamReader reader;
    private final StreamWriter writer;
    private final StreamForm form;
    private final Utf8Buffer buffer = new Utf8Buffer(256);
    private final Consumer<StreamEvent> events = this::take;

    // Valid during a call of ours.
    private Out out = (_, _, _) -> {};
    private Steps steps = _ -> false;

    private boolean over;
    private boolean ending;

    /// Something was told since the last step.
    private boolean news;

    private boolean content;
    private boolean thinking;
    private @Nullable Failure failure;
    private Usage usage = Usage.NONE;
    private int skipped;

    public Translating(StreamReader reader, StreamWriter writer, StreamForm form) {
        this.reader = reader;
        this.writer = writer;
        this.form = form;
        reader.watch((_, _, _) -> step());
    }

    @Override
    public void feed(byte[] bytes, int from, int to, Out out, Steps steps) {
        this.out = out;
        this.steps = steps;
        reader.feed(bytes, from, to, events);
        if (news) {
            step();
        }
    }

    @Override
    public void end(Out out, Steps steps) {
        this.out = out;
        this.steps = steps;
        ending = true;
        reader.end(events);
        if (news) {
            step();
        }
    }

    private void take(StreamEvent event) {
        if (over) {
            return;
        }
        news = true;
        switch (event) {
            case Failed(Failure why) -> {
                // What lacks at the end is known to whoever says that it is the end.
                if (!ending || why.kind() != Failure.Kind.TRUNCATED) {
                    failure = why;
                }
                return;
            }
            case Usage latest -> usage = latest;
            case Unrecognized _ -> skipped++;
            case StreamEvent.Started _,
                    StreamEvent.TextDelta _,
                    StreamEvent.ReasoningDelta _,
                    StreamEvent.RefusalDelta _,
                    StreamEvent.ToolCallDelta _,
                    StreamEvent.BlockStop _,
                    StreamEvent.Signature _,
                    StreamEvent.Cited _,
                    StreamEvent.LogProbs _,
                    StreamEvent.AudioDelta _,
                    StreamEvent.Image _,
                    StreamEvent.Finish _,
                    StreamEvent.Metadata _ -> {
                // For the writer alone.
            }
        }
        int before = buffer.length();
        writer.write(event, buffer);
        if (event.isContent()) {
            boolean seen = buffer.length() > before;
            content |= seen;
            thinking |= !seen;
        }
    }

    /// A frame has been read: everything about it is known.
    private void step() {
        news = false;
        if (over) {
            return;
        }
        if (ending && !reader.isComplete()) {
            // Half an event, at the end of half an answer.
            buffer.clear();
            content = false;
        }
        form.split(buffer, out);
        buffer.clear();
        over = !steps.step(true);
        content = false;
        thinking = false;
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
    public void terminal(@Nullable Failure why, long written, Out to) {
        buffer.clear();
        if (why != null) {
            writer.write(new Failed(why), buffer);
        }
        writer.end(buffer);
        form.split(buffer, to);
        buffer.clear();
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    public int skipped() {
        return skipped;
    }
}
