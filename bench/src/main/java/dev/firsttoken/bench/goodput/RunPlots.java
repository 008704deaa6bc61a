package dev.firsttoken.bench.goodput;

import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.load.OpenLoopRun.Slice;
import dev.firsttoken.bench.report.Chart;
import dev.firsttoken.bench.report.Chart.Axis;
import dev.firsttoken.bench.report.Chart.Point;
import dev.firsttoken.bench.report.Chart.Series;
import dev.firsttoken.bench.report.Distributions;
import dev.firsttoken.bench.report.HtmlPage;
import dev.firsttoken.bench.stats.Histogram;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Runs as plots, side by side: distributions of their times, and the times over the run.
public final class RunPlots {

    private static final double LEAST_MILLIS = 0.01;

    private RunPlots() {}

    /// Puts the plots on a page, each run a series.
    public static void put(HtmlPage page, List<OpenLoopRun> runs) {
        if (runs.stream().anyMatch(run -> run.firstToken().count() > 0)) {
            page.heading("Time to first token")
                    .figure(
                            distribution("streams", runs, OpenLoopRun::firstToken),
                            "The share of streams whose first content had come after so long.")
                    .figure(
                            overTime(runs, Slice::ttft, 0.99),
                            "The 99th percentile of it, over the run.");
        }
        if (runs.stream().anyMatch(run -> run.gap().count() > 0)) {
            page.heading("Gaps between content events")
                    .figure(
                            distribution("gaps", runs, OpenLoopRun::gap),
                            "The share of gaps that were no longer than this.")
                    .figure(overTime(runs, Slice::gap, 0.5), "Their median, over the run.")
                    .figure(
                            overTime(runs, Slice::gap, 0.99),
                            "Their 99th percentile, over the run.");
        }
        page.heading("Streams under way")
                .figure(
                        lines("streams", runs, Slice::underWay),
                        "How many were open, over the run.");
    }

    private static String distribution(
            String what, List<OpenLoopRun> runs, Function<OpenLoopRun, Histogram> which) {
        Map<String, Histogram> named = new LinkedHashMap<>();
        runs.forEach(run -> named.put(run.plan().label(), which.apply(run)));
        return Distributions.plot("Share of " + what + " by time", what, named);
    }

    private static String overTime(
            List<OpenLoopRun> runs, Function<Slice, Histogram> which, double share) {
        var series = new ArrayList<Series>();
        for (OpenLoopRun run : runs) {
            var points = new ArrayList<Point>();
            for (Slice slice : run.slices()) {
                Histogram times = which.apply(slice);
                if (times.count() > 0) {
                    points.add(
                            new Point(
                                    slice.beginSeconds(),
                                    Math.max(LEAST_MILLIS, times.quantileNanos(share) / 1e6)));
                }
            }
            series.add(new Series(run.plan().label(), false, points));
        }
        double least = extreme(series, true);
        return Chart.svg(
                "Times over the run",
                Axis.upTo("seconds since the start", longest(runs)),
                Axis.decades("ms", least, extreme(series, false)),
                series);
    }

    private static double extreme(List<Series> series, boolean least) {
        var values = series.stream().flatMap(one -> one.points().stream()).mapToDouble(Point::y);
        return least ? values.min().orElse(1) : values.max().orElse(1);
    }

    private static String lines(
            String what, List<OpenLoopRun> runs, ToDoubleFunction<Slice> which) {
        List<Series> series =
                runs.stream()
                        .map(run ->
                                new Series(
                                        run.plan().label(),
                                        false,
                                        run.slices().stream()
                                                .map(slice ->
                                                        new Point(
                                                                slice.beginSeconds(),
                                                                which.applyAsDouble(slice)))
                                                .toList()))
                        .toList();
        return Chart.svg(
                what + " over the run",
                Axis.upTo("seconds since the start", longest(runs)),
                Axis.upTo(what, Math.max(1, extreme(series, false) * 1.05)),
                series);
    }

    private static double longest(List<OpenLoopRun> runs) {
        double longest = 1;
        for (OpenLoopRun run : runs) {
            List<Slice> slices = run.slices();
            // The second begins where the first ends, and all are equally long.
            double each = slices.size() < 2 ? 1 : slices.get(1).beginSeconds();
            longest = Math.max(longest, slices.size() * each);
        }
        return longest;
    }
}
