package dev.firsttoken.simulator.answer;

import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Everything that goes on the wire for one request, in order.
///
/// Faults and segmentation are functions from one answer to another, so what a client will meet can
/// be read off the result.
///
/// @param streamed whether the body is an event stream, rather than one JSON object
public record Answer(boolean streamed, List<Step> steps) {

    public Answer {
        steps = List.copyOf(steps);
    }

    public Answer with(List<Step> others) {
        return new Answer(streamed, others);
    }

    /// Where the answer stands once `count` tokens have been sent: the index of the step after
    /// token number `count`, and for 0 of the first step that is due with the first token. An
    /// answer with fewer tokens stands after its last one.
    public int afterTokens(int count) {
        int seen = 0;
        int after = -1;
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Body body && body.content()) {
                if (count == 0) {
                    return beforeWaits(i);
                }
                after = i + 1;
                if (++seen == count) {
                    break;
                }
            }
        }
        return after >= 0 ? after : afterHead();
    }

    /// The index of the first step after the head.
    public int afterHead() {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Head) {
                return i + 1;
            }
        }
        return 0;
    }

    private int beforeWaits(int index) {
        int at = index;
        while (at > 0 && steps.get(at - 1) instanceof Step.Wait) {
            at--;
        }
        return at;
    }

    /// The answer up to a step, and then something else.
    public Answer cutAt(int index, Step... instead) {
        List<Step> kept = new ArrayList<>(steps.subList(0, index));
        kept.addAll(List.of(instead));
        return with(kept);
    }

    /// The answer with something put in before a step.
    public Answer insertAt(int index, Step... more) {
        List<Step> longer = new ArrayList<>(steps);
        longer.addAll(index, List.of(more));
        return with(longer);
    }

    public Answer mapHead(UnaryOperator<Head> change) {
        return with(
                steps.stream()
                        .map(step -> step instanceof Head head ? change.apply(head) : step)
                        .toList());
    }

    /// The answer with every body step replaced.
    public Answer mapBody(UnaryOperator<Body> change) {
        return with(
                steps.stream()
                        .map(step -> step instanceof Body body ? change.apply(body) : step)
                        .toList());
    }

    /// The answer with its head promising exactly the body that now follows. Called once the body
    /// is what it should be and before it is cut.
    public Answer measured() {
        long length = bodyLength();
        return mapHead(head -> head.withContentLength(length));
    }

    public long bodyLength() {
        long length = 0;
        for (Step step : steps) {
            if (step instanceof Body body) {
                length += body.piece().length();
            } else if (step instanceof Step.Repeat repeat
                    && repeat.times() != Step.Repeat.FOR_EVER) {
                length += repeat.times() * with(repeat.steps()).bodyLength();
            }
        }
        return length;
    }
}
