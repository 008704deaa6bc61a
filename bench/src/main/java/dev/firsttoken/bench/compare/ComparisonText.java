package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.compare.Comparison.Spread;
import dev.firsttoken.bench.compare.Comparison.Summary;
import dev.firsttoken.bench.stats.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The comparison as a table of rows with a cell for each mode; the same rows are printed on a
/// terminal and in the HTML page.
final class ComparisonText {

    /// One line of the table.
    ///
    /// @param streaming its cell in the first column
    /// @param whole its cell in the second, empty where the question makes no sense
    record Row(String name, String streaming, String whole) {

        boolean isHeading() {
            return streaming.isEmpty() && whole.isEmpty();
        }
    }

    private static final String ABSENT = "-";

    private ComparisonText() {}

    /// The table for a terminal, with what it means below it.
    static String of(Comparison comparison) {
        var text = new StringBuilder(title(comparison)).append("\n\n");
        line(text, "", Mode.STREAMING.words(), Mode.WHOLE.words());
        for (Row row : rows(comparison)) {
            line(text, row.name, row.streaming, row.whole);
        }
        text.append('\n');
        conclusions(comparison).forEach(sentence -> text.append(sentence).append('\n'));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String left, String right) {
        text.append(
                        String.format(Locale.ROOT, "%-34s %26s %26s", name, left, right)
                                .stripTrailing())
                .append('\n');
    }

    static String title(Comparison comparison) {
        Comparison.About about = comparison.about();
        return String.format(
                Locale.ROOT,
                "%s, model %s: %d questions in both modes, %s",
                about.url(),
                about.model(),
                about.pairs(),
                about.concurrency() == 1 ? "one at a time" : about.concurrency() + " at a time");
    }

    static List<Row> rows(Comparison comparison) {
        Summary streaming = comparison.streaming();
        Summary whole = comparison.whole();
        var rows = new ArrayList<Row>();
        rows.add(both(comparison, "answers in full", s -> String.valueOf(s.complete())));
        spread(rows, comparison, "time to first text", "s", 3, Summary::firstTextSeconds);
        spread(rows, comparison, "time to last text", "s", 3, Summary::lastTextSeconds);
        rows.add(new Row("first text came within", "", ""));
        for (int i = 0; i < Comparison.PATIENCE_SECONDS.size(); i++) {
            int mark = i;
            rows.add(
                    both(
                            comparison,
                            String.format(
                                    Locale.ROOT, "  %.1f s", Comparison.PATIENCE_SECONDS.get(i)),
                            s -> percent(s.withinPatience().get(mark))));
        }
        Spread gaps = streaming.gapMillis();
        rows.add(new Row("gap between texts", "", ""));
        rows.add(new Row("  p50", unit(gaps.p50().value(), 1, "ms"), ""));
        rows.add(new Row("  p90", unit(gaps.p90(), 1, "ms"), ""));
        rows.add(new Row("  p99", unit(gaps.p99(), 1, "ms"), ""));
        rows.add(new Row("  p99.9", unit(gaps.p999(), 1, "ms"), ""));
        rows.add(new Row("  longest", unit(gaps.max(), 1, "ms"), ""));
        rows.add(
                new Row(
                        "stalls (gaps over 1 s)",
                        streaming.stalls() + " in " + streaming.answersWithStalls() + " answers",
                        ""));
        rows.add(new Row("tokens/s while streaming", estimate(streaming.tokensPerSecond(), 1), ""));
        rows.add(both(comparison, "input tokens", s -> estimate(s.inputTokens(), 1)));
        rows.add(both(comparison, "output tokens", s -> estimate(s.outputTokens(), 1)));
        if (comparison.about().prices().areKnown()) {
            rows.add(both(comparison, "cost of an answer", s -> estimate(s.cost(), 6)));
        }
        rows.add(both(comparison, "MODEL: would have left first", s -> percent(s.dropOff())));
        streaming
                .problems()
                .forEach((problem, n) -> rows.add(new Row("FAILED: " + problem, n + " x", "")));
        whole.problems()
                .forEach((problem, n) -> rows.add(new Row("FAILED: " + problem, "", n + " x")));
        return rows;
    }

    private static void spread(
            List<Row> rows,
            Comparison comparison,
            String name,
            String unit,
            int decimals,
            Function<Summary, Spread> spread) {
        rows.add(new Row(name, "", ""));
        rows.add(
                both(
                        comparison,
                        "  p50 (95 % interval)",
                        s -> estimate(spread.apply(s).p50(), decimals) + " " + unit));
        rows.add(both(comparison, "  p90", s -> unit(spread.apply(s).p90(), decimals, unit)));
        rows.add(both(comparison, "  p99", s -> unit(spread.apply(s).p99(), decimals, unit)));
        rows.add(both(comparison, "  longest", s -> unit(spread.apply(s).max(), decimals, unit)));
    }

    private static Row both(Comparison comparison, String name, Function<Summary, String> cell) {
        return new Row(name, cell.apply(comparison.streaming()), cell.apply(comparison.whole()));
    }

    /// What a reader should take home, and what the figures are not.
    static List<String> conclusions(Comparison comparison) {
        var sentences = new ArrayList<String>();
        Estimate sooner = comparison.timesSooner();
        if (sooner.isKnown()) {
            sentences.add(
                    "Streaming shows its first text "
                            + estimate(comparison.earlierSeconds(), 3)
                            + " s earlier, "
                            + estimate(sooner, 1)
                            + " times sooner. Its last text comes "
                            + estimate(comparison.laterSeconds(), 3)
                            + " s later than the whole answer does (medians over pairs, 95 %"
                            + " intervals; below zero is earlier).");
        } else {
            sentences.add(
                    "No question was answered in both modes, so there is nothing to compare.");
        }
        sentences.add(
                "The line MODEL is a prediction and not a measurement: " + DropOff.SOURCE + ".");
        return sentences;
    }

    static String estimate(Estimate estimate, int decimals) {
        if (!estimate.isKnown()) {
            return ABSENT;
        }
        String form = "%." + decimals + "f";
        return String.format(
                Locale.ROOT,
                form + " (" + form + " to " + form + ")",
                estimate.value(),
                estimate.low(),
                estimate.high());
    }

    private static String percent(Estimate share) {
        return share.isKnown()
                ? String.format(
                        Locale.ROOT,
                        "%.0f %% (%.0f to %.0f)",
                        share.value() * 100,
                        share.low() * 100,
                        share.high() * 100)
                : ABSENT;
    }

    private static String unit(double value, int decimals, String unit) {
        return Double.isNaN(value)
                ? ABSENT
                : String.format(Locale.ROOT, "%." + decimals + "f %s", value, unit);
    }
}
