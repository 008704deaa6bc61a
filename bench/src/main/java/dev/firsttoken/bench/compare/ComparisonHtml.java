package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.report.Chart;
import dev.firsttoken.bench.report.Chart.Axis;
import dev.firsttoken.bench.report.Chart.Point;
import dev.firsttoken.bench.report.Chart.Series;
import dev.firsttoken.bench.report.HtmlPage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/// The comparison as a page with plots.
final class ComparisonHtml {

    private static final int MOST_DOTS = 4_000;

    private ComparisonHtml() {}

    static String of(Comparison comparison) {
        var page = new HtmlPage("What streaming buys", ComparisonText.title(comparison));
        ComparisonText.conclusions(comparison).forEach(page::paragraph);
        List<Sample> streamed = answered(comparison, Mode.STREAMING);
        List<Sample> whole = answered(comparison, Mode.WHOLE);
        if (!streamed.isEmpty() || !whole.isEmpty()) {
            page.heading("Time to first text")
                    .figure(
                            firstText(streamed, whole),
                            "The share of answers that had something to read after so many seconds."
                                    + " Instant is 0.1 s, the flow of thought holds for 1 s,"
                                    + " attention for 10 s.");
        }
        if (!streamed.isEmpty() && !whole.isEmpty()) {
            page.heading("What a reader sees")
                    .figure(
                            oneAnswer(streamed, whole),
                            "One answer of each mode, the one with the median time to its last"
                                    + " text: characters on the screen over time.");
        }
        if (streamed.stream().anyMatch(sample -> sample.arrivals().size() > 1)) {
            page.heading("Gaps between texts")
                    .figure(
                            gaps(streamed),
                            "Every wait between two pieces of text of the streamed answers, by when"
                                    + " in the answer it ended.");
        }
        page.heading("All figures").table(ComparisonText.table(comparison));
        return page.html(
                "Made by firsttoken bench compare. Each question was asked in both modes, in an"
                    + " order drawn by lot. Intervals hold the true value in 95 of a hundred such"
                    + " measurements.");
    }

    private static List<Sample> answered(Comparison comparison, Mode mode) {
        return comparison.samples().stream()
                .filter(sample -> sample.mode() == mode && sample.isComplete())
                .filter(sample -> sample.firstTextNanos() >= 0)
                .toList();
    }

    private static String firstText(List<Sample> streamed, List<Sample> whole) {
        double longest =
                Math.max(
                        longest(streamed, Sample::firstTextNanos),
                        longest(whole, Sample::firstTextNanos));
        var seconds =
                new Axis(
                        "seconds",
                        0.01,
                        Math.max(20, longest * 1.1),
                        true,
                        List.of(0.01, 0.1, 1.0, 3.0, 10.0));
        var share = new Axis("% of answers", 0, 100, false, List.of(0.0, 25.0, 50.0, 75.0, 100.0));
        return Chart.svg(
                "Share of answers by time to first text",
                seconds,
                share,
                List.of(
                        new Series(Mode.STREAMING.words(), false, steps(streamed)),
                        new Series(Mode.WHOLE.words(), false, steps(whole))));
    }

    /// The empirical distribution of the time to first text.
    private static List<Point> steps(List<Sample> samples) {
        double[] seconds =
                samples.stream().mapToDouble(s -> s.firstTextNanos() / 1e9).sorted().toArray();
        var points = new ArrayList<Point>();
        for (int i = 0; i < seconds.length; i++) {
            points.add(new Point(seconds[i], 100.0 * i / seconds.length));
            points.add(new Point(seconds[i], 100.0 * (i + 1) / seconds.length));
        }
        return points;
    }

    private static String oneAnswer(List<Sample> streamed, List<Sample> whole) {
        Sample left = median(streamed);
        Sample right = median(whole);
        double end = Math.max(left.lastTextNanos(), right.lastTextNanos()) / 1e9 * 1.05;
        double most =
                Math.max(
                        left.arrivals().getLast().characters(),
                        right.arrivals().getLast().characters());
        return Chart.svg(
                "Characters on the screen over time",
                Axis.upTo("seconds", end),
                Axis.upTo("characters", Math.max(1, most * 1.05)),
                List.of(
                        new Series(Mode.STREAMING.words(), false, growth(left, end)),
                        new Series(Mode.WHOLE.words(), false, growth(right, end))));
    }

    private static Sample median(List<Sample> samples) {
        List<Sample> sorted =
                samples.stream().sorted(Comparator.comparingLong(Sample::lastTextNanos)).toList();
        return sorted.get(sorted.size() / 2);
    }

    private static List<Point> growth(Sample sample, double end) {
        var points = new ArrayList<Point>();
        points.add(new Point(0, 0));
        int before = 0;
        for (Sample.Arrival arrival : sample.arrivals()) {
            points.add(new Point(arrival.nanos() / 1e9, before));
            before = arrival.characters();
            points.add(new Point(arrival.nanos() / 1e9, before));
        }
        points.add(new Point(end, before));
        return points;
    }

    private static String gaps(List<Sample> streamed) {
        var dots = new ArrayList<Point>();
        for (Sample sample : streamed) {
            long[] gaps = sample.gapNanos();
            for (int i = 0; i < gaps.length; i++) {
                dots.add(
                        new Point(
                                sample.arrivals().get(i + 1).nanos() / 1e9,
                                Math.max(0.01, gaps[i] / 1e6)));
            }
        }
        int every = Math.ceilDiv(dots.size(), MOST_DOTS);
        var shown = new ArrayList<Point>();
        for (int i = 0; i < dots.size(); i++) {
            // Many gaps are alike and may be thinned; the long ones are what the plot is for.
            if (i % every == 0 || dots.get(i).y() > Comparison.STALL_SECONDS * 1e3) {
                shown.add(dots.get(i));
            }
        }
        double end = longest(streamed, Sample::lastTextNanos) * 1.05;
        double most = dots.stream().mapToDouble(Point::y).max().orElse(1);
        return Chart.svg(
                "Gaps between pieces of text over time",
                Axis.upTo("seconds into the answer", end),
                new Axis(
                        "ms",
                        0.01,
                        Math.max(2_000, most * 1.2),
                        true,
                        List.of(0.01, 0.1, 1.0, 10.0, 100.0, 1_000.0)),
                List.of(new Series(Mode.STREAMING.words(), true, shown)));
    }

    private static double longest(List<Sample> samples, ToLongFunction<Sample> nanos) {
        return samples.stream().mapToLong(nanos).max().orElse(0) / 1e9;
    }
}
