package dev.firsttoken.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Runs side by side: one row a label, medians over its repetitions, and the ratio of processor
/// time per event to the first label's.
///
/// The ratio is the median over repetitions of ratios within one repetition, since neighbours and
/// clock speed change from minute to minute and runs next to each other share them.
public final class ComparisonTable {

    private static final String ROW =
            "%-16s %4s %9s %9s %13s %6s %8s %6s %8s %15s %15s %6s %6s %6s %6s%n";

    private ComparisonTable() {}

    /// Renders the JSON lines of many runs.
    ///
    /// @param relayCore the core the relay was pinned to; the others are the harness
    public static String of(List<String> jsonLines, int relayCore) {
        Map<String, List<LoadReport>> byLabel = byLabel(jsonLines);
        if (byLabel.isEmpty()) {
            return "no runs\n";
        }
        List<LoadReport> baseline = byLabel.values().iterator().next();
        var table = new StringBuilder();
        table.append(
                String.format(
                        ROW,
                        "relay",
                        "runs",
                        "events/s",
                        "us/event",
                        "(range)",
                        "ratio",
                        "core us",
                        "ratio",
                        "harness",
                        "TTFT p50/p99",
                        "gap p50/p99",
                        "relay%",
                        "rest%",
                        "steal%",
                        "faults"));
        byLabel.forEach((label, runs) -> table.append(row(label, runs, baseline, relayCore)));
        return table.toString();
    }

    /// The runs of each label, in the order in which they came.
    static Map<String, List<LoadReport>> byLabel(List<String> jsonLines) {
        var byLabel = new LinkedHashMap<String, List<LoadReport>>();
        for (String line : jsonLines) {
            if (!line.isBlank()) {
                LoadReport report = ReportReader.read(line);
                byLabel.computeIfAbsent(report.label(), label -> new ArrayList<>()).add(report);
            }
        }
        return byLabel;
    }

    private static String row(
            String label, List<LoadReport> runs, List<LoadReport> baseline, int relayCore) {
        double[] cpu = runs.stream().mapToDouble(LoadReport::cpuMicrosPerEvent).sorted().toArray();
        return String.format(
                ROW,
                label,
                runs.size(),
                number("%,.0f", median(runs, LoadReport::eventsPerSecond)),
                number("%.1f", median(runs, LoadReport::cpuMicrosPerEvent)),
                number("%.1f", cpu[0]) + "-" + number("%.1f", cpu[cpu.length - 1]),
                number("%.2f", ratio(runs, baseline, LoadReport::cpuMicrosPerEvent)),
                number("%.1f", median(runs, r -> r.coreMicrosPerEvent(relayCore))),
                number("%.2f", ratio(runs, baseline, r -> r.coreMicrosPerEvent(relayCore))),
                number("%.1f", median(runs, LoadReport::harnessMicrosPerEvent)),
                pair("%.1f", runs, LoadReport::firstTokenMillis),
                pair("%.2f", runs, LoadReport::gapMillis),
                number("%.0f", median(runs, r -> busy(r, relayCore))),
                number("%.0f", median(runs, r -> busiestOther(r, relayCore))),
                number(
                        "%.0f",
                        runs.stream().mapToDouble(ComparisonTable::worstSteal).max().orElse(0)),
                runs.stream().mapToInt(LoadReport::faultCount).sum());
    }

    static double ratio(
            List<LoadReport> runs, List<LoadReport> baseline, ToDoubleFunction<LoadReport> cost) {
        int pairs = Math.min(runs.size(), baseline.size());
        double[] ratios = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            // Not a number where no process was watched: no ratio is shown then.
            double cpu = cost.applyAsDouble(runs.get(i));
            double baseCpu = cost.applyAsDouble(baseline.get(i));
            ratios[i] = cpu > 0 && baseCpu > 0 ? cpu / baseCpu : Double.NaN;
        }
        return median(ratios);
    }

    private static String pair(
            String format,
            List<LoadReport> runs,
            Function<LoadReport, LoadReport.Latency> latency) {
        return number(format, median(runs, r -> latency.apply(r).p50()))
                + "/"
                + number(format, median(runs, r -> latency.apply(r).p99()));
    }

    private static double busy(LoadReport report, int core) {
        return core < report.coreBusyPercent().size() ? report.coreBusyPercent().get(core) : 0;
    }

    static double busiestOther(LoadReport report, int relayCore) {
        double busiest = 0;
        for (int core = 0; core < report.coreBusyPercent().size(); core++) {
            if (core != relayCore) {
                busiest = Math.max(busiest, report.coreBusyPercent().get(core));
            }
        }
        return busiest;
    }

    private static double worstSteal(LoadReport report) {
        return report.coreStealPercent().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    static double median(List<LoadReport> runs, ToDoubleFunction<LoadReport> value) {
        return median(runs.stream().mapToDouble(value).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
    }
}
