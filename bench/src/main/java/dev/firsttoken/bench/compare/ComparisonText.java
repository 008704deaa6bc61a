package dev.firsttoken.bench.compare;

import dev.firsttoken.bench.compare.Comparison.Spread;
import dev.firsttoken.bench.compare.Comparison.Summary;
import dev.firsttoken.bench.report.Table;
import dev.firsttoken.bench.stats.Estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The comparison as a table, and what it means.
final class ComparisonText {

    private ComparisonText() {}

    /// The table for a terminal, with what it means below it.
    static String of(Comparison comparison) {
        var text = new StringBuilder(title(comparison)).append("\n\n");
        text.append(table(comparison).text());
        text.append('\n');
        conclusions(comparison).forEach(sentence -> text.append(sentence).append('\n'));
        return text.toString();
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

    static Table table(Comparison comparison) {
        Summary streaming = comparison.streaming();
        Summary whole = comparison.whole();
        var rows = new Table(List.of(Mode.STREAMING.words(), Mode.WHOLE.words()));
        both(rows, comparison, "answers in full", s -> String.valueOf(s.complete()));
        spread(rows, comparison, "time to first text", "s", 3, Summary::firstTextSeconds);
        spread(rows, comparison, "time to last text", "s", 3, Summary::lastTextSeconds);
        rows.row("first text came within");
        for (int i = 0; i < Comparison.PATIENCE_SECONDS.size(); i++) {
            int mark = i;
            both(
                    rows,
                    comparison,
                    String.format(Locale.ROOT, "  %.1f s", Comparison.PATIENCE_SECONDS.get(i)),
                    s -> percent(s.withinPatience().get(mark)));
        }
        Spread gaps = streaming.gapMillis();
        rows.row("gap between texts");
        rows.row("  p50", Table.figure(gaps.p50().value(), 1, "ms"), "");
        rows.row("  p90", Table.figure(gaps.p90(), 1, "ms"), "");
        rows.row("  p99", Table.figure(gaps.p99(), 1, "ms"), "");
        rows.row("  p99.9", Table.figure(gaps.p999(), 1, "ms"), "");
        rows.row("  longest", Table.figure(gaps.max(), 1, "ms"), "");
        rows.row(
                "stalls (gaps over 1 s)",
                streaming.stalls() + " in " + streaming.answersWithStalls() + " answers",
                "");
        rows.row("tokens/s while streaming", estimate(streaming.tokensPerSecond(), 1), "");
        both(rows, comparison, "input tokens", s -> estimate(s.inputTokens(), 1));
        both(rows, comparison, "output tokens", s -> estimate(s.outputTokens(), 1));
        if (comparison.about().prices().areKnown()) {
            both(rows, comparison, "cost of an answer", s -> estimate(s.cost(), 6));
        }
        both(rows, comparison, "MODEL: would have left first", s -> percent(s.dropOff()));
        streaming.problems().forEach((problem, n) -> rows.row("FAILED: " + problem, n + " x", ""));
        whole.problems().forEach((problem, n) -> rows.row("FAILED: " + problem, "", n + " x"));
        return rows;
    }

    private static void spread(
            Table rows,
            Comparison comparison,
            String name,
            String unit,
            int decimals,
            Function<Summary, Spread> spread) {
        rows.row(name);
        both(
                rows,
                comparison,
                "  p50 (95 % interval)",
                s -> estimate(spread.apply(s).p50(), decimals) + " " + unit);
        both(rows, comparison, "  p90", s -> Table.figure(spread.apply(s).p90(), decimals, unit));
        both(rows, comparison, "  p99", s -> Table.figure(spread.apply(s).p99(), decimals, unit));
        both(
                rows,
                comparison,
                "  longest",
                s -> Table.figure(spread.apply(s).max(), decimals, unit));
    }

    private static void both(
            Table rows, Comparison comparison, String name, Function<Summary, String> cell) {
        rows.row(name, cell.apply(comparison.streaming()), cell.apply(comparison.whole()));
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
            return Table.ABSENT;
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
                : Table.ABSENT;
    }
}
