package dev.firsttoken.bench.report;

import dev.firsttoken.wire.json.Utf8Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The outcome of one run of the load generator.
///
/// @param label which relay was in between
/// @param windowSeconds how long was measured; 0 when nothing was
/// @param contentEvents content events read by all clients inside the window
/// @param finished streams that ended complete and in order, over the whole run
/// @param cpuMicrosPerEvent user and system time of the watched processes for each of those events;
///   0 when no process was watched
/// @param harnessMicrosPerEvent the same of the load generator and of the upstream, if it was named
/// @param coreBusyPercent busy share of each core in the window, the kernel's own work included
/// @param coreStealPercent share of each core the hypervisor gave to others
/// @param faults what went wrong, over the whole run, with how often
public record LoadReport(
        String label,
        int streams,
        double windowSeconds,
        long contentEvents,
        int finished,
        long comments,
        double cpuMicrosPerEvent,
        double harnessMicrosPerEvent,
        Latency firstTokenMillis,
        Latency gapMillis,
        List<Double> coreBusyPercent,
        List<Double> coreStealPercent,
        Map<String, Integer> faults) {

    /// A distribution in milliseconds.
    public record Latency(double p50, double p90, double p99, double p999, double max) {

        static final Latency NONE = new Latency(0, 0, 0, 0, 0);
    }

    public double eventsPerSecond() {
        return windowSeconds == 0 ? 0 : contentEvents / windowSeconds;
    }

    /// Processor time of one core for each event, the kernel's work outside any process included.
    public double coreMicrosPerEvent(int core) {
        return contentEvents == 0 || core >= coreBusyPercent.size()
                ? 0
                : coreBusyPercent.get(core) / 100 * windowSeconds * 1e6 / contentEvents;
    }

    public int faultCount() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// One line for people.
    public String line() {
        var text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s: %,d streams, %,.0f events/s (%,d in %.1f s), TTFT p50 %.1f p99 %.1f ms,"
                                + " gap p50 %.2f p99 %.1f max %.0f ms, %,d streams complete, %d faults",
                        label,
                        streams,
                        eventsPerSecond(),
                        contentEvents,
                        windowSeconds,
                        firstTokenMillis.p50,
                        firstTokenMillis.p99,
                        gapMillis.p50,
                        gapMillis.p99,
                        gapMillis.max,
                        finished,
                        faultCount()));
        if (cpuMicrosPerEvent > 0) {
            text.append(String.format(Locale.ROOT, ", CPU %.1f us/event", cpuMicrosPerEvent));
        }
        text.append(String.format(Locale.ROOT, ", harness %.1f", harnessMicrosPerEvent));
        for (int core = 0; core < coreBusyPercent.size(); core++) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            ", cpu%d busy %.0f%% steal %.0f%%",
                            core,
                            coreBusyPercent.get(core),
                            coreStealPercent.get(core)));
        }
        faults.forEach(
                (kind, count) -> text.append("\n  ").append(count).append(" x ").append(kind));
        return text.toString();
    }

    /// One line for machines, read back by [ReportReader].
    public String json() {
        var json = new Utf8Buffer(1024);
        json.raw("{\"label\":").jsonString(label);
        json.raw(",\"streams\":").number(streams);
        json.raw(",\"window_seconds\":").raw(decimal(windowSeconds));
        json.raw(",\"content_events\":").number(contentEvents);
        json.raw(",\"events_per_second\":").raw(decimal(eventsPerSecond()));
        json.raw(",\"finished\":").number(finished);
        json.raw(",\"comments\":").number(comments);
        json.raw(",\"cpu_micros_per_event\":").raw(decimal(cpuMicrosPerEvent));
        json.raw(",\"harness_micros_per_event\":").raw(decimal(harnessMicrosPerEvent));
        latency(json.raw(",\"first_token_ms\":"), firstTokenMillis);
        latency(json.raw(",\"gap_ms\":"), gapMillis);
        numbers(json.raw(",\"core_busy_percent\":"), coreBusyPercent);
        numbers(json.raw(",\"core_steal_percent\":"), coreStealPercent);
        json.raw(",\"faults\":{");
        String separator = "";
        for (var fault : faults.entrySet()) {
            json.raw(separator).jsonString(fault.getKey()).raw(":").number(fault.getValue());
            separator = ",";
        }
        return json.raw("}}").toString();
    }

    private static void latency(Utf8Buffer json, Latency latency) {
        json.raw("{\"p50\":").raw(decimal(latency.p50));
        json.raw(",\"p90\":").raw(decimal(latency.p90));
        json.raw(",\"p99\":").raw(decimal(latency.p99));
        json.raw(",\"p999\":").raw(decimal(latency.p999));
        json.raw(",\"max\":").raw(decimal(latency.max)).raw("}");
    }

    private static void numbers(Utf8Buffer json, List<Double> values) {
        json.raw("[");
        for (int i = 0; i < values.size(); i++) {
            json.raw(i == 0 ? "" : ",").raw(decimal(values.get(i)));
        }
        json.raw("]");
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
