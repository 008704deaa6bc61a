package dev.firsttoken.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.bench.report.LoadReport.Latency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {

    @Test
    void aReportSurvivesItsJson() {
        LoadReport report = report("ours \"v\"", 30.5, Map.of("events missing", 2));
        assertThat(ReportReader.read(report.json())).isEqualTo(report);
        assertThat(ReportReader.read(report.json().replace("{\"label", "{\"new\":[{}],\"label")))
                .isEqualTo(report);
    }

    @Test
    void ratiosAreTakenWithinARepetition() {
        // The second round ran on a slower machine: both sides doubled, the ratio did not.
        String table =
                ComparisonTable.of(
                        List.of(
                                report("nginx", 20, Map.of()).json(),
                                report("ours", 24, Map.of()).json(),
                                report("nginx", 40, Map.of()).json(),
                                report("ours", 48, Map.of("reset", 3)).json()),
                        0);
        assertThat(table.lines()).hasSize(3);
        assertThat(table.lines().toList().get(1)).contains("nginx", " 1.00 ");
        assertThat(table.lines().toList().get(2))
                .contains("ours", " 36.0 ", " 24.0-48.0 ", " 1.20 ")
                .endsWith(" 3");
    }

    @Test
    void aRunThatWatchedNobodyHasNoRatio() {
        String table =
                ComparisonTable.of(
                        List.of(
                                report("nginx", 20, Map.of()).json(),
                                report("direct", 0, Map.of()).json()),
                        0);
        assertThat(table.lines().toList().get(2)).containsPattern("direct .* - ");
    }

    @Test
    void coreTimeIsSpreadOverTheEvents() {
        // Half a core for 10 s over 100,000 events.
        assertThat(report("x", 1, Map.of()).coreMicrosPerEvent(0)).isEqualTo(50);
        assertThat(report("x", 1, Map.of()).coreMicrosPerEvent(7)).isZero();
    }

    private static LoadReport report(String label, double cpu, Map<String, Integer> faults) {
        return new LoadReport(
                label,
                500,
                10,
                100_000,
                40,
                0,
                cpu,
                8,
                new Latency(1, 2, 3, 4, 5),
                new Latency(20, 21, 22, 23, 24.5),
                List.of(50.0, 90.0),
                List.of(0.0, 2.0),
                faults);
    }
}
