package dev.firsttoken.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads the JSON lines that [LoadReport#json] wrote. Fields it does not know are skipped, so that
/// a newer generator's results can still be compared.
final class ReportReader {

    private static final JsonFactory JSON = new JsonFactory();

    private String label = "";
    private int streams;
    private double windowSeconds;
    private long contentEvents;
    private int finished;
    private long comments;
    private double cpuMicrosPerEvent;
    private double harnessMicrosPerEvent;
    private LoadReport.Latency firstToken = LoadReport.Latency.NONE;
    private LoadReport.Latency gap = LoadReport.Latency.NONE;
    private List<Double> busy = List.of();
    private List<Double> steal = List.of();
    private Map<String, Integer> faults = Map.of();

    private ReportReader() {}

    static LoadReport read(String line) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("report: " + line + " (expected: an object)");
            }
            var reader = new ReportReader();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                reader.field(name, parser);
            }
            return reader.report();
        }
    }

    private LoadReport report() {
        return new LoadReport(
                label,
                streams,
                windowSeconds,
                contentEvents,
                finished,
                comments,
                cpuMicrosPerEvent,
                harnessMicrosPerEvent,
                firstToken,
                gap,
                busy,
                steal,
                faults);
    }

    private void field(String name, JsonParser parser) {
        switch (name) {
            case "label" -> label = parser.getString();
            case "streams" -> streams = parser.getIntValue();
            case "window_seconds" -> windowSeconds = parser.getDoubleValue();
            case "content_events" -> contentEvents = parser.getLongValue();
            case "finished" -> finished = parser.getIntValue();
            case "comments" -> comments = parser.getLongValue();
            case "cpu_micros_per_event" -> cpuMicrosPerEvent = parser.getDoubleValue();
            case "harness_micros_per_event" -> harnessMicrosPerEvent = parser.getDoubleValue();
            case "first_token_ms" -> firstToken = latency(parser);
            case "gap_ms" -> gap = latency(parser);
            case "core_busy_percent" -> busy = numbers(parser);
            case "core_steal_percent" -> steal = numbers(parser);
            case "faults" -> faults = counts(parser);
            default -> parser.skipChildren();
        }
    }

    private static LoadReport.Latency latency(JsonParser parser) {
        double p50 = 0;
        double p90 = 0;
        double p99 = 0;
        double p999 = 0;
        double max = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "p50" -> p50 = parser.getDoubleValue();
                case "p90" -> p90 = parser.getDoubleValue();
                case "p99" -> p99 = parser.getDoubleValue();
                case "p999" -> p999 = parser.getDoubleValue();
                case "max" -> max = parser.getDoubleValue();
                default -> parser.skipChildren();
            }
        }
        return new LoadReport.Latency(p50, p90, p99, p999, max);
    }

    private static List<Double> numbers(JsonParser parser) {
        var values = new ArrayList<Double>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(parser.getDoubleValue());
        }
        return List.copyOf(values);
    }

    private static Map<String, Integer> counts(JsonParser parser) {
        var counts = new LinkedHashMap<String, Integer>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            counts.put(name, parser.getIntValue());
        }
        return counts;
    }
}
