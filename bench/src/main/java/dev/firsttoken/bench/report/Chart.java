package dev.firsttoken.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A line chart as SVG text, for a page that loads nothing.
///
/// Colours are CSS classes `series-0`, `series-1` … of the page, so that it can be read in the dark
/// too.
public final class Chart {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 280;
    private static final int LEFT = 56;
    private static final int RIGHT = 16;
    private static final int TOP = 16;
    private static final int BOTTOM = 44;
    private static final int LINE = 16;

    /// How many the page has; further series use them again.
    private static final int COLOURS = 5;

    /// An axis from `from` to `to`.
    ///
    /// @param logarithmic needs `from` above 0
    /// @param marks where a line is drawn and a number written
    public record Axis(
            String name, double from, double to, boolean logarithmic, List<Double> marks) {

        public Axis {
            if (!(to > from) || logarithmic && from <= 0) {
                throw new IllegalArgumentException(
                        "axis " + name + ": " + from + " to " + to + " (expected: a range)");
            }
        }

        /// From 0 up, with about five round marks.
        public static Axis upTo(String name, double end) {
            double to = Math.max(end, 1e-9);
            double rough = to / 5;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double step =
                    rough / power < 2 ? 2 * power : rough / power < 5 ? 5 * power : 10 * power;
            var marks = new ArrayList<Double>();
            for (int i = 0; i * step <= to; i++) {
                marks.add(i * step);
            }
            return new Axis(name, 0, to, false, marks);
        }

        /// Logarithmic, with a mark at every power of ten.
        public static Axis decades(String name, double least, double most) {
            double from = Math.pow(10, Math.floor(Math.log10(least)));
            double to = Math.pow(10, Math.ceil(Math.log10(Math.max(most, from * 10))));
            var marks = new ArrayList<Double>();
            for (double mark = from; mark <= to * 1.001; mark *= 10) {
                marks.add(mark);
            }
            return new Axis(name, from, to, true, marks);
        }

        private double place(double value) {
            double held = Math.clamp(value, from, to);
            return logarithmic
                    ? Math.log(held / from) / Math.log(to / from)
                    : (held - from) / (to - from);
        }
    }

    /// One line, or a cloud of dots.
    public record Series(String name, boolean dots, List<Point> points) {}

    public record Point(double x, double y) {}

    private Chart() {}

    /// @param title read aloud to people who cannot see the chart
    public static String svg(String title, Axis x, Axis y, List<Series> series) {
        var svg = new StringBuilder(4096);
        // The names stand above the plot, a line each, where no series can run through them.
        int names = LINE * series.size();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 %d %d %d\" role=\"img\" aria-label=\"%s\">\n",
                        -names,
                        WIDTH,
                        HEIGHT + names,
                        escape(title)));
        for (double mark : x.marks()) {
            double at = across(x, mark);
            svg.append(line("grid", at, TOP, at, HEIGHT - BOTTOM));
            svg.append(text("middle", at, HEIGHT - BOTTOM + 16, number(mark)));
        }
        for (double mark : y.marks()) {
            double at = down(y, mark);
            svg.append(line("grid", LEFT, at, WIDTH - RIGHT, at));
            svg.append(text("end", LEFT - 6, at + 4, number(mark)));
        }
        svg.append(text("middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, x.name()));
        svg.append(text("start", 4, 11, y.name()));
        for (int i = 0; i < series.size(); i++) {
            Series one = series.get(i);
            int colour = i % COLOURS;
            svg.append(one.dots() ? dots(one, colour, x, y) : path(one, colour, x, y));
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<text class=\"label series-%d\" text-anchor=\"end\" x=\"%d\""
                                + " y=\"%d\">%s</text>\n",
                            colour,
                            WIDTH - RIGHT,
                            LINE * (i + 1) - names - 4,
                            escape(one.name())));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String path(Series series, int number, Axis x, Axis y) {
        var path = new StringBuilder();
        for (Point point : series.points()) {
            path.append(
                    String.format(
                            Locale.ROOT,
                            "%s%.1f %.1f",
                            path.isEmpty() ? "M" : "L",
                            across(x, point.x()),
                            down(y, point.y())));
        }
        return path.isEmpty()
                ? ""
                : "<path class=\"line series-" + number + "\" d=\"" + path + "\"/>\n";
    }

    private static String dots(Series series, int number, Axis x, Axis y) {
        var dots = new StringBuilder("<g class=\"dots series-" + number + "\">\n");
        for (Point point : series.points()) {
            dots.append(
                    String.format(
                            Locale.ROOT,
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.4\"/>\n",
                            across(x, point.x()),
                            down(y, point.y())));
        }
        return dots.append("</g>\n").toString();
    }

    private static double across(Axis x, double value) {
        return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double down(Axis y, double value) {
        return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String line(String style, double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                style,
                x1,
                y1,
                x2,
                y2);
    }

    private static String text(String anchor, double x, double y, String words) {
        return String.format(
                Locale.ROOT,
                "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                anchor,
                x,
                y,
                escape(words));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e7
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%.3g", value);
    }

    /// Text for HTML: between tags and in quotes.
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
