package dev.firsttoken.gateway.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.log.disk.DiskLogSettings.Level;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskLogKillTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"PROCESS,6", "DISK,3"})
    void killedProcessLosesNothingThatWasAcknowledgedAndDoublesNothing(Level level, int kills)
            throws Exception {
        var loop = new KillLoop(folder, level);
        KillLoop.Result result = loop.run(kills);
        System.out.println(level + ": " + result);
        assertThat(loop.faults()).isEmpty();
        assertThat(result.acknowledged()).isPositive();
    }
}
