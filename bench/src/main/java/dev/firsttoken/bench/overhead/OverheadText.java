package dev.firsttoken.bench.overhead;

import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.overhead.Overhead.Holding;
import dev.firsttoken.bench.report.Table;
import dev.firsttoken.bench.stats.Estimate;
import dev.firsttoken.bench.stats.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// What a target adds, as a table, and what has to be said about it.
final class OverheadText {

    private OverheadText() {}

    static String of(Overhead overhead) {
        var text = new StringBuilder(title(overhead)).append("\n\n");
        text.append(added(overhead).text()).append('\n');
        text.append(needs(overhead).text()).append('\n');
        remarks(overhead).forEach(remark -> text.append(remark).append('\n'));
        return text.toString();
    }

    static String title(Overhead overhead) {
        OverheadPlan plan = overhead.plan();
        return String.format(
                Locale.ROOT,
                "%s in front of the simulator: %d pairs of %.0f s, %s streams/s of %s",
                plan.target().url(),
                plan.pairs(),
                plan.window().toNanos() / 1e9,
                plan.perSecond(),
                plan.model());
    }

    /// The times both ways, and what lies between them.
    static Table added(Overhead overhead) {
        var table = new Table(List.of("direct", "through", "added (95 % interval)"));
        times(table, overhead, "time to first token", OpenLoopRun::firstToken);
        times(table, overhead, "gap between content events", OpenLoopRun::gap);
        times(table, overhead, "whole answer", OpenLoopRun::whole);
        OpenLoopRun direct = overhead.direct();
        OpenLoopRun through = overhead.through();
        table.row("complete, in order, unchanged", whole(direct), whole(through));
        problems(table, "direct", direct, 0);
        problems(table, "through", through, 1);
        return table;
    }

    private static void times(
            Table table, Overhead overhead, String name, Function<OpenLoopRun, Histogram> which) {
        table.row(name);
        for (double share : new double[] {0.5, 0.99}) {
            table.row(
                    share == 0.5 ? "  p50" : "  p99",
                    millis(which.apply(overhead.direct()), share),
                    millis(which.apply(overhead.through()), share),
                    estimate(overhead.addedMillis(which, share), "ms"));
        }
    }

    private static String whole(OpenLoopRun run) {
        return run.complete() + " of " + run.readers();
    }

    private static void problems(Table table, String label, OpenLoopRun run, int column) {
        run.problems()
                .forEach((what, count) -> {
                    var cells = new ArrayList<>(List.of("", ""));
                    cells.set(column, count + " x");
                    table.row("FAILED " + label + ": " + what, cells);
                });
    }

    /// What the target's process needs.
    static Table needs(Overhead overhead) {
        var table = new Table(List.of("the target"));
        table.row("CPU per content event", estimate(overhead.cpuMicrosPerEvent(), "us"));
        if (overhead.brief() != null) {
            table.row(
                    "CPU per stream of one token",
                    Table.figure(overhead.cpuMicrosPerStream(), 1, "us"));
            problems(table, "short streams", overhead.brief(), 0);
        }
        Holding holding = overhead.holding();
        if (holding != null) {
            table.row("silent streams held", holding.held() + " of " + holding.asked());
            table.row(
                    "memory per held stream",
                    Table.figure(overhead.bytesPerStream() / 1024, 1, "KiB"));
            table.row(
                    "all calls ended after the clients left",
                    holding.freeMillis() < 0
                            ? "no"
                            : Table.figure(holding.freeMillis(), 0, "ms later"));
        }
        return table;
    }

    static List<String> remarks(Overhead overhead) {
        var remarks = new ArrayList<String>();
        remarks.add(
                "Added is the median over pairs of what lies between the two runs of a pair; below"
                    + " zero is faster. Every stream was compared with what the simulator said.");
        if (overhead.pids().isEmpty()) {
            remarks.add(
                    "Nothing is known of the target's process: name it with --pid, or let it be"
                            + " started.");
        } else {
            remarks.add(
                    "Processor time is the process's own, user and system; many kernels charge the"
                        + " network's share to nobody. Memory is resident, and a heap that had room"
                        + " shows no growth.");
        }
        if (overhead.direct().isGeneratorLate() || overhead.through().isGeneratorLate()) {
            remarks.add(
                    "The load generator began streams late, so these figures are about it too:"
                            + " lower --rate.");
        }
        return remarks;
    }

    private static String millis(Histogram histogram, double share) {
        return histogram.count() == 0
                ? Table.ABSENT
                : Table.figure(histogram.quantileNanos(share) / 1e6, 2, "ms");
    }

    private static String estimate(Estimate estimate, String unit) {
        return estimate.isKnown()
                ? String.format(
                        Locale.ROOT,
                        "%.2f %s (%.2f to %.2f)",
                        estimate.value(),
                        unit,
                        estimate.low(),
                        estimate.high())
                : Table.ABSENT;
    }
}
