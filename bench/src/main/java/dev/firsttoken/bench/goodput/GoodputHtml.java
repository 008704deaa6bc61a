package dev.firsttoken.bench.goodput;

import dev.firsttoken.bench.load.OpenLoopRun;
import dev.firsttoken.bench.report.Chart;
import dev.firsttoken.bench.report.Chart.Axis;
import dev.firsttoken.bench.report.Chart.Point;
import dev.firsttoken.bench.report.Chart.Series;
import dev.firsttoken.bench.report.HtmlPage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The runs as a page with plots.
final class GoodputHtml {

    private GoodputHtml() {}

    static String of(Goodput goodput) {
        var page = new HtmlPage("Streams under load", GoodputText.title(goodput));
        GoodputText.remarks(goodput).forEach(page::paragraph);
        if (!goodput.searches().isEmpty()) {
            page.heading("The search for the highest rate")
                    .figure(
                            searches(goodput.searches()),
                            "The share of streams that were good at each rate that was tried.");
            goodput.searches().forEach(found -> page.table(GoodputText.trials(found)));
        }
        if (!goodput.runs().isEmpty()) {
            RunPlots.put(page, goodput.runs());
            page.heading("All figures").table(GoodputText.table(goodput.runs()));
        }
        return page.html(
                "Made by firsttoken bench load. Streams arrived by a schedule, whether or not the"
                    + " server kept up, and every time counts from the moment a stream was due.");
    }

    private static String searches(List<RateSearch.Found> searches) {
        var series = new ArrayList<Series>();
        double highest = 0;
        for (RateSearch.Found found : searches) {
            var points = new ArrayList<Point>();
            for (OpenLoopRun run : found.trials()) {
                double rate = RateSearch.rateOf(run);
                double share = run.goodShare();
                points.add(new Point(rate, Double.isNaN(share) ? 0 : 100 * share));
                highest = Math.max(highest, rate);
            }
            points.sort(Comparator.comparingDouble(Point::x));
            series.add(new Series(found.trials().getFirst().plan().label(), false, points));
        }
        return Chart.svg(
                "Share of good streams by rate",
                Axis.upTo("streams/s", highest * 1.05),
                Axis.upTo("% good", 100),
                series);
    }
}
