package dev.firsttoken.simulator;

import dev.firsttoken.simulator.answer.Framing;
import dev.firsttoken.simulator.fault.Fault;
import dev.firsttoken.wire.event.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one model name answers: what is said, when, in which pieces, and what goes wrong.
///
/// Immutable; the `with` methods give a changed copy.
///
/// @param timing null for the simulator's own
/// @param framing null for chunked streams and whole objects with their length
/// @param seed null for one that differs from request to request, the same in each run
public record Script(
        Content content,
        @Nullable Timing timing,
        Segmentation segmentation,
        @Nullable Framing framing,
        List<Fault> faults,
        @Nullable Long seed) {

    /// The paragraph that any unknown model name answers with.
    public static final Script DEFAULT = of(Content.Generated.DEFAULT);

    public Script {
        faults = List.copyOf(faults);
    }

    public static Script of(Content content) {
        return new Script(content, null, new Segmentation.PerEvent(), null, List.of(), null);
    }

    /// A text, cut into token-like deltas.
    public static Script text(String text) {
        return of(new Content.Text(text));
    }

    public static Script events(List<StreamEvent> events) {
        return of(new Content.Events(events));
    }

    public static Script events(StreamEvent... events) {
        return events(List.of(events));
    }

    /// A recorded event stream, byte for byte.
    public static Script sse(byte[] bytes) {
        return of(new Content.Raw("text/event-stream", bytes));
    }

    /// The default paragraph, failing in one way.
    public static Script failing(Fault... faults) {
        return DEFAULT.withFaults(List.of(faults));
    }

    public Script withContent(Content other) {
        return new Script(other, timing, segmentation, framing, faults, seed);
    }

    public Script withTiming(Timing other) {
        return new Script(content, other, segmentation, framing, faults, seed);
    }

    public Script withSegmentation(Segmentation other) {
        return new Script(content, timing, other, framing, faults, seed);
    }

    public Script withFraming(Framing other) {
        return new Script(content, timing, segmentation, other, faults, seed);
    }

    public Script withFaults(List<Fault> others) {
        return new Script(content, timing, segmentation, framing, others, seed);
    }

    /// One fault more.
    public Script with(Fault fault) {
        List<Fault> more = new ArrayList<>(faults);
        more.add(fault);
        return withFaults(more);
    }

    public Script withSeed(long other) {
        return new Script(content, timing, segmentation, framing, faults, other);
    }
}
