package dev.firsttoken.bench.report;

import dev.firsttoken.bench.report.Chart.Point;
import dev.firsttoken.bench.report.Chart.Series;
import dev.firsttoken.bench.stats.Histogram;
import dev.firsttoken.wire.json.JsonWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Distributions of times: as a plot of shares, and as an object of quantiles. In milliseconds.
public final class Distributions {

    private static final double LEAST_MILLIS = 0.01;
    private static final int MOST_POINTS = 400;

    private Distributions() {}

    /// The share of values that are no longer, for each of several distributions.
    public static String plot(String title, String what, Map<String, Histogram> named) {
        double longest =
                named.values().stream().mapToLong(Histogram::maxNanos).max().orElse(0) / 1e6;
        double least =
                named.values().stream().mapToLong(h -> h.quantileNanos(0)).min().orElse(0) / 1e6;
        return Chart.svg(
                title,
                Chart.Axis.decades("ms", Math.max(LEAST_MILLIS, least), longest),
                Chart.Axis.upTo("% of " + what, 100),
                named.entrySet().stream()
                        .map(one -> new Series(one.getKey(), false, points(one.getValue())))
                        .toList());
    }

    private static List<Point> points(Histogram histogram) {
        var all = new ArrayList<Point>();
        double[] below = {0};
        histogram.distribution((nanos, share) -> {
            double millis = Math.max(LEAST_MILLIS, nanos / 1e6);
            all.add(new Point(millis, 100 * below[0]));
            all.add(new Point(millis, 100 * share));
            below[0] = share;
        });
        int every = Math.ceilDiv(all.size(), MOST_POINTS);
        var shown = new ArrayList<Point>();
        for (int i = 0; i < all.size(); i++) {
            if (i % Math.max(1, every) == 0 || i == all.size() - 1) {
                shown.add(all.get(i));
            }
        }
        return shown;
    }

    /// An object with the count and the usual quantiles.
    public static void write(JsonWriter json, Histogram histogram) {
        boolean known = histogram.count() > 0;
        json.object();
        json.name("count").number(histogram.count());
        json.member("p50", known ? millis(histogram, 0.5) : null);
        json.member("p90", known ? millis(histogram, 0.9) : null);
        json.member("p99", known ? millis(histogram, 0.99) : null);
        json.member("p999", known ? millis(histogram, 0.999) : null);
        json.member("max", known ? millis(histogram, 1) : null);
        json.endObject();
    }

    private static Double millis(Histogram histogram, double share) {
        return Math.round(histogram.quantileNanos(share) / 1e3) / 1e3;
    }
}
