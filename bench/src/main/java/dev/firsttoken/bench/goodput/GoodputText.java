package dev.firsttoken.bench.goodput;

import dev.firsttoken.bench.load.OpenLoopPlan;
import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.Shape;
import dev.firsttoken.bench.report.Table;
import dev.firsttoken.bench.stats.Histogram;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/// The runs as a table with a column for each server, and what has to be said about them.
final class GoodputText {

    private GoodputText() {}

    static String of(Goodput goodput) {
        var text = new StringBuilder();
        text.append(title(goodput)).append("\n\n");
        for (RateSearch.Found found : goodput.searches()) {
            text.append(trials(found).text()).append('\n');
        }
        if (!goodput.runs().isEmpty()) {
            text.append(table(goodput.runs()).text()).append('\n');
        }
        remarks(goodput).forEach(remark -> text.append(remark).append('\n'));
        return text.toString();
    }

    static String title(Goodput goodput) {
        OpenLoopPlan plan =
                goodput.runs().isEmpty()
                        ? goodput.searches().getFirst().trials().getFirst().plan()
                        : goodput.runs().getFirst().plan();
        return String.format(
                Locale.ROOT,
                "%s: %s for %s s, arrivals %s, seed %d; good is %s",
                String.join(", ", plan.questions().models()),
                goodput.searches().isEmpty() ? words(plan.shape()) : "the highest steady rate",
                decimal(plan.window().toNanos() / 1e9),
                plan.even() ? "even" : "at random (Poisson)",
                plan.seed(),
                plan.objective().words());
    }

    private static String words(Shape shape) {
        return switch (shape) {
            case Shape.Steady(double rate) -> decimal(rate) + " streams/s";
            case Shape.Ramp(double from, double to) ->
                    decimal(from) + " to " + decimal(to) + " streams/s";
            case Shape.Burst(double rate, int crowd, var every) ->
                    "%s streams/s and %d at once every %s s"
                            .formatted(decimal(rate), crowd, decimal(every.toNanos() / 1e9));
        };
    }

    private static String decimal(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    /// How a rate was found.
    static Table trials(RateSearch.Found found) {
        String label = found.trials().getFirst().plan().label();
        var table = new Table(List.of("good", "TTFT p99", "gap p99", "problems", ""));
        for (OpenLoopRun run : found.trials()) {
            table.row(
                    label + ", " + decimal(RateSearch.rateOf(run)) + " streams/s",
                    share(run.goodShare()),
                    millis(run.firstToken(), 0.99),
                    millis(run.gap(), 0.99),
                    String.valueOf(run.problemCount()),
                    run.isGeneratorLate()
                            ? "generator late"
                            : run.meetsObjective() ? "held" : "did not hold");
        }
        return table;
    }

    static Table table(List<OpenLoopRun> runs) {
        var table = new Table(runs.stream().map(run -> run.plan().label()).toList());
        each(table, runs, "streams due/s", run -> Table.figure(run.dueRate(), 1, ""));
        each(table, runs, "goodput/s", run -> Table.figure(run.goodput(), 1, ""));
        each(table, runs, "good", run -> share(run.goodShare()));
        each(table, runs, "complete", run -> run.complete() + " of " + run.readers());
        each(table, runs, "content events/s", run -> Table.figure(run.eventRate(), 0, ""));
        each(table, runs, "most streams at once", run -> String.valueOf(run.mostAtOnce()));
        latencies(table, runs, "time to first token", OpenLoopRun::firstToken);
        latencies(table, runs, "gap between content events", OpenLoopRun::gap);
        latencies(table, runs, "whole answer", OpenLoopRun::whole);
        if (runs.stream().anyMatch(run -> run.left() > 0)) {
            each(table, runs, "clients that left", run -> String.valueOf(run.left()));
        }
        if (runs.stream().anyMatch(run -> run.slow() > 0)) {
            each(
                    table,
                    runs,
                    "slow readers: complete, cut off",
                    run -> run.slowComplete() + ", " + run.slowCut() + " of " + run.slow());
        }
        if (runs.stream().anyMatch(run -> !run.plan().watchedPids().isEmpty())) {
            each(table, runs, "CPU per content event", GoodputText::cpuPerEvent);
        }
        if (runs.stream().anyMatch(run -> run.reconnected() > 0)) {
            each(table, runs, "asked again", run -> String.valueOf(run.reconnected()));
        }
        var kinds = new TreeSet<String>();
        runs.forEach(run -> kinds.addAll(run.problems().keySet()));
        for (String kind : kinds) {
            each(
                    table,
                    runs,
                    "FAILED: " + kind,
                    run -> run.problems().getOrDefault(kind, 0) + " x");
        }
        each(table, runs, "generator late, p99", run -> millis(run.late(), 0.99));
        return table;
    }

    private static void latencies(
            Table table,
            List<OpenLoopRun> runs,
            String name,
            Function<OpenLoopRun, Histogram> which) {
        table.row(name);
        for (double share : new double[] {0.5, 0.9, 0.99, 0.999, 1}) {
            each(
                    table,
                    runs,
                    share == 1 ? "  longest" : "  p" + decimal(share * 100),
                    run -> millis(which.apply(run), share));
        }
    }

    private static void each(
            Table table, List<OpenLoopRun> runs, String name, Function<OpenLoopRun, String> cell) {
        table.row(name, runs.stream().map(cell).toList());
    }

    private static String cpuPerEvent(OpenLoopRun run) {
        double micros = run.use().processCpuNanos() / 1e3 / run.events();
        return Table.figure(micros, 1, "us");
    }

    /// What a reader has to know before believing the table.
    static List<String> remarks(Goodput goodput) {
        var remarks = new ArrayList<String>();
        for (RateSearch.Found found : goodput.searches()) {
            String label = found.trials().getFirst().plan().label();
            remarks.add(
                    found.best() == null
                            ? label + ": no rate that was tried met the objective; " + why(found)
                            : "%s: %s streams/s met the objective; %s"
                                    .formatted(label, decimal(found.perSecond()), why(found)));
        }
        for (OpenLoopRun run : goodput.runs()) {
            if (run.isGeneratorLate()) {
                remarks.add(
                        run.plan().label()
                                + ": the load generator began streams late, so these figures are"
                                + " about it too. Lower the rate, or give it a faster core.");
            }
        }
        remarks.add(
                "Times count from the moment a stream was due, connecting included. A quantile of"
                    + " few values is little more than the longest of them.");
        return remarks;
    }

    private static String why(RateSearch.Found found) {
        return found.ended().words() + ".";
    }

    private static String share(double share) {
        return Double.isNaN(share) ? Table.ABSENT : Table.figure(share * 100, 1, "%");
    }

    private static String millis(Histogram histogram, double share) {
        return histogram.count() == 0
                ? Table.ABSENT
                : Table.figure(histogram.quantileNanos(share) / 1e6, 2, "ms");
    }
}
