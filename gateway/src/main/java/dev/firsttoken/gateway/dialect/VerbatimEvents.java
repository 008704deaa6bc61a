package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.JsonException;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.sse.SseDecoder;
import dev.firsttoken.wire.sse.SseFrame;
import dev.firsttoken.wire.sse.SseLimitException;
import org.jspecify.annotations.Nullable;

/// Passes server-sent events on byte for byte and only looks at them.
public final class VerbatimEvents implements Lane, SseDecoder.Sink {

    /// What says in some dialects that nothing follows.
    ///
    /// @param event with its framing
    /// @param data without
    public record Mark(byte[] event, byte[] data) {}

    private static final byte[] LINE_ENDS = {'\n', '\n'};

    /// The first byte of U+FEFF in UTF-8.
    private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

    /// A provider's comments between two events beyond this are dropped.
    private static final int MAX_HELD_BYTES = 16 * 1024;

    private final SseDecoder decoder;
    private final SseScan scan;
    private final @Nullable Mark mark;
    private final BreakOff breakOff;
    private final Utf8Buffer held = new Utf8Buffer(16);

    // Valid during a call of ours.
    private Out out = (_, _, _) -> {};
    private Steps steps = _ -> false;

    /// Nobody wants to hear more.
    private boolean over;

    /// The last event lacks its end, and the answer too.
    private boolean cut;

    private @Nullable Failure failure;

    /// What the provider reported as it reported it, for the end of the stream.
    private byte @Nullable [] reportedEvent;

    public VerbatimEvents(Limits limits, SseScan scan, @Nullable Mark mark, BreakOff breakOff) {
        this.decoder = new SseDecoder(limits.line(), limits.event());
        this.scan = scan;
        this.mark = mark;
        this.breakOff = breakOff;
    }

    @Override
    public void feed(byte[] bytes, int from, int to, Out out, Steps steps) {
        this.out = out;
        this.steps = steps;
        try {
            decoder.feed(bytes, from, to, this);
        } catch (SseLimitException e) {
            if (!over) {
                failure =
                        Failure.of(
                                Failure.Kind.INVALID, "in the provider's stream " + e.getMessage());
                step(false);
            }
        }
    }

    @Override
    public void end(Out out, Steps steps) {
        this.out = out;
        this.steps = steps;
        decoder.end(this);
    }

    @Override
    public void frame(SseFrame frame) {
        if (over) {
            return;
        }
        try {
            take(frame);
        } catch (JsonException e) {
            // A last line without its end is a cut, not a provider that cannot write JSON.
            if (!frame.isTerminated()) {
                return;
            }
            failure =
                    Failure.of(
                            Failure.Kind.INVALID,
                            "the provider sent an event that is not JSON: " + e.getMessage());
        }
        step(frame.hasData());
    }

    private void step(boolean data) {
        over = !steps.step(data);
    }

    private void take(SseFrame frame) throws JsonException {
        cut = false;
        scan.look(frame);
        if (scan.isOursAlone()) {
            return;
        }
        if (frame.hasData() && frame.dataLength() == 0) {
            // SDKs read the data of every event as JSON, and these hold none.
            return;
        }
        failure = scan.failure();
        if (failure != null) {
            if (scan.isFailureInForm() && frame.isTerminated()) {
                var event = new Utf8Buffer(256);
                put(frame, event);
                reportedEvent = event.toByteArray();
            }
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
        pass(frame);
    }

    private void pass(SseFrame frame) {
        boolean last = scan.isDone();
        Mark end = mark;
        boolean markIsOdd = last && end != null && !frame.dataIs(end.data());
        boolean asItIs =
                frame.isTerminated() && held.isEmpty() && !frame.isResuming() && !markIsOdd;
        if (asItIs && !(last && endsWithHalfLineEnd(frame))) {
            out.event(frame.rawArray(), frame.rawFrom(), frame.rawTo());
            return;
        }
        if (end != null && markIsOdd) {
            // Not every client looks for the mark behind blanks.
            held.put(end.event());
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

    /// Keeps a block for the next event: comments and the like are no events of their own, so they
    /// travel in front of one, and the log's numbers count what a client's decoder counts.
    private void hold(SseFrame frame) {
        // A byte order mark in the middle is part of a field that nobody knows, but in front of
        // what a client reads it would be a mark.
        boolean marked = frame.rawArray()[frame.rawFrom()] == BYTE_ORDER_MARK;
        if (held.length() < MAX_HELD_BYTES && !frame.isResuming() && !marked) {
            held.put(frame.rawArray(), frame.rawFrom(), frame.rawTo());
        }
    }

    /// Writes a block as it is, but for what the provider says of reading on: its numbers are not
    /// those of our log, and OpenAI's clients read an event out of every blank line once they have
    /// seen one.
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
        // What the model thinks is passed on, too.
        return false;
    }

    @Override
    public @Nullable Failure failure() {
        return failure;
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
    public void terminal(@Nullable Failure why, long events, Out to) {
        if (why == null) {
            if (mark != null && !scan.isDone()) {
                to.event(mark.event(), 0, mark.event().length);
            }
        } else if (reportedEvent != null) {
            to.event(reportedEvent, 0, reportedEvent.length);
        } else {
            breakOff.write(why, events, to);
        }
    }

    @Override
    public Usage usage() {
        return scan.usage();
    }

    @Override
    public int skipped() {
        return 0;
    }
}
