package dev.firsttoken.bench.report;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// All measures of all relays in one table, as Markdown: medians over rounds, and ratios of
/// processor time to the first relay's.
///
/// A figure with a star was taken while the harness had no time left: it says what the harness can
/// do and not what the relay can. A figure in brackets was taken while the relay's core was full:
/// it is capped by load and not by cost.
public final class PeersTable {

    private static final JsonFactory JSON = new JsonFactory();

    /// A core that is busier than this has nothing left.
    private static final double FULL_PERCENT = 95;

    private final int relayCore;
    private final Map<String, Map<String, List<LoadReport>>> rated = new LinkedHashMap<>();
    private final Map<String, Map<String, Map<String, Double>>> counted = new LinkedHashMap<>();
    private final Set<String> lanes = new LinkedHashSet<>();

    private PeersTable(int relayCore) {
        this.relayCore = relayCore;
    }

    /// Reads a folder of runs, one file a measure.
    ///
    /// @param relayCore the core the relays were pinned to; the others are the harness
    public static String of(Path folder, int relayCore) throws IOException {
        var table = new PeersTable(relayCore);
        for (String measure : List.of("light", "paced", "saturated", "half", "short")) {
            Map<String, List<LoadReport>> runs = ComparisonTable.byLabel(lines(folder, measure));
            table.rated.put(measure, runs);
            table.lanes.addAll(runs.keySet());
        }
        for (String measure : List.of("idle", "slow", "leave")) {
            var runs = new LinkedHashMap<String, Map<String, Double>>();
            for (String line : lines(folder, measure)) {
                table.count(line, runs);
            }
            table.counted.put(measure, runs);
            table.lanes.addAll(runs.keySet());
        }
        return table.lanes.isEmpty() ? "no runs\n" : table.table().markdown();
    }

    private static List<String> lines(Path folder, String measure) throws IOException {
        Path file = folder.resolve(measure + ".jsonl");
        return Files.exists(file)
                ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList()
                : List.of();
    }

    /// Reads an object of one label and numbers; what is `null` is not known.
    private void count(String line, Map<String, Map<String, Double>> runs) {
        var numbers = new LinkedHashMap<String, Double>();
        String label = "";
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("label")) {
                    label = parser.getString();
                } else if (value.isNumeric()) {
                    numbers.put(name, parser.getDoubleValue());
                }
            }
        }
        runs.put(label, numbers);
    }

    private Table table() {
        var table =
                new Table(
                        List.of(
                                "us/event, half the streams",
                                "us/event",
                                "TTFT p50/p99 ms",
                                "gap p50/p99 ms",
                                "events/s saturated",
                                "us/event saturated",
                                "TTFT p50/p99 ms at half of that",
                                "gap p99 ms at half of that",
                                "short streams/s",
                                "us/short stream",
                                "KiB/idle stream",
                                "slow readers: MB, gap p99 ms",
                                "calls end after clients left, ms",
                                "faults",
                                "harness busy %"));
        for (String lane : lanes) {
            table.row(
                    lane,
                    cost("light", lane),
                    cost("paced", lane),
                    latency("paced", lane),
                    gap("paced", lane),
                    rate("saturated", lane),
                    cost("saturated", lane),
                    latency("half", lane),
                    gapTail("half", lane),
                    rate("short", lane),
                    cost("short", lane),
                    idle(lane),
                    slow(lane),
                    number("%.0f", known(lane, "leave", "free_ms")),
                    faults(lane),
                    number("%.0f", harness(lane)));
        }
        return table;
    }

    private List<LoadReport> runs(String measure, String lane) {
        return rated.getOrDefault(measure, Map.of()).getOrDefault(lane, List.of());
    }

    private double median(String measure, String lane, ToDoubleFunction<LoadReport> which) {
        List<LoadReport> runs = runs(measure, lane);
        return runs.isEmpty() ? Double.NaN : ComparisonTable.median(runs, which);
    }

    /// Processor time for an event, and in brackets how many times the first relay's.
    private String cost(String measure, String lane) {
        double cost = median(measure, lane, LoadReport::cpuMicrosPerEvent);
        if (!(cost > 0)) {
            return Table.ABSENT;
        }
        List<LoadReport> baseline =
                rated.getOrDefault(measure, Map.of()).values().iterator().next();
        double ratio =
                ComparisonTable.ratio(runs(measure, lane), baseline, LoadReport::cpuMicrosPerEvent);
        String text = number("%.1f", cost);
        return (isRelayFull(measure, lane) ? "(" + text + ")" : text)
                + (Double.isNaN(ratio) ? "" : ", " + number("%.2fx", ratio))
                + star(measure, lane);
    }

    private String rate(String measure, String lane) {
        return number("%,.0f", median(measure, lane, LoadReport::eventsPerSecond))
                + star(measure, lane);
    }

    private String latency(String measure, String lane) {
        return both(
                number("%.1f", median(measure, lane, run -> run.firstTokenMillis().p50())),
                number("%.1f", median(measure, lane, run -> run.firstTokenMillis().p99())));
    }

    private String gap(String measure, String lane) {
        return both(
                number("%.2f", median(measure, lane, run -> run.gapMillis().p50())),
                gapTail(measure, lane));
    }

    private String gapTail(String measure, String lane) {
        return number("%.1f", median(measure, lane, run -> run.gapMillis().p99()));
    }

    private static String both(String first, String second) {
        return first.equals(Table.ABSENT) ? first : first + "/" + second;
    }

    private String star(String measure, String lane) {
        double busy = median(measure, lane, run -> ComparisonTable.busiestOther(run, relayCore));
        return busy >= FULL_PERCENT ? " *" : "";
    }

    private boolean isRelayFull(String measure, String lane) {
        return median(
                        measure,
                        lane,
                        run ->
                                relayCore < run.coreBusyPercent().size()
                                        ? run.coreBusyPercent().get(relayCore)
                                        : 0)
                >= FULL_PERCENT;
    }

    private double known(String lane, String measure, String name) {
        return counted.getOrDefault(measure, Map.of())
                .getOrDefault(lane, Map.of())
                .getOrDefault(name, Double.NaN);
    }

    private String idle(String lane) {
        double held = known(lane, "idle", "held");
        double growth = known(lane, "idle", "held_kb") - known(lane, "idle", "before_kb");
        if (!(held > 0)) {
            return held == 0 ? "none held" : Table.ABSENT;
        }
        double asked = known(lane, "idle", "asked");
        return number("%.1f", growth / held)
                + (held < asked ? String.format(Locale.ROOT, " (%.0f held)", held) : "");
    }

    private String slow(String lane) {
        double held = known(lane, "slow", "held");
        if (!(held > 0)) {
            return held == 0 ? "none held" : Table.ABSENT;
        }
        double growth = known(lane, "slow", "held_kb") - known(lane, "slow", "before_kb");
        double alone = known(lane, "slow", "gap_alone_ms");
        double beside = known(lane, "slow", "gap_beside_ms");
        double asked = known(lane, "slow", "asked");
        return number("%+.0f", growth / 1024)
                + ", "
                + number("%+.1f", beside - alone)
                + (held < asked ? String.format(Locale.ROOT, " (%.0f held)", held) : "");
    }

    private String faults(String lane) {
        var all = new ArrayList<LoadReport>();
        rated.values().forEach(runs -> all.addAll(runs.getOrDefault(lane, List.of())));
        return String.valueOf(all.stream().mapToInt(LoadReport::faultCount).sum());
    }

    private double harness(String lane) {
        return rated.keySet().stream()
                .mapToDouble(measure ->
                        median(measure, lane, run -> ComparisonTable.busiestOther(run, relayCore)))
                .filter(busy -> !Double.isNaN(busy))
                .max()
                .orElse(Double.NaN);
    }

    private static String number(String form, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, form, value) : Table.ABSENT;
    }
}
