package dev.firsttoken.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class PeersTableTest {

    @TempDir private Path folder;

    @Test
    void everyMeasureIsAColumnAndEveryRelayARow() throws Exception {
        write("paced", run("nginx", 10, 20, 40), run("ours", 12, 20, 40), run("nginx", 20, 20, 40));
        write("saturated", run("nginx", 5, 99, 40), run("ours", 4, 20, 99));
        write(
                "idle",
                "{\"label\":\"ours\",\"asked\":100,\"held\":50,\"before_kb\":1000,\"held_kb\":1500,\"free_ms\":null}");
        write(
                "slow",
                "{\"label\":\"ours\",\"asked\":9,\"held\":9,\"before_kb\":0,\"held_kb\":2048,\"gap_alone_ms\":50.5,\"gap_beside_ms\":52}");
        write("leave", "{\"label\":\"nginx\",\"streams\":9,\"free_ms\":7}");

        List<String> rows = PeersTable.of(folder, 0).lines().toList();

        assertThat(rows).hasSize(4);
        assertThat(cells(rows.get(2)))
                .startsWith("nginx", "-", "15.0, 1.00x", "1.0/3.0", "1.00/3.0", "100")
                .endsWith("7", "0", "40");
        assertThat(cells(rows.get(3)))
                .containsSequence("10.0 (50 held)", "+2, +1.5", "-", "0", "99")
                .contains("12.0, 1.20x");
    }

    @Test
    void aFullCoreIsMarked() throws Exception {
        write("saturated", run("nginx", 5, 99, 40), run("ours", 4, 20, 99));

        List<String> rows = PeersTable.of(folder, 0).lines().toList();

        // The relay's own core in brackets, the harness's with a star.
        assertThat(cells(rows.get(2))).contains("(5.0), 1.00x").doesNotContain("100 *");
        assertThat(cells(rows.get(3))).contains("100 *", "4.0, 0.80x *");
    }

    @Test
    void anEmptyFolderIsSaid() throws Exception {
        assertThat(PeersTable.of(folder, 0)).isEqualTo("no runs\n");
    }

    private void write(String measure, String... lines) throws IOException {
        Files.writeString(folder.resolve(measure + ".jsonl"), String.join("\n", lines) + "\n");
    }

    private static List<String> cells(String row) {
        return List.of(row.substring(2, row.length() - 2).split(" \\| "));
    }

    private static String run(String label, double cpu, double relay, double rest) {
        var times = new LoadReport.Latency(1, 2, 3, 4, 5);
        return new LoadReport(
                        label,
                        10,
                        10,
                        1_000,
                        10,
                        0,
                        cpu,
                        1,
                        times,
                        times,
                        List.of(relay, rest),
                        List.of(0.0, 0.0),
                        Map.of())
                .json();
    }
}
