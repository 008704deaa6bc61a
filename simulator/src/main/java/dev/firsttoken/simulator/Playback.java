package dev.firsttoken.simulator;

import dev.firsttoken.simulator.Exchange.How;
import dev.firsttoken.simulator.answer.Answer;
import dev.firsttoken.simulator.answer.Step;
import dev.firsttoken.simulator.answer.Step.Body;
import dev.firsttoken.simulator.answer.Step.Cut;
import dev.firsttoken.simulator.answer.Step.End;
import dev.firsttoken.simulator.answer.Step.GoAway;
import dev.firsttoken.simulator.answer.Step.Head;
import dev.firsttoken.simulator.answer.Step.Interim;
import dev.firsttoken.simulator.answer.Step.MoreHeaders;
import dev.firsttoken.simulator.answer.Step.OpenHead;
import dev.firsttoken.simulator.answer.Step.Raw;
import dev.firsttoken.simulator.answer.Step.Repeat;
import dev.firsttoken.simulator.answer.Step.Reset;
import dev.firsttoken.simulator.answer.Step.Silence;
import dev.firsttoken.simulator.answer.Step.Wait;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer on its way out, step by step.
///
/// Steps are due at fixed distances from the request, so lateness does not add up: after a client
/// has kept the line full for a while, what is overdue leaves at once. Owned by its loop's thread.
final class Playback {

    private static final int MAX_STEPS_IN_A_ROW = 256;

    private final Exchange exchange;
    private final Line line;
    private final Clockwork clockwork;
    private final List<Step> steps;

    private int next;
    private @Nullable Repeat loop;
    private int loopNext;
    private long loopsLeft;
    private long dueNanos;
    private boolean paused;
    private boolean over;

    Playback(Exchange exchange, Answer answer, Line line, Clockwork clockwork) {
        this.exchange = exchange;
        this.line = line;
        this.clockwork = clockwork;
        this.steps = withDrip(answer.steps(), line);
        this.dueNanos = exchange.receivedNanos();
    }

    private static List<Step> withDrip(List<Step> steps, Line line) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Head head && head.spread().isPositive()) {
                List<Step> longer = new ArrayList<>(steps.subList(0, i));
                longer.addAll(line.drip(head));
                longer.addAll(steps.subList(i + 1, steps.size()));
                return longer;
            }
        }
        return steps;
    }

    /// When the next step is due. Does not change while the clockwork holds this playback.
    long dueNanos() {
        return dueNanos;
    }

    /// Does what is due, until there is something to wait for.
    void play() {
        for (int done = 0; !over; done++) {
            if (!line.isWritable()) {
                paused = true;
                return;
            }
            if (done == MAX_STEPS_IN_A_ROW) {
                // Others have a turn, and the client's farewell a chance to be read.
                line.later(this::play);
                return;
            }
            Step step = take();
            switch (step) {
                case null -> {
                    finish();
                    return;
                }
                case Wait wait -> {
                    dueNanos += wait.nanos();
                    if (dueNanos - System.nanoTime() > 0) {
                        clockwork.wake(this);
                        return;
                    }
                }
                case Silence _ -> {
                    return;
                }
                case Head head -> line.head(head);
                case Body body -> {
                    line.body(body.piece());
                    exchange.sent(body.events());
                }
                case Raw raw -> line.raw(raw.piece());
                case Interim interim -> line.interim(interim);
                case OpenHead head -> line.openHead(head);
                case MoreHeaders more -> line.moreHeaders(more);
                case Repeat _ -> throw new IllegalStateException("a repeat is taken apart");
                case GoAway goAway -> {
                    line.goAway(goAway);
                    if (!goAway.covered()) {
                        over = true;
                        exchange.end(How.CUT_BY_SCRIPT);
                    }
                }
                case End _ -> line.end();
                case Cut _ -> {
                    over = true;
                    exchange.end(How.CUT_BY_SCRIPT);
                    line.cut();
                }
                case Reset reset -> {
                    over = true;
                    exchange.end(How.CUT_BY_SCRIPT);
                    line.reset(reset.code());
                }
            }
        }
    }

    /// The next step, null after the last one.
    private @Nullable Step take() {
        Repeat running = loop;
        if (running == null) {
            if (next == steps.size()) {
                return null;
            }
            Step step = steps.get(next++);
            if (!(step instanceof Repeat repeat)) {
                return step;
            }
            running = repeat;
            loop = repeat;
            loopNext = 0;
            loopsLeft = repeat.times();
        }
        Step step = running.steps().get(loopNext++);
        if (loopNext == running.steps().size()) {
            loopNext = 0;
            if (loopsLeft != Repeat.FOR_EVER && --loopsLeft == 0) {
                loop = null;
            }
        }
        return step;
    }

    private void finish() {
        over = true;
        line.flushed()
                .addListener(flush -> {
                    boolean whole = flush.isSuccess();
                    exchange.end(whole ? How.COMPLETED : How.CLIENT_LEFT);
                    if (whole) {
                        line.finished();
                    }
                });
    }

    /// The line has room again.
    void resume() {
        if (paused) {
            paused = false;
            play();
        }
    }

    /// There is nobody left to answer.
    void clientLeft() {
        over = true;
        exchange.end(How.CLIENT_LEFT);
    }
}
