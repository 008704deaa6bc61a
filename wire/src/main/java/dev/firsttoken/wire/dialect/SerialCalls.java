package dev.firsttoken.wire.dialect;

import dev.firsttoken.wire.event.StreamEvent.ToolCallDelta;
import dev.firsttoken.wire.json.JsonProgress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Brings the tool calls of an answer into a row: one is open, the others wait.
///
/// Owned by one thread at a time.
final class SerialCalls {

    /// What becomes of a fragment.
    enum Turn {
        /// It starts the call that is open from now on.
        FIRST,
        /// It belongs to the call that is open.
        NOW,
        /// It is kept.
        LATER
    }

    private static final class Call {
        final int number;
        final StringBuilder arguments = new StringBuilder();
        final JsonProgress progress = new JsonProgress();
        boolean whole;

        Call(ToolCallDelta first) {
            number = first.call();
        }
    }

    private @Nullable Call open;
    private final Deque<Call> waiting = new ArrayDeque<>();
    private int last = -1;

    Turn add(ToolCallDelta delta) {
        last = delta.call();
        Call current = open;
        if (current == null) {
            open = new Call(delta);
            take(open, delta);
            open.arguments.append(delta.arguments());
            return Turn.FIRST;
        }
        if (current.number == delta.call()) {
            take(current, delta);
            return Turn.NOW;
        }
        for (Call call : waiting) {
            if (call.number == delta.call()) {
                take(call, delta);
                call.arguments.append(delta.arguments());
                return Turn.LATER;
            }
        }
        if (delta.name() == null) {
            // What is left of a call that was whole.
            return Turn.LATER;
        }
        Call call = new Call(delta);
        take(call, delta);
        call.arguments.append(delta.arguments());
        waiting.add(call);
        return Turn.LATER;
    }

    private static void take(Call call, ToolCallDelta delta) {
        call.whole |= call.progress.add(delta.arguments());
    }

    /// The call of the last fragment has ended.
    ///
    /// @return whether it is the one that is open
    boolean stop() {
        Call current = open;
        if (current != null && current.number == last) {
            return true;
        }
        for (Call call : waiting) {
            if (call.number == last) {
                call.whole = true;
            }
        }
        return false;
    }

    boolean isOpen() {
        return open != null;
    }

    /// Whether all of the open call has come.
    boolean isWhole() {
        return open != null && open.whole;
    }

    boolean hasNext() {
        return !waiting.isEmpty();
    }

    /// Goes on to the call that waits longest, or to none.
    void next() {
        open = waiting.poll();
    }

    /// The number of the open call, -1 when there is none.
    int number() {
        return open == null ? -1 : open.number;
    }

    /// What has come of the open call's arguments before it was open.
    String takeArguments() {
        if (open == null) {
            return "";
        }
        String arguments = open.arguments.toString();
        open.arguments.setLength(0);
        return arguments;
    }
}
