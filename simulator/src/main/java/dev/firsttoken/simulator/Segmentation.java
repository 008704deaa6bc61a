package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Piece;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;

/// How the bytes of a body are cut into writes. Each segment is flushed by itself and is a chunk or
/// DATA frame of its own; the bytes are the same whatever the cuts.
///
/// A segment leaves when its last byte is due, or when the answer ends or falls silent. What an
/// answer repeats is cut only where it is repeated.
public sealed interface Segmentation {

    /// One write per event, as most providers do it.
    record PerEvent() implements Segmentation {}

    /// The whole body in one write.
    record WholeBody() implements Segmentation {}

    /// Every byte alone.
    record EveryByte() implements Segmentation {}

    /// Segments of this many bytes, as proxies that fill a buffer first send them.
    record Every(int bytes) implements Segmentation {
        public Every {
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 1)");
            }
        }
    }

    /// Segments of 1 to 64 bytes.
    record Random(long seed) implements Segmentation {}

    /// Cuts before these offsets into the body.
    record Cuts(List<Long> offsets) implements Segmentation {
        public Cuts {
            offsets = offsets.stream().sorted().distinct().toList();
            if (offsets.stream().anyMatch(offset -> offset <= 0)) {
                throw new IllegalArgumentException("offsets: " + offsets + " (expected: > 0)");
            }
        }

        public static Cuts at(long... offsets) {
            return new Cuts(Arrays.stream(offsets).boxed().toList());
        }
    }

    /// The answer with its body cut this way.
    default Answer apply(Answer answer) {
        if (this instanceof PerEvent) {
            return answer;
        }
        LongUnaryOperator nextCut = cuts();
        List<Step> steps = new ArrayList<>();
        ByteArrayOutputStream pending = new ByteArrayOutputStream();
        long cut = nextCut.applyAsLong(0);
        long sent = 0;
        int events = 0;
        boolean content = false;
        for (Step step : answer.steps()) {
            switch (step) {
                case Body body -> {
                    byte[] bytes = body.piece().toByteArray();
                    content |= body.content();
                    int from = 0;
                    while (sent + pending.size() + bytes.length - from >= cut) {
                        int to = from + (int) (cut - sent - pending.size());
                        pending.write(bytes, from, to - from);
                        from = to;
                        int complete = events + (from == bytes.length ? body.events() : 0);
                        steps.add(new Body(Piece.of(pending.toByteArray()), complete, content));
                        events = 0;
                        content = body.content() && from < bytes.length;
                        sent = cut;
                        pending.reset();
                        cut = nextCut.applyAsLong(cut);
                        if (from == bytes.length) {
                            break;
                        }
                    }
                    if (from < bytes.length) {
                        pending.write(bytes, from, bytes.length - from);
                        events += body.events();
                    }
                }
                case Step.Wait _, Step.Head _ -> steps.add(step);
                case Step.Silence _,
                        Step.End _,
                        Step.Raw _,
                        Step.Interim _,
                        Step.OpenHead _,
                        Step.MoreHeaders _,
                        Step.Repeat _,
                        Step.GoAway _,
                        Step.Cut _,
                        Step.Reset _ -> {
                    if (pending.size() > 0) {
                        steps.add(new Body(Piece.of(pending.toByteArray()), events, content));
                        sent += pending.size();
                        events = 0;
                        content = false;
                        pending.reset();
                    }
                    steps.add(step);
                }
            }
        }
        return answer.with(steps);
    }

    /// From one cut to the next, beginning at 0.
    private LongUnaryOperator cuts() {
        return switch (this) {
            case PerEvent _, WholeBody _ -> _ -> Long.MAX_VALUE;
            case EveryByte _ -> offset -> offset + 1;
            case Every every -> offset -> offset + every.bytes();
            case Random random -> {
                SplittableRandom draw = new SplittableRandom(random.seed());
                yield offset -> offset + draw.nextInt(1, 65);
            }
            case Cuts given ->
                    offset ->
                            given.offsets().stream()
                                    .filter(candidate -> candidate > offset)
                                    .findFirst()
                                    .orElse(Long.MAX_VALUE);
        };
    }
}
