package dev.firsttoken.bench.soak;

import java.util.ArrayList;
import java.util.List;

/// One figure over time. Seconds since the load began, and values in whatever unit the name says.
final class Series {

    private final List<double[]> points = new ArrayList<>();

    void add(double seconds, double value) {
        points.add(new double[] {seconds, value});
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    int size() {
        return points.size();
    }

    double first() {
        return points.getFirst()[1];
    }

    double last() {
        return points.getLast()[1];
    }

    double min() {
        return quantile(0);
    }

    double median() {
        return quantile(0.5);
    }

    double max() {
        return quantile(1);
    }

    /// The median of the values between two shares of the whole.
    double median(double fromShare, double toShare) {
        int from = (int) Math.floor(fromShare * points.size());
        int to = Math.max(from + 1, (int) Math.ceil(toShare * points.size()));
        var part = new Series();
        points.subList(from, Math.min(to, points.size())).forEach(part.points::add);
        return part.median();
    }

    /// How much it grows in an hour, by least squares, the first fifth left out as warm-up.
    double perHour() {
        List<double[]> warm = points.subList(points.size() / 5, points.size());
        double seconds = warm.stream().mapToDouble(point -> point[0]).average().orElse(0);
        double value = warm.stream().mapToDouble(point -> point[1]).average().orElse(0);
        double together = 0;
        double alone = 0;
        for (double[] point : warm) {
            together += (point[0] - seconds) * (point[1] - value);
            alone += (point[0] - seconds) * (point[0] - seconds);
        }
        return alone == 0 ? 0 : together / alone * 3600;
    }

    private double quantile(double share) {
        double[] sorted = points.stream().mapToDouble(point -> point[1]).sorted().toArray();
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}
