package dev.firsttoken.bench.goodput;

import dev.firsttoken.bench.load.OpenLoop;
import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.Shape;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Looks for the highest steady rate that meets an objective: doubles the rate until it fails (or
/// halves it until it holds), then goes to the middle until the two rates are close.
///
/// Each rate is tried once, so the answer is as certain as one window is. Where the boundary is not
/// sharp, repeat the search with another seed.
public final class RateSearch {

    /// Where to begin, and when to stop.
    ///
    /// @param precision how close the rate that held and the one that failed shall be, as a share
    /// @param mostTrials so many windows and no more
    public record Bounds(double firstPerSecond, double precision, int mostTrials) {

        public Bounds {
            if (!(firstPerSecond > 0)) {
                throw new IllegalArgumentException(
                        "rate: " + firstPerSecond + " (expected: more than 0)");
            }
            if (!(precision > 0 && precision < 1)) {
                throw new IllegalArgumentException(
                        "precision: " + precision + " (expected: between 0 and 1)");
            }
            if (mostTrials < 1) {
                throw new IllegalArgumentException(
                        "trials: " + mostTrials + " (expected: at least 1)");
            }
        }
    }

    /// What was found.
    ///
    /// @param trials every rate that was tried, in that order
    /// @param best the run at the highest rate that held, or null when none did
    /// @param ended why the search ended
    public record Found(List<OpenLoopRun> trials, @Nullable OpenLoopRun best, Ended ended) {

        public Found {
            trials = List.copyOf(trials);
        }

        /// The rate of [#best]; 0 when there is none.
        public double perSecond() {
            return best == null ? 0 : rateOf(best);
        }
    }

    /// Why a search ended.
    public enum Ended {
        CLOSE("the next rate that was tried did not hold"),
        TRIALS("the number of trials was used up, so the highest rate may be another"),
        GENERATOR("the load generator itself was late, so the server may hold more");

        private final String words;

        Ended(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /// Tries one rate.
    @FunctionalInterface
    interface Trial {
        OpenLoopRun run(OpenLoopPlan plan) throws IOException, InterruptedException;
    }

    private final OpenLoopPlan plan;
    private final Bounds bounds;
    private final Trial trial;
    private final Consumer<OpenLoopRun> tried;
    private final List<OpenLoopRun> trials = new ArrayList<>();
    private @Nullable OpenLoopRun best;
    private double held;
    private double failed = Double.POSITIVE_INFINITY;

    RateSearch(OpenLoopPlan plan, Bounds bounds, Trial trial, Consumer<OpenLoopRun> tried) {
        this.plan = plan;
        this.bounds = bounds;
        this.trial = trial;
        this.tried = tried;
    }

    /// @param tried told about every trial when it has ended
    public static Found run(
            OpenLoopPlan plan,
            Bounds bounds,
            Consumer<OpenLoopRun> tried,
            Consumer<OpenLoop.Progress> progress)
            throws IOException, InterruptedException {
        return new RateSearch(plan, bounds, at -> OpenLoop.run(at, progress), tried).search();
    }

    Found search() throws IOException, InterruptedException {
        double rate = bounds.firstPerSecond();
        while (trials.size() < bounds.mostTrials()) {
            OpenLoopRun run = trial.run(plan.at(new Shape.Steady(rate)));
            trials.add(run);
            tried.accept(run);
            if (run.isGeneratorLate()) {
                return new Found(trials, best, Ended.GENERATOR);
            }
            if (run.meetsObjective()) {
                held = rate;
                best = run;
            } else {
                failed = rate;
            }
            if (held > 0
                    && Double.isFinite(failed)
                    && failed - held <= bounds.precision() * failed) {
                return new Found(trials, best, Ended.CLOSE);
            }
            rate =
                    Double.isInfinite(failed)
                            ? held * 2
                            : held == 0 ? failed / 2 : Math.sqrt(held * failed);
        }
        return new Found(trials, best, Ended.TRIALS);
    }

    static double rateOf(OpenLoopRun run) {
        return run.plan().shape() instanceof Shape.Steady(double rate) ? rate : run.dueRate();
    }
}
