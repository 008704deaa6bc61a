package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Finish;
import dev.firsttoken.wire.event.StreamEvent.Reason;
import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.ToolCalls;
import java.util.HashMap;
import java.util.Map;

/// Holds tool calls to the rules of [ToolCalls] on their way to a writer that passes their
/// fragments on: a stream that breaks one fails, instead of having a client run a call that nobody
/// made.
public final class CheckedStreamWriter implements StreamWriter {

    private final StreamWriter writer;

    /// The calls of each choice.
    private final Map<Integer, ToolCalls> calls = new HashMap<>();

    private boolean failed;

    public CheckedStreamWriter(StreamWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(StreamEvent event, Utf8Buffer out) {
        if (failed) {
            return;
        }
        try {
            if (event instanceof ToolCallDelta delta) {
                calls.computeIfAbsent(delta.choice(), _ -> new ToolCalls()).add(delta);
            } else if (event instanceof Finish finish && finish.reason() == Reason.TOOL_CALLS) {
                calls.getOrDefault(finish.choice(), new ToolCalls()).checkComplete();
            }
            failed = event instanceof Failed;
            writer.write(event, out);
        } catch (ToolCalls.BrokenException e) {
            failed = true;
            String detail = String.valueOf(e.getMessage());
            writer.write(new Failed(Failure.of(Failure.Kind.INVALID, detail)), out);
        }
    }

    @Override
    public void end(Utf8Buffer out) {
        writer.end(out);
    }

    @Override
    public void heartbeat(Utf8Buffer out) {
        writer.heartbeat(out);
    }
}
